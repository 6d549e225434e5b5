"""Each act in the record has words."""

import re
from pathlib import Path

import pytest

from research import audit_actions, queries
from research.models import AuditEvent, Unit
from research.services import audit

ROOT = Path(__file__).resolve().parents[2]
_FILES = {"doc", "html", "json", "xlsx"}


def acts_in_the_code() -> set[str]:
    """What looks like an act in whatever file speaks of the record."""
    found = set[str]()
    for app in ("research", "lessons"):
        for path in (ROOT / app).rglob("*.py"):
            text = re.sub(
                r'register\(\s*"[^"]*"', "", path.read_text(encoding="utf-8")
            )  # jobs have names too
            if (
                re.search(r"\baudit\b", text)
                and path.name != "audit_actions.py"
                and "migrations" not in path.parts
            ):
                found |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text))
    return {act for act in found if act.rpartition(".")[2] not in _FILES and act not in _RECEIVERS}


_RECEIVERS = {"second_step.failed"}  # keys of a table of receivers


def test_every_act_in_the_code_has_words() -> None:
    without = {act for act in acts_in_the_code() if audit_actions.label_of(act) == act}

    assert without == set()


def test_words_are_chinese_and_say_which_act() -> None:
    assert audit_actions.label_of("session.started") == "登录成功"
    assert audit_actions.label_of("plan.trashed") == "教案移到回收站"


def test_change_in_the_administration_is_named_by_its_model() -> None:
    assert audit_actions.label_of("unit.changed") == f"{Unit._meta.verbose_name}：在系统管理中修改"


def test_act_that_nobody_named_is_shown_as_it_is() -> None:
    assert audit_actions.label_of("comet.seen") == "comet.seen"


@pytest.mark.django_db
def test_record_is_found_by_words_and_by_names() -> None:
    audit.record("session.started", by=None)
    audit.record("plan.trashed", by=None)

    def found(text: str) -> list[str]:
        return [event.action for event in queries.events(text=text)]

    assert (found("回收站"), found("session"), found("彗星")) == (["plan.trashed"], ["session.started"], [])
    assert AuditEvent.objects.count() == 2
