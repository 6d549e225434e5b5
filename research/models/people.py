"""The user model and what people are entrusted with."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from typing_extensions import override

from research import names
from research.enums import ADMINISTRATORS, Role
from research.models.scopes import seen
from research.models.units import Unit

# What each of the three administrators may open in the administration pages: app.model → actions; * is any.
ADMINISTRATION: dict[str, dict[str, frozenset[str]]] = {
    Role.SYSTEM_ADMIN: {
        "lessons.*": frozenset({"view", "add", "change", "delete"}),
        "research.county": frozenset({"view"}),
        "research.unit": frozenset({"view", "add", "change"}),
        "research.group": frozenset({"view", "add", "change"}),
        "search.dictionaryword": frozenset({"view", "add", "delete"}),
        "search.hotsearch": frozenset({"view", "add", "change", "delete"}),
        "search.synonymgroup": frozenset({"view", "add", "change", "delete"}),
    },
}

BEGINNING = 2
"""Characters of a name by which an index knows it: a surname and what follows."""
NAME_BEGINS = Func("name", template="LOWER(SUBSTR(%(expressions)s, 1, 2))", output_field=models.CharField())
NAME_SYLLABLES = Func(
    "name_pinyin", template="REPLACE(%(expressions)s, ' ', '')", output_field=models.CharField()
)
"""Written out, for a database finds an index by the very words it was made with."""


class PersonQuerySet(models.QuerySet["Person"]):
    """People, and those whom somebody may see."""

    def visible_to(self, person: "Person") -> "PersonQuerySet":
        """Those of the units that somebody works with."""
        return self.filter(seen(person).condition("unit"))

    def numbered(self, *numbers: str) -> "PersonQuerySet":
        """Those with these staff numbers, whatever the case of their letters."""
        low = self.annotate(number_in_small=Lower("staff_number"))
        return low.filter(number_in_small__in={number.lower() for number in numbers})

    def found_by(self, text: str) -> "PersonQuerySet":
        """Those whose name, pinyin, initials, staff number or whole mobile number fits; none for nothing."""
        wanted = names.tidy(text.replace("\0", ""))
        if not wanted:
            return self.none()
        low = wanted.lower().replace(" ", "")
        return self.filter(
            Q(name__contains=wanted)
            | Q(name_keys__startswith=low)
            | Q(name_keys__contains=f" {low}")
            | Q(staff_number__istartswith=wanted)
            | Q(mobile=wanted)
        )


class PersonManager(BaseUserManager["Person"]):
    """Makes people; an account without a password has an unusable one."""

    @override
    def get_queryset(self) -> PersonQuerySet:
        return PersonQuerySet(self.model, using=self._db)

    def visible_to(self, person: "Person") -> PersonQuerySet:
        return self.get_queryset().visible_to(person)

    def numbered(self, *numbers: str) -> PersonQuerySet:
        return self.get_queryset().numbered(*numbers)

    def found_by(self, text: str) -> PersonQuerySet:
        return self.get_queryset().found_by(text)

    def create_user(
        self, staff_number: str, *, name: str, unit: Unit, password: str | None = None
    ) -> "Person":
        person = self.model(staff_number=staff_number, name=name, unit=unit)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """A teacher or officer with an account (人员).

    Signs in with ``staff_number`` (工号) or ``mobile`` (手机号). ``email`` is empty for many.
    ``name_pinyin`` sorts, ``name_keys`` is searched, both follow ``name`` on save. No superuser exists: what
    somebody may do comes from appointments alone (三员分立).
    """

    staff_number = models.CharField(
        _("staff number"),
        max_length=30,
        unique=True,
        error_messages={"unique": _("Somebody has this staff number already.")},
    )
    mobile = models.CharField(
        _("mobile number"),
        max_length=20,
        null=True,
        blank=True,
        unique=True,
        error_messages={"unique": _("Somebody has this mobile number already.")},
    )
    name = models.CharField(_("name"), max_length=60)
    name_pinyin = models.CharField(
        _("pinyin of the name"), max_length=200, blank=True, editable=False, db_index=True
    )
    name_keys = models.CharField(_("what the name is found by"), max_length=400, blank=True, editable=False)
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
        indexes = [
            models.Index(fields=["unit", "name_pinyin"], name="person_of_unit_by_name"),
            models.Index(NAME_BEGINS, name="person_name_begins"),
            models.Index(NAME_SYLLABLES, name="person_name_syllables"),
        ]
        constraints = [
            models.CheckConstraint(name="person_mobile_empty_or_null_never_blank", condition=~Q(mobile="")),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="person_email_once",
                violation_error_message=_("Somebody has this e-mail address already."),
            ),
            # Who signs in may type small letters for capital ones.
            models.UniqueConstraint(
                Lower("staff_number"),
                name="person_staff_number_once_in_any_case",
                violation_error_message=_("Somebody has this staff number already."),
            ),
        ]

    @override
    def __str__(self) -> str:
        return self.name

    @override
    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        if fields is None or "name" in fields:
            self.read_name()
            if fields is not None:
                kwargs["update_fields"] = {*fields, "name_pinyin", "name_keys"}
        super().save(*args, **kwargs)

    def read_name(self) -> None:
        """Set what follows from the name; ``bulk_create`` and ``bulk_update`` need it called."""
        self.name_pinyin = names.reading(self.name)
        self.name_keys = names.keys(self.name)

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role that this person holds anywhere; one query, then remembered with the object."""
        return frozenset(self.appointments.order_by().values_list("role", flat=True))

    @property
    def is_staff(self) -> bool:
        """Whether the administration pages open for this person."""
        return self.is_active and not self.roles.isdisjoint(ADMINISTRATION)

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether this person may do ``app.action_model`` in the administration pages."""
        app, _dot, codename = perm.partition(".")
        action, _underscore, model = codename.partition("_")
        if not self.is_active:
            return False
        granted = [ADMINISTRATION[role] for role in self.roles if role in ADMINISTRATION]
        return any(action in one.get(f"{app}.{model}", one.get(f"{app}.*", frozenset())) for one in granted)

    def has_perms(self, perm_list: Iterable[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, app_label: str) -> bool:
        """Whether this person sees anything of an app in the administration pages."""
        granted = [ADMINISTRATION[role] for role in self.roles if role in ADMINISTRATION]
        return self.is_active and any(key.startswith(f"{app_label}.") for one in granted for key in one)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class Appointment(models.Model):
    """任职: a role that a person holds in a unit."""

    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="appointments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="appointments", verbose_name=_("unit")
    )
    since_on = models.DateField(_("since"), auto_now_add=True)

    class Meta:
        ordering = ["unit", "role", "person"]
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = [
            models.UniqueConstraint(fields=["person", "role", "unit"], name="appointment_once"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(role__in=ADMINISTRATORS),
                name="appointment_one_of_the_three_administrators",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.person} · {self.get_role_display()} · {self.unit}"


class EntryCode(models.Model):
    """首次登录码: lets somebody set a first password, once. Only a keyed hash of it is kept."""

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, related_name="entry_code", verbose_name=_("person")
    )
    digest = models.CharField(_("keyed hash"), max_length=64)
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("created by")
    )

    class Meta:
        verbose_name = _("entry code")
        verbose_name_plural = _("entry codes")

    @override
    def __str__(self) -> str:
        return f"{self.person} · {self.expires_at:%Y-%m-%d}"
