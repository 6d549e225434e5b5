"""The export says when its fonts are missing."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from lessons.exports.checks import fonts_are_there
from lessons.exports.typesetting import Manuscript, TypesettingError, typeset


def test_nothing_is_said_where_the_fonts_are() -> None:
    assert fonts_are_there() == []


def test_missing_fonts_are_a_warning_and_no_pdf_of_empty_boxes(settings: Settings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path

    [warning] = fonts_are_there()

    assert warning.id == "lessons.W001"
    with pytest.raises(TypesettingError) as failed:
        typeset(Manuscript("x"))
    assert failed.value.final
