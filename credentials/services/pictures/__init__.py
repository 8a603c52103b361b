"""Pictures from outside: looked at from without, then opened in a limited child and painted anew."""

from credentials.services.pictures.accepting import RefusedPicture, accept_picture

__all__ = ["RefusedPicture", "accept_picture"]
