"""The heart: Open Badges 3.0 documents, their proofs, status and verification, in plain Python."""
