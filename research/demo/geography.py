"""The real counties and townships."""

import csv
from dataclasses import dataclass
from pathlib import Path

PLACES = Path(__file__).parent / "places"


@dataclass(frozen=True, slots=True)
class Place:
    """A county with its townships."""

    code: str
    name: str
    townships: tuple[str, ...]


def rows(name: str) -> list[dict[str, str]]:
    with (PLACES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def places() -> list[Place]:
    """The 13 counties in the order of their codes."""
    townships = rows("townships.csv")
    return [
        Place(
            county["code"],
            county["name"],
            tuple(row["name"] for row in townships if row["areaCode"] == county["code"]),
        )
        for county in rows("counties.csv")
    ]
