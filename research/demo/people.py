"""A hundred officers and three hundred teachers; the named accounts are among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from research.demo.schools import CITY_OFFICE, HOME_SCHOOL
from research.demo.wording import OFFICER_SUBJECTS, SUBJECTS, invented_names
from research.enums import Role, UnitKind
from research.models import Unit

SEED = 141100  # the prefecture's own code
TEACHERS_A_SCHOOL = 5
CITY_OFFICERS = 22
COUNTY_OFFICERS = 6
BUREAU = "吕梁市教育局（示例）"
ELSEWHERE = "文水县示例中学（示例）"
ALL_NAMES = 500


@dataclass(frozen=True, slots=True)
class Sample:
    """Somebody invented, and what they are entrusted with."""

    staff_number: str
    name: str
    unit: str
    subject: str = ""
    role: Role | None = None


NAMED = (
    Sample("100000", "系统管理员（示例）", BUREAU, role=Role.SYSTEM_ADMIN),
    Sample("100001", "刘秀兰", HOME_SCHOOL, "思想政治"),
    Sample("100002", "薛海峰", HOME_SCHOOL, "思想政治"),
    Sample("100003", "张志强", HOME_SCHOOL, "历史"),
    Sample("100004", "高雅琴", ELSEWHERE, "思想政治"),
    Sample("100005", "单位管理员（示例）", HOME_SCHOOL, role=Role.UNIT_ADMIN),
    Sample("100006", "任建平", CITY_OFFICE, "思想政治", Role.OFFICER),
    Sample("100007", "安全管理员（示例）", BUREAU, role=Role.SECURITY_ADMIN),
    Sample("100008", "审计管理员（示例）", BUREAU, role=Role.AUDIT_ADMIN),
)


def everybody(units: list[Unit]) -> list[Sample]:
    """All sample people, the named ones first."""
    taken = {sample.name for sample in NAMED}
    # Not for secrets: the same people on every machine.
    invented = (name for name in invented_names(Random(SEED), ALL_NAMES) if name not in taken)  # noqa: S311
    return [*NAMED, *officers(units, invented), *teachers(units, invented)]


def here_already(unit: Unit, *, role: Role | None) -> int:
    """How many of the named accounts a unit has in that place."""
    return sum(sample.unit == unit.name and sample.role == role for sample in NAMED)


def officers(units: list[Unit], names: Iterator[str]) -> Iterator[Sample]:
    number = 110000
    for unit in (unit for unit in units if unit.kind == UnitKind.OFFICE):
        wanted = COUNTY_OFFICERS if unit.county_id else CITY_OFFICERS
        for place in range(here_already(unit, role=Role.OFFICER), wanted):
            number += 1
            subject = OFFICER_SUBJECTS[place % len(OFFICER_SUBJECTS)]
            yield Sample(str(number), next(names), unit.name, subject, Role.OFFICER)


def teachers(units: list[Unit], names: Iterator[str]) -> Iterator[Sample]:
    number = 120000
    for unit in (unit for unit in units if unit.kind == UnitKind.SCHOOL):
        for place in range(here_already(unit, role=None), TEACHERS_A_SCHOOL):
            number += 1
            yield Sample(str(number), next(names), unit.name, SUBJECTS[unit.stage][place])
