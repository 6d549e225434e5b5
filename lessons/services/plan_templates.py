"""Make templates, and new versions of them."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lessons.enums import SectionKind
from lessons.errors import TemplateError
from lessons.models import PlanTemplate
from research.models import Person
from research.services import audit

SHIPPED = Path(__file__).resolve().parent.parent / "plan_templates"
MAX_SECTIONS = 40
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_TEXTS = {"label": 30, "hint": 200}
_FLAGS = {"tables", "required"}


def load_shipped(**_signal: Any) -> None:
    """Add the templates that come with the platform where the database has no such version yet (after
    migrating).
    """
    newest = dict(PlanTemplate.objects.values_list("key").annotate(Max("version")))
    for path in sorted(SHIPPED.glob("*.json")):
        shipped = json.loads(path.read_text(encoding="utf-8"))
        if newest.get(shipped["key"], 0) < shipped["version"]:
            PlanTemplate.objects.create(**{**shipped, "definition": checked(shipped["definition"])})


@transaction.atomic
def revise_template(
    *, template: PlanTemplate, title: str, description: str, definition: Mapping[str, Any], by: Person
) -> PlanTemplate:
    """Make a new version of a template (修订模板); plans made from older ones keep theirs.

    Raises TemplateError if the definition has a fault.
    """
    versions = PlanTemplate.objects.select_for_update(no_key=True).filter(key=template.key)
    newest = max(version.version for version in versions)
    revised = PlanTemplate.objects.create(
        key=template.key, version=newest + 1, title=title, description=description,
        definition=checked(definition), position=template.position, is_offered=True, created_by=by,
    )  # fmt: skip
    audit.record("plan_template.revised", by=by, target=revised, version=revised.version)
    return revised


@transaction.atomic
def offer_template(*, template: PlanTemplate, is_offered: bool, by: Person) -> None:
    """Offer a template for new plans, or no longer (启用/停用)."""
    PlanTemplate.objects.filter(key=template.key).update(is_offered=is_offered)
    audit.record("plan_template.offered" if is_offered else "plan_template.withdrawn", by=by, target=template)


def checked(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The definition, every section complete. Raises TemplateError with a sentence about the first fault."""
    sections = definition.get("sections")
    if not isinstance(sections, Sequence) or not 1 <= len(sections) <= MAX_SECTIONS:
        raise TemplateError(_("A template has 1 to %(most)s sections.") % {"most": MAX_SECTIONS})
    complete = [_section(section) for section in sections]
    keys = [section["key"] for section in complete]
    if len(set(keys)) < len(keys):
        raise TemplateError(_("Two sections have the same key."))
    if sum(section["kind"] == SectionKind.STEPS for section in complete) > 1:
        raise TemplateError(_("A template has at most one section of teaching steps."))
    return {"sections": complete}


def _section(section: Any) -> dict[str, Any]:
    if not isinstance(section, Mapping) or set(section) - {"key", "kind", *_TEXTS, *_FLAGS}:
        raise TemplateError(_("A section has key, label, kind, hint, tables and required, and nothing else."))
    key, kind = section.get("key"), section.get("kind", SectionKind.RICH)
    if not isinstance(key, str) or not _KEY.match(key):
        raise TemplateError(_("The key of a section is made of small Latin letters, digits and underscores."))
    if kind not in SectionKind.values or (kind == SectionKind.STEPS) != (key == "steps"):
        raise TemplateError(_("The section «steps», and only it, is of the kind «steps»."))
    texts = {name: str(section.get(name, "")).strip()[:longest] for name, longest in _TEXTS.items()}
    if not texts["label"]:
        raise TemplateError(_("The section «%(key)s» has no label.") % {"key": key})
    return {
        "key": key,
        "kind": str(kind),
        **texts,
        **{flag: bool(section.get(flag)) for flag in sorted(_FLAGS)},
    }
