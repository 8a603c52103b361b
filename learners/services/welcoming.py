"""People: put on record by the registrar, and let in by a link with which they set their own password."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.models import Role
from credentials.services.auditing import audit
from credentials.services.renewing import correct_name
from credentials.services.roles import establish_role
from learners.models import User

# What a signed document says of its recipient.
SIGNED_FIELDS = frozenset({"name", "email", "did"})


class CannotWelcome(Exception):
    """The link was not sent; the message says why."""


@transaction.atomic
def put_on_record(*, person: User, by: User | None) -> User:
    """Keep a new person, who has no password yet and so cannot sign in."""
    person.set_unusable_password()
    person.save()
    audit("put on record", person, by=by, about=person)
    return person


@transaction.atomic
def correct(*, person: User, changed: list[str], by: User, at: datetime) -> User:
    """Keep a corrected name, address or permission to sign in; the trail says which, not what.

    What she holds and says otherwise is signed anew: no copy that the portal gives shows the former name.
    """
    person.save()
    # Another address that once was hers must not open the account any more.
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()
    audit("correct person", person, by=by, about=person, fields=", ".join(sorted(changed)))
    if SIGNED_FIELDS & set(changed):
        correct_name(recipient=person, by=by, at=at)
    return person


@transaction.atomic
def establish(*, email: str, name: str, roles: list[Role.Name], at: datetime) -> User:
    """From the command line: somebody, new or known, with roles in force that nobody approved."""
    address = email.strip().casefold()
    known = User.objects.filter(email=address).first()
    person = known or put_on_record(person=User(email=address, name=name.strip()), by=None)
    in_force = set(Role.objects.in_force().filter(user=person).values_list("role", flat=True))
    for role in roles:
        if role not in in_force:
            establish_role(user=person, role=role, at=at)
    return person


def password_link(person: User) -> str:
    """A link that lets whoever holds it set this person's password, once, within three days."""
    key = default_token_generator.make_token(person)
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(person), "key": key}
    )
    return settings.PORTAL_URL + path


@transaction.atomic
def welcome(*, person: User, by: User) -> None:
    """Write to somebody how to set her password. Raises CannotWelcome; she can be written to again."""
    if not person.is_active:
        raise CannotWelcome(_("%(person)s may not sign in. Allow that first.") % {"person": person})
    context = {
        "name": person.name,
        "action_url": password_link(person),
        "action": _("Set my password"),
        "portal_name": settings.PORTAL_NAME,
        "portal_url": settings.PORTAL_URL,
    }
    subject = _("Your account at %(portal)s") % {"portal": settings.PORTAL_NAME}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("emails/welcome.txt", context),
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("emails/welcome.html", context), "text/html")
    try:
        message.send()
    except OSError as error:
        raise CannotWelcome(
            _("The link could not be sent to %(address)s. Try again in a few minutes.")
            % {"address": person.email}
        ) from error
    audit("send password link", person, by=by, about=person)
