"""The house stands as ARCHITECTURE.md draws it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
APPS = [
    name
    for name in ("realtime", "search", "research", "lessons", "journal", "config")
    if (ROOT / name).exists()
]
FLOORS = {"realtime", "search"}
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60
FORBIDDEN_NAMES = {"utils", "helpers", "common", "core", "misc"}


def sources(*suffixes: str) -> Iterator[Path]:
    """The project's own source files."""
    for folder in (*APPS, "frontend", "tests", "bench", "deploy"):
        for path in sorted((ROOT / folder).rglob("*")):
            skipped = {"migrations", "built", "node_modules"}.intersection(path.relative_to(ROOT).parts)
            if path.suffix in suffixes and not skipped:
                yield path


def test_foreign_keys_point_down_the_house() -> None:
    """import-linter cannot see a model named by a string, so this walks what Django resolved."""
    faults = []
    for model in apps.get_models():
        own = model._meta.app_label
        if own not in APPS:
            continue
        for field in model._meta.get_fields():
            other = (
                getattr(field.related_model, "_meta", None) if field.is_relation and field.concrete else None
            )
            if other is None or other.app_label not in APPS or other.label == "research.Person":
                continue
            points_up = APPS.index(other.app_label) > APPS.index(own)
            between_floors = other.app_label != own and {own, other.app_label} <= FLOORS
            if points_up or between_floors:
                faults.append(f"{model._meta.label}.{field.name} -> {other.label}")
    assert faults == []


def test_files_stay_rooms_not_halls() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources(".py", ".ts", ".html", ".scss")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_FILE_LINES
    }
    assert long == {}


def test_functions_stay_short() -> None:
    long = []
    for path in sources(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MAX_FUNCTION_LINES:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {lines}")
    assert long == []


def test_no_file_is_named_after_nothing() -> None:
    nameless = [
        str(p.relative_to(ROOT))
        for p in sources(".py", ".ts", ".scss")
        if p.stem.lstrip("_") in FORBIDDEN_NAMES
    ]
    assert nameless == []


@pytest.mark.parametrize(
    "pattern",
    [
        r"""\sstyle\s*=\s*["'{]""",  # style-src 'self' drops it
        r"<style[\s>]",
        r"\son[a-z]+\s*=\s*[\"']",
        r"<script(?![^>]*\bsrc=)(?![^>]*application/json)",
        r"(?:src|href)\s*=\s*[\"'](?:https?:)?//",
        r"\|\s*safe\b",
    ],
)
def test_templates_obey_the_content_security_policy(pattern: str) -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in sources(".html")
        if "templates" in path.parts and "email" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert faults == []


def test_mark_safe_is_called_only_where_it_is_argued_for() -> None:
    """Each use carries its reason in a comment on the same line."""
    faults = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources(".py")
        if "tests" not in path.relative_to(ROOT).parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"\b(mark_safe|SafeString)\(", line) and "#" not in line
    ]
    assert faults == []


@pytest.mark.parametrize("room", ["config", "frontend", "lessons", "realtime", "research"])
def test_each_room_begins_with_a_short_page_that_is_true(room: str) -> None:
    """What it names in backticks as a file of its own is there."""
    page = (ROOT / room / "README.md").read_text(encoding="utf-8")

    named = re.findall(r"`([a-z_]+(?:/[a-z_]+)*\.(?:py|md|html|json|mjs|ts))`", page)
    missing = [name for name in named if not any((ROOT / room).rglob(name.rpartition("/")[2]))]

    assert len(page.splitlines()) <= 30
    assert ("May import" if room != "frontend" else "may import") in page
    assert missing == []


def test_icons_named_in_templates_exist() -> None:
    from config.templatetags.shell import icons

    named = {
        name
        for path in sources(".html")
        for name in re.findall(r"""\{%\s*icon\s+["']([\w-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert named - icons().keys() == set()


def test_lock_files_and_project_name_no_registry() -> None:
    locks = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock", "package-lock.json"]
    faults = [
        f"{name}:{number}"
        for name in locks
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"https?://[^\s\"]*(registry|pypi|npmjs|pythonhosted)", line) or '"resolved"' in line
    ]
    assert faults == []


def test_every_dependency_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    blocks = re.findall(r"(?ms)^(?:dependencies|dev|node) = \[\n(.*?)^\]", text)
    bare = [
        line.strip() for block in blocks for line in block.splitlines() if line.strip() and "#" not in line
    ]
    assert bare == []
