"""Loads the people: accounts, roles that one asked for and another approved, and cohorts."""

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password

from assessments.services.registering import record_qualification
from credentials.models import Cohort, Role, Series
from credentials.services.roles import approve_role
from learners.management.demo import people as written
from learners.management.demo.institution import INSTITUTION
from learners.management.demo.loading.calendar import ENROLLING, Calendar
from learners.models import User

PUBLIC_PASSWORD = "ellerwick-demo"
"""Everybody's, and printed at every start: the demonstration answers to its own machine only."""

# Who asks for a role and who approves it; whoever would hold it does neither.
ASKING, APPROVING = ("registrar", "registrar2"), ("approver", "registrar2", "registrar")
# Who agrees that a pathway of one series counts what others award, each for one of them.
CONSENTING = ("registrar2", "approver", "registrar")
# Days from the day of loading on.
QUALIFIED_FOR, RUNS_OUT_SOON = 500, 21
# Accounts shown at the start beside one for each role of the staff.
LEARNERS_SHOWN = (
    ("learner, one step left", "evanthia"),
    ("learner, certificate held", "zofie"),
)


@dataclass(frozen=True, slots=True)
class Account:
    """One line of how to sign in."""

    part: str
    email: str
    name: str


def accounts() -> list[Account]:
    """One account for each role, and two learners."""
    shown: dict[str, written.Person] = {}
    for staff in written.STAFF:
        for role in staff.roles:
            shown.setdefault(str(Role.Name(role).label), staff)
    by_key = {person.key: person for person in written.LEARNERS}
    shown |= {part: by_key[key] for part, key in LEARNERS_SHOWN}
    return [Account(part, person.email, person.name) for part, person in shown.items()]


def load_people(calendar: Calendar, *, has_passwords: bool) -> dict[str, User]:
    """Everybody's account, by key. Without passwords one signs in by the link that a reset sends."""
    everybody = (*written.STAFF, *written.LEARNERS)
    # Hashing is slow on purpose, and the password is no secret: once is enough.
    password = make_password(PUBLIC_PASSWORD if has_passwords else None)
    made = User.objects.bulk_create(
        User(email=person.email, name=person.name, password=password) for person in everybody
    )
    joined = calendar.moment(INSTITUTION.published_days_ago, ENROLLING, "joined")
    User.objects.filter(pk__in=[user.pk for user in made]).update(joined_at=joined)
    return {person.key: user for person, user in zip(everybody, made, strict=True)}


def load_roles(people: dict[str, User], series: dict[str, Series], calendar: Calendar) -> None:
    """What each member of staff may do, and for which series."""
    at = calendar.moment(INSTITUTION.published_days_ago, ENROLLING, "roles")
    for staff in written.STAFF:
        asking, approving = (
            next(people[key] for key in keys if key != staff.key) for keys in (ASKING, APPROVING)
        )
        for role in staff.roles:
            for code in staff.series or (None,):
                row = Role.objects.create(
                    user=people[staff.key],
                    role=role,
                    series=series[code] if code else None,
                    starts_at=at,
                    requested_by=asking,
                )
                approve_role(role=row, by=approving, at=at)


def load_register(people: dict[str, User], series: dict[str, Series], calendar: Calendar) -> None:
    """Faculty stand in the register of markers for their series; one qualification runs out soon."""
    at = calendar.moment(INSTITUTION.published_days_ago, ENROLLING, "register")
    for staff in written.STAFF:
        if "faculty" in staff.roles:
            lasts = RUNS_OUT_SOON if staff.key == "faculty.seminar" else QUALIFIED_FOR
            for code in staff.series:
                record_qualification(
                    marker=people[staff.key],
                    title="Assessor in higher education",
                    series=series[code],
                    valid_from=calendar.day(INSTITUTION.published_days_ago),
                    valid_until=calendar.day(-lasts),
                    by=people["registrar"],
                    at=at,
                )


def load_cohorts(people: dict[str, User], series: dict[str, Series], calendar: Calendar) -> None:
    for cohort in written.COHORTS:
        row = Cohort.objects.create(
            name=cohort.name,
            series=series[cohort.series],
            site=cohort.site,
            starts_on=calendar.day(cohort.began_days_ago),
        )
        row.members.set(people[key] for key in cohort.members)
        row.faculty.set(people[key] for key in cohort.faculty)
