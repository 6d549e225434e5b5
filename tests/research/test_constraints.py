"""Rules that the database itself keeps."""

import pytest
from django.db import IntegrityError, transaction

from research.enums import Role, Stage, UnitKind
from research.models import Unit
from tests.factories.research import (
    AppointmentFactory,
    CountyFactory,
    OfficeFactory,
    PersonFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def test_a_unit_name_stands_once_in_a_county() -> None:
    unit = UnitFactory.create()
    UnitFactory.create(name=unit.name, county=CountyFactory.create())

    with pytest.raises(IntegrityError), transaction.atomic():
        UnitFactory.create(name=unit.name, county=unit.county)


def test_a_unit_name_stands_once_in_the_city_itself() -> None:
    office = OfficeFactory.create(county=None)

    with pytest.raises(IntegrityError), transaction.atomic():
        OfficeFactory.create(name=office.name, county=None)


@pytest.mark.parametrize(("kind", "stage"), [(UnitKind.SCHOOL, ""), (UnitKind.OFFICE, Stage.PRIMARY)])
def test_a_stage_belongs_to_schools_alone(kind: UnitKind, stage: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Unit.objects.create(name="示例", kind=kind, stage=stage)


@pytest.mark.parametrize("second", [Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN])
def test_nobody_holds_two_of_the_three_administrators(second: Role) -> None:
    person = AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person

    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentFactory.create(person=person, role=second, unit=UnitFactory.create())


def test_an_administrator_may_be_an_officer_too() -> None:
    person = AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person

    AppointmentFactory.create(person=person, role=Role.OFFICER)

    assert person.roles == {Role.SYSTEM_ADMIN, Role.OFFICER}


def test_an_e_mail_address_belongs_to_one_person() -> None:
    PersonFactory.create(email="Li@example.com")
    PersonFactory.create(email="")
    PersonFactory.create(email="")

    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory.create(email="li@EXAMPLE.com")


def test_a_blank_mobile_number_is_none() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonFactory.create(mobile="")
