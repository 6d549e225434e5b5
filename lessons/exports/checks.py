"""What ``manage.py check`` says of the export."""

from typing import Any

from django.core import checks

from lessons.exports.typesetting import missing_fonts


@checks.register
def fonts_are_there(_apps: object = None, **_kwargs: Any) -> list[checks.CheckMessage]:
    """PDFs need the fonts that npm brings."""
    absent = missing_fonts()
    if not absent:
        return []
    hint = "Run «make run» or «npm ci» once; a deployed copy needs node_modules/@expo-google-fonts beside it."
    sentence = f"The fonts for PDFs are missing: {', '.join(absent)}"
    return [checks.Warning(sentence, hint=hint, id="lessons.W001")]
