"""Sums and fairness of marking, without a database."""
