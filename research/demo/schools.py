"""Offices and sixty schools, from kindergarten to university."""

from collections.abc import Iterator

from research.demo.geography import Place, places
from research.enums import Stage, UnitKind
from research.models import County, Unit

CITY = "吕梁市"
SAMPLE = "（示例）"
CITY_OFFICE = f"吕梁市教育教学研究院{SAMPLE}"
#: The school of the named accounts.
HOME_SCHOOL = f"离石区示例高级中学{SAMPLE}"

COLLEGES = [f"吕梁示例学院{SAMPLE}", f"吕梁示例师范高等专科学校{SAMPLE}", f"吕梁示例职业技术学院{SAMPLE}"]
SENIOR_COUNTIES = ("文水县", "兴县", "临县", "柳林县", "岚县", "中阳县", "孝义市", "汾阳市")
VOCATIONAL_COUNTIES = ("交城县", "临县", "孝义市", "汾阳市")
SECOND_PRIMARY_COUNTIES = ("离石区", "临县", "柳林县", "孝义市", "汾阳市")


def offices(place: Place) -> Iterator[Unit]:
    """A county's bureau and teaching-research office."""
    for name, kind in (
        (f"{place.name}教育局{SAMPLE}", UnitKind.BUREAU),
        (f"{place.name}教研室{SAMPLE}", UnitKind.OFFICE),
    ):
        yield Unit(name=name, kind=kind, county_id=place.code)


def schools(place: Place) -> Iterator[Unit]:
    """A county's schools; each stands in one of its townships."""
    named: list[tuple[str, Stage]] = [
        (f"{place.townships[0]}示例幼儿园", Stage.KINDERGARTEN),
        (f"{place.townships[1]}示例小学", Stage.PRIMARY),
        ("示例初级中学", Stage.JUNIOR),
    ]
    if place.name in SECOND_PRIMARY_COUNTIES:
        named.append((f"{place.townships[-1]}示例中心小学", Stage.PRIMARY))
    if place.name == "离石区":
        named.append(("示例高级中学", Stage.SENIOR))
    if place.name in SENIOR_COUNTIES:
        named.append(("示例中学", Stage.SENIOR))
    if place.name in VOCATIONAL_COUNTIES:
        named.append(("示例职业中学", Stage.VOCATIONAL))
    for number, (name, stage) in enumerate(named):
        full = f"{place.name}{name}{SAMPLE}"
        township = place.townships[number % len(place.townships)]
        yield Unit(name=full, kind=UnitKind.SCHOOL, county_id=place.code, township=township, stage=stage)


def units() -> list[Unit]:
    """Every unit, the city's own first; not saved yet."""
    found = [
        Unit(name=f"吕梁市教育局{SAMPLE}", kind=UnitKind.BUREAU),
        Unit(name=CITY_OFFICE, kind=UnitKind.OFFICE),
        *(Unit(name=name, kind=UnitKind.SCHOOL, stage=Stage.UNIVERSITY) for name in COLLEGES),
    ]
    for place in places():
        found += [*offices(place), *schools(place)]
    return found


def counties() -> list[County]:
    return [County(code=place.code, name=place.name) for place in places()]
