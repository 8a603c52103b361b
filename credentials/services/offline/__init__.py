"""The offline verifier: one HTML file that checks our certificates with the network cable pulled."""

from credentials.services.offline.assembling import changed_library_files, offline_verifier

__all__ = ["changed_library_files", "offline_verifier"]
