"""The heart of what is issued: Open Badges 3.0 documents, their proofs, status and verification, in plain Python."""
