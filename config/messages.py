"""Message catalogues without the gettext programs: extract, check, update, compile.

``python -m config.messages compile|check|update``. Source strings are English; ``locale/zh_Hans`` is complete, and
``check`` fails when it is not. Reads Python, templates (through Django's own ``templatize``) and TypeScript (``t("…")``).
"""

import ast
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale" / "zh_Hans"
APPS = ("config", "research", "lessons", "journal", "realtime", "search")
PYTHON_KEYWORDS: dict[str, Any] = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
TYPESCRIPT_CALL = re.compile(r"""(?<![\w.])t\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""")

type_of_id = str | tuple[str, str]


def sources(*suffixes: str) -> list[Path]:
    """The project's own files with these suffixes, tests and migrations left out."""
    found = [
        path for app in (*APPS, "frontend") for path in (ROOT / app).rglob("*") if path.suffix in suffixes
    ]
    skipped = {"migrations", "built", "node_modules", "demo"}
    return sorted(p for p in found if not skipped.intersection(p.parts) and ".test." not in p.name)


def python_messages(text: str) -> Iterator[tuple[type_of_id, str | None]]:
    """(message id, context) of every gettext call in Python source."""
    found: Any = extract_python(io.BytesIO(text.encode()), PYTHON_KEYWORDS, [], {"encoding": "utf-8"})
    for _line, function, messages, _comments in found:
        arguments = messages if isinstance(messages, (list, tuple)) else (messages,)
        context = None
        if "pgettext" in function:
            context, *arguments = arguments
        if not arguments or arguments[0] is None:
            continue
        if function.startswith(("ngettext", "npgettext")):
            yield (arguments[0], arguments[1]), context
        else:
            yield arguments[0], context


def template_messages(path: Path) -> Iterator[tuple[type_of_id, str | None]]:
    """The same of a Django template."""
    from django.utils.translation.template import templatize  # needs settings

    lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
    # The page's own indentation would mean something to Python.
    yield from python_messages("\n".join(line.strip() for line in lines))


def typescript_messages(text: str) -> Iterator[str]:
    """Messages of ``t("…")`` in TypeScript."""
    for match in TYPESCRIPT_CALL.finditer(text):
        yield ast.literal_eval(match[1])


def empty(domain: str) -> Catalog:
    """A catalogue with our header and nothing else."""
    return Catalog(
        locale="zh_Hans",
        domain=domain,
        project="吕梁教研",
        version="1",
        copyright_holder="The 吕梁教研 contributors",
        header_comment="# Messages of 吕梁教研 in simplified Chinese; rewritten, sorted, by `make messages`.",
        last_translator="The 吕梁教研 contributors",
        language_team="zh_Hans",
        fuzzy=False,
    )


def extracted(domain: str) -> Catalog:
    """Everything of a domain (``django`` or ``djangojs``) that the sources ask for."""
    catalogue = empty(domain)
    if domain == "djangojs":
        for path in sources(".ts"):
            for message in typescript_messages(path.read_text(encoding="utf-8")):
                catalogue.add(message)
        return catalogue
    for path in sources(".py", ".html", ".txt"):
        if path.suffix != ".py" and "templates" not in path.parts:
            continue
        found = (
            python_messages(path.read_text(encoding="utf-8"))
            if path.suffix == ".py"
            else template_messages(path)
        )
        for text, context in found:
            catalogue.add(text, context=context)
    return catalogue


def po_file(domain: str) -> Path:
    return LOCALE / "LC_MESSAGES" / f"{domain}.po"


def kept(domain: str) -> Catalog:
    """The catalogue as it is in the repository."""
    path = po_file(domain)
    if not path.exists():
        return empty(domain)
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", domain=domain)


def missing(domain: str) -> list[str]:
    """Messages without a translation, or whose placeholders differ from the source's."""
    translations = kept(domain)
    faults = []
    for message in extracted(domain):
        if not message.id:
            continue
        own = translations.get(message.id, message.context)
        given: Any = own.string if own is not None else ()
        strings: list[str] = [given] if isinstance(given, str) else list(given)
        if not strings or not all(strings) or (own is not None and own.fuzzy):
            faults.append(f"{domain}: no translation of {message.id!r}")
            continue
        source = str(message.id if isinstance(message.id, str) else message.id[-1])
        if any(set(placeholders(string)) - set(placeholders(source)) for string in strings):
            faults.append(f"{domain}: other placeholders in {message.id!r}")
    return faults


def placeholders(text: str) -> list[str]:
    """Named or plain placeholders of a message."""
    return re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text)


def update(domain: str) -> None:
    """Rewrite the catalogue: what the sources ask for, sorted, with the translations that are there."""
    translations, catalogue = kept(domain), extracted(domain)
    for message in catalogue:
        own = translations.get(message.id, message.context) if message.id else None
        if own is not None:
            message.string = own.string
    po_file(domain).parent.mkdir(parents=True, exist_ok=True)
    with po_file(domain).open("wb") as file:
        write_po(file, catalogue, width=0, sort_output=True, omit_header=False, include_previous=False)
    lines = po_file(domain).read_text(encoding="utf-8").splitlines(keepends=True)
    volatile = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        "# Translations template",
        '"Report-Msgid',
    )
    po_file(domain).write_text(
        "".join(line for line in lines if not line.startswith(volatile)), encoding="utf-8"
    )


def compile_all() -> None:
    """Write ``django.mo`` for Django and a JSON for the front-end build."""
    with (LOCALE / "LC_MESSAGES" / "django.mo").open("wb") as file:
        write_mo(file, kept("django"))
    strings = {
        str(message.id): str(message.string) for message in kept("djangojs") if message.id and message.string
    }
    (LOCALE / "djangojs.compiled.json").write_text(
        json.dumps(strings, ensure_ascii=False, sort_keys=True), "utf-8"
    )


def main(command: str) -> int:
    if command == "compile":
        compile_all()
    elif command == "update":
        for domain in ("django", "djangojs"):
            update(domain)
    elif command == "check":
        faults = missing("django") + missing("djangojs")
        print("\n".join(faults) or "messages: complete")  # noqa: T201 - a command-line program
        return 1 if faults else 0
    else:
        print(__doc__)  # noqa: T201 - a command-line program
        return 2
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
