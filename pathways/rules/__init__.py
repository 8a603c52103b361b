"""Stacking: what a pathway asks for, whether one learner meets it, and why; plain Python."""
