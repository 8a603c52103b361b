"""While the database does not serve us, every page says so and when to come back."""

from typing import Any

import pytest
from django.db import DataError, OperationalError, connection
from django.test import Client


class Failing:
    """Stands where statements leave for the database, and fails them all."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __call__(self, *_statement: Any) -> Any:
        raise self.error


@pytest.mark.django_db
class TestOutOfReach:
    GONE = OperationalError("server closed the connection unexpectedly")

    @pytest.mark.parametrize("address", ["/catalogue/", "/accounts/login/", "/registrar/"])
    def test_says_503_and_when_to_come_back(self, address: str) -> None:
        person = Client(raise_request_exception=False)
        person.cookies["session"] = "some session that would have to be read"

        with connection.execute_wrapper(Failing(self.GONE)):
            answer = person.get(address)

        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
        assert "no-store" in answer["Cache-Control"]
        assert "What to do next" in answer.content.decode()

    def test_a_fault_of_ours_is_still_500(self) -> None:
        with connection.execute_wrapper(Failing(DataError("ours"))):
            answer = Client(raise_request_exception=False).get("/catalogue/")

        assert answer.status_code == 500
        assert "Retry-After" not in answer
