"""How sign-in differs from the library's own: nobody makes herself an account."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):
    """Accounts are made by the registrar, by import or by the institution's directory."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
