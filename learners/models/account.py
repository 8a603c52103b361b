"""User: everyone with a login, learner or staff. What she may do is in her roles, never in a flag here."""

from typing import Any
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from credentials.models.people import Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> "User":
        """A new person. Without a password she signs in by the link that a password reset sends."""
        user = self.model(email=email.strip().casefold(), name=name.strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").strip().casefold())


class User(AbstractBaseUser):
    """Name of record, e-mail and optional DID: what a credential needs to name its recipient."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name of record"), max_length=200, help_text=_("As it stands on certificates."))
    did = models.CharField(
        _("decentralised identifier"),
        max_length=255,
        blank=True,
        help_text=_("Optional: names the learner in credentials."),
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
            models.CheckConstraint(condition=~models.Q(name=""), name="a_person_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles in force now, whatever their scope; scope is asked by querysets."""
        return frozenset(Role.objects.in_force().filter(user=self).values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """Whether she holds any role but the learner's; Django's admin asks under this name."""
        return bool(self.roles - {Role.Name.LEARNER})

    @property
    def doors(self) -> set[str]:
        """Which parts of the navigation open to her: learner, marker, staff."""
        opened = {"staff"} if self.roles & Role.ADMIN_ROLES else set()
        if self.roles & Role.MARKING_ROLES:
            opened.add("marker")
        if not self.roles or Role.Name.LEARNER in self.roles:
            opened.add("learner")
        return opened

    # Django's permission questions: rows of Role answer, through our ModelAdmins; never a permission table.
    def has_perm(self, permission: str, obj: object = None) -> bool:
        return False

    def has_perms(self, permissions: list[str], obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
