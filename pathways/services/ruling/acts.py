"""Steps without a credential: what there is to be done, written by the registrar."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from credentials.services.auditing import audit
from pathways.models import Act, Enrolment, Step
from pathways.services.ruling.reaching import touch

if TYPE_CHECKING:
    from learners.models import User


class ActTaken(Exception):
    """Nothing was kept; the message says why."""


@transaction.atomic
def keep_act(*, act: Act, by: "User") -> Act:
    """Keep a new step, or a change of one; rules that ask for it are looked at again. Raises ActTaken.

    Its code stands in frozen rules: it never changes.
    """
    before = Act.objects.select_for_update(no_key=True).filter(pk=act.pk).first() if act.pk else None
    if before is not None and before.code != act.code:
        raise ActTaken(_("Rules name it by its code: that stays “%(code)s”.") % {"code": before.code})
    if before is None and Act.objects.filter(code=act.code).exists():
        raise ActTaken(_("Another step has the code “%(code)s”. Choose another.") % {"code": act.code})
    act.save()
    audit(
        "change step" if before else "make step",
        act,
        by=by,
        code=act.code,
        is_active=act.is_active,
        is_repeatable=act.is_repeatable,
    )
    asked = Step.objects.filter(requirement__version=OuterRef("version"), act=act)
    touch(Enrolment.objects.current().filter(Exists(asked)))
    return act
