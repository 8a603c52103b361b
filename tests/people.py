"""The people of the tests: one of each role, a learner, a stranger, and an employer who has no account."""

import time
from collections.abc import Callable

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

from credentials.models import Role, Series
from learners.models import User
from tests.makers import default_series, make_role, make_user

SignIn = Callable[[User], Client]


def _staff(role: Role.Name, name: str, series: Series | None = None) -> User:
    user = make_user(name=name, email=f"{role.value}@people.example")
    make_role(user=user, role=role, series=series)
    return user


@pytest.fixture
def series(db: None) -> Series:
    """The series that `faculty` teaches and that makers use where none is named."""
    return default_series()


@pytest.fixture
def registrar(db: None) -> User:
    return _staff(Role.Name.REGISTRAR, "Rosa Registrar")


@pytest.fixture
def approver(db: None) -> User:
    return _staff(Role.Name.APPROVER, "Abel Approver")


@pytest.fixture
def analyst(db: None) -> User:
    return _staff(Role.Name.ANALYST, "Ana Analyst")


@pytest.fixture
def auditor(db: None) -> User:
    return _staff(Role.Name.AUDITOR, "Aude Auditor")


@pytest.fixture
def support(db: None) -> User:
    return _staff(Role.Name.SUPPORT, "Sven Support")


@pytest.fixture
def faculty(series: Series) -> User:
    """Marks what is handed in for `series`."""
    return _staff(Role.Name.FACULTY, "Fanny Faculty", series)


@pytest.fixture
def second_marker(series: Series) -> User:
    return _staff(Role.Name.SECOND_MARKER, "Sam Second", series)


@pytest.fixture
def learner(db: None) -> User:
    return make_user(name="Lea Learner", email="learner@people.example")


@pytest.fixture
def stranger(db: None) -> User:
    """Another learner, who has nothing to do with the first one's things."""
    return make_user(name="Stella Stranger", email="stranger@people.example")


@pytest.fixture
def employer() -> Client:
    """A browser that nobody signed in to."""
    return Client()


def signed_in(user: User) -> Client:
    """A browser in which this person has just signed in, so that nothing asks for the password again."""
    client = Client()
    client.force_login(user)
    session = client.session
    proof = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [proof]
    session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(user.pk)
    session.save()
    return client


@pytest.fixture
def sign_in() -> SignIn:
    """`sign_in(person)`: a browser of hers."""
    return signed_in


__all__ = [
    "SignIn",
    "analyst",
    "approver",
    "auditor",
    "employer",
    "faculty",
    "learner",
    "registrar",
    "second_marker",
    "series",
    "sign_in",
    "signed_in",
    "stranger",
    "support",
]
