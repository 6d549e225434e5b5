"""Forms as teachers have them, each with everything that must come out of it."""

import json
from pathlib import Path

import pytest

from lessons.imports.labels import COLUMNS, shipped
from tests.lessons.imports.files.build import build
from tests.lessons.imports.files.registry import FORMS
from tests.lessons.imports.reading_back import faults_of_tiling, recognised, summary

FILES = Path(__file__).parent / "files"
NAMES = [*FORMS, "plain_text"]


@pytest.mark.parametrize("name", NAMES)
def test_recognise_gives_exactly_what_the_form_holds(name: str) -> None:
    source, result = recognised(FILES / f"{name}.docx")

    expected = json.loads((FILES / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    assert summary(source, result) == expected


@pytest.mark.parametrize("name", NAMES)
def test_recognise_loses_no_text_and_takes_none_twice(name: str) -> None:
    source, result = recognised(FILES / f"{name}.docx")

    assert faults_of_tiling(source, result) == []


def test_build_writes_the_committed_files_again(tmp_path: Path) -> None:
    build(tmp_path)

    again = {path.name: recognised(path)[0] for path in tmp_path.iterdir()}
    assert again == {path.name: recognised(path)[0] for path in FILES.glob("*.docx")}


def test_shipped_labels_name_places_that_a_plan_has() -> None:
    from lessons.enums import FIELD_LABELS
    from lessons.models import COLUMNS as PLAN_COLUMNS

    assert COLUMNS == PLAN_COLUMNS
    assert set(shipped()["places"]) == {*PLAN_COLUMNS, *FIELD_LABELS}
    assert {place for places in shipped()["pairs"].values() for place in places} <= {
        *PLAN_COLUMNS,
        *FIELD_LABELS,
    }
