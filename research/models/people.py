"""The user model and what people are entrusted with."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from research.enums import Role
from research.models.units import Unit


class PersonManager(BaseUserManager["Person"]):
    """Makes people; an account without a password has an unusable one."""

    def create_user(self, staff_number: str, *, name: str, unit: Unit, password: str | None = None) -> "Person":
        person = self.model(staff_number=staff_number, name=name, unit=unit)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser, PermissionsMixin):
    """A teacher or officer with an account (人员).

    Signs in with ``staff_number`` (工号) or ``mobile`` (手机号). ``email`` is empty for the many who have none.
    """

    staff_number = models.CharField(_("staff number"), max_length=30, unique=True)
    mobile = models.CharField(_("mobile number"), max_length=20, null=True, blank=True, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(_("pinyin of the name"), max_length=200, blank=True, editable=False)
    email = models.EmailField(_("e-mail"), blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="people", verbose_name=_("unit"))
    subject = models.CharField(_("subject"), max_length=40, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("sample account"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    USERNAME_FIELD = "staff_number"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        ordering = ["name_pinyin", "pk"]
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(name="person_mobile_empty_or_null_never_blank", condition=~Q(mobile="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Whether the administration pages open for this person."""
        return self.is_superuser

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Appointment(models.Model):
    """任职: a role that a person holds in a unit."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments", verbose_name=_("person"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("unit"))
    since_on = models.DateField(_("since"), auto_now_add=True)

    class Meta:
        ordering = ["unit", "role", "person"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "unit"], name="appointment_once"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(role__in=[Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN]),
                name="appointment_one_of_the_three_administrators",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()} · {self.unit}"
