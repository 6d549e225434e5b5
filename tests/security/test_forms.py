"""No form takes more than it shows (批量赋值): what gives power is in none of them."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.forms import BaseModelForm
from django.test import Client

import lessons.urls  # noqa: F401 - its forms are known then
import research.urls  # noqa: F401 - its forms are known then
from research.enums import Role
from research.models import Person
from tests.factories.research import AppointmentFactory, PersonFactory

POWER = {
    "is_active", "is_demo", "is_staff", "is_superuser", "password", "last_login", "role", "groups", "appointments",
    "by", "created_by", "created_at", "lead", "document", "name_keys", "name_pinyin",
}  # fmt: skip


def model_forms(parent: Any = BaseModelForm) -> Iterator[Any]:
    for child in parent.__subclasses__():
        yield child
        yield from model_forms(child)


def test_no_model_form_of_ours_holds_a_column_that_gives_power() -> None:
    ours = [
        form for form in model_forms() if form.__module__.split(".")[0] in {"research", "lessons", "config"}
    ]

    assert [form for form in ours if POWER & set(form.base_fields)] == []
    assert len(ours) >= 3


@pytest.mark.django_db
def test_further_fields_in_a_request_change_nothing(client: Client) -> None:
    admin = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    person = PersonFactory.create(unit=admin.unit)
    client.force_login(admin)
    data = {
        "name": "张三",
        "staff_number": person.staff_number,
        "unit": person.unit_id,
        "subject": "",
        "mobile": "",
        "email": "",
    }
    smuggled = {
        "is_active": "",
        "is_demo": "on",
        "password": "x",
        "role": "system_admin",
        "pk": admin.pk,
        "id": admin.pk,
    }

    assert client.post(f"/research/people/{person.pk}/", data | smuggled).status_code == 302

    changed = Person.objects.get(pk=person.pk)
    assert (changed.name, changed.is_active, changed.is_demo, changed.password) == (
        "张三",
        True,
        False,
        person.password,
    )
    assert not changed.appointments.exists()
