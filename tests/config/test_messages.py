"""Message catalogues without the gettext programs."""

from pathlib import Path

import pytest

from config import messages


def test_python_messages_finds_every_form_of_gettext() -> None:
    source = (
        'a = _("one")\nb = ngettext("%d two", "%d twos", n)\nc = pgettext("month", "may")\nd = other("no")\n'
    )

    assert list(messages.python_messages(source)) == [
        ("one", None),
        (("%d two", "%d twos"), None),
        ("may", "month"),
    ]


def test_template_messages_finds_tags(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '{% load i18n %}{% translate "Hello" %}{% blocktranslate %}Hi {{ name }}{% endblocktranslate %}'
    )

    assert list(messages.template_messages(page)) == [("Hello", None), ("Hi %(name)s", None)]


def test_typescript_messages_finds_calls_of_t_alone() -> None:
    source = """t("Saved"); t('It\\'s here', {n: 1}); cat("no"); this.t("no");"""

    assert list(messages.typescript_messages(source)) == ["Saved", "It's here"]


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_chinese_is_complete(domain: str) -> None:
    assert messages.missing(domain) == []
