"""once(): one press of a button has one outcome."""

from datetime import timedelta
from uuid import uuid4

import pytest

from config.clock import now
from credentials.models import OperationKey
from credentials.services.once import KeyReused, forget_old_keys, once
from learners.models import User

pytestmark = pytest.mark.django_db


def test_the_second_arrival_gets_the_first_outcome(registrar: User) -> None:
    done = []

    def act() -> str:
        done.append("once")
        return f"/outcome/{len(done)}/"

    key = uuid4()
    answers = [once(actor=registrar, key=key, act="act", parameters={"pk": 1}, do=act) for _press in range(3)]

    assert answers == ["/outcome/1/"] * 3
    assert done == ["once"]


@pytest.mark.parametrize(("act", "pk"), [("act", 2), ("another act", 1)])
def test_the_same_key_for_something_else_is_refused(registrar: User, act: str, pk: int) -> None:
    key = uuid4()
    once(actor=registrar, key=key, act="act", parameters={"pk": 1}, do=lambda: "/")

    with pytest.raises(KeyReused, match="already used"):
        once(actor=registrar, key=key, act=act, parameters={"pk": pk}, do=lambda: "/never/")


def test_two_people_may_have_the_same_key(registrar: User, approver: User) -> None:
    key = uuid4()

    hers = once(actor=registrar, key=key, act="act", parameters={}, do=lambda: "/hers/")
    his = once(actor=approver, key=key, act="act", parameters={}, do=lambda: "/his/")

    assert (hers, his) == ("/hers/", "/his/")


def test_what_failed_may_be_pressed_again(registrar: User) -> None:
    key = uuid4()

    def fail() -> str:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(actor=registrar, key=key, act="act", parameters={}, do=fail)

    assert once(actor=registrar, key=key, act="act", parameters={}, do=lambda: "/done/") == "/done/"


def test_keys_are_forgotten_after_two_days(registrar: User) -> None:
    once(actor=registrar, key=uuid4(), act="act", parameters={}, do=lambda: "/")

    kept, dropped = forget_old_keys(at=now()), forget_old_keys(at=now() + timedelta(hours=49))

    assert (kept, dropped) == (0, 1)
    assert not OperationKey.objects.exists()
