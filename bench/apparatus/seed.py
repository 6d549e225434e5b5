"""Fill an empty database for a benchmark; to be called inside ``manage.py shell``.

The specification is ``[{"editors": 20, "log": null or a file}]``, one entry a plan; the answer, on standard
output, is ``[{"key": "1", "cookies": ["sessionid=…"]}]`` with a signed-in session for each editor.
"""

import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lessons.enums import PlanRole
from lessons.models import LessonPlan, PlanMember, PlanTemplate
from lessons.services.plans import create_plan
from realtime.models import Document, Update
from research.enums import Stage, UnitKind
from research.models import County, Person, Unit


@transaction.atomic
def seed(plans: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make the plans and their editors."""
    people = _people(max(plan["editors"] for plan in plans))
    cookies = [f"{settings.SESSION_COOKIE_NAME}={_session(person)}" for person in people]
    template = PlanTemplate.objects.current().get(key="general")
    made = []
    for number, plan in enumerate(plans):
        created = _plan(people[: plan["editors"]], template, number)
        if plan["log"]:
            _write_log(created.document_id, people, Path(plan["log"]))
        made.append({"key": str(created.pk), "cookies": cookies[: plan["editors"]]})
    return made


def _people(count: int) -> list[Person]:
    county = County.objects.create(code="149999", name="示例县")
    school = Unit.objects.create(name="示例学校", kind=UnitKind.SCHOOL, stage=Stage.SENIOR, county=county)
    return [
        Person.objects.create(
            staff_number=f"9{number:05}",
            name=f"示例教师{number}",
            unit=school,
            password="!",  # noqa: S106 -- no password matches it
        )
        for number in range(count)
    ]


def _session(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _plan(people: Sequence[Person], template: PlanTemplate, number: int) -> LessonPlan:
    lead, *others = people
    plan = create_plan(by=lead, template=template, columns={"title": f"示例课 {number}"})
    PlanMember.objects.bulk_create(
        PlanMember(plan=plan, person=person, role=PlanRole.CO_AUTHOR, added_by=lead) for person in others
    )
    return plan


def _write_log(document_id: int, people: Sequence[Person], path: Path) -> None:
    """Every update as the row that a commit would have made of it."""
    document = Document.objects.get(pk=document_id)
    at, size = timezone.now(), 0
    rows = []
    for seq, payload in enumerate(_updates(path.read_bytes()), document.seq + 1):
        person = people[seq % len(people)]
        rows.append(
            Update(document=document, seq=seq, epoch=document.epoch, person=person, payload=payload, at=at)
        )
        size += len(payload)
    Update.objects.bulk_create(rows, batch_size=1000)
    Document.objects.filter(pk=document_id).update(seq=F("seq") + len(rows), size=F("size") + size)


def _updates(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        (size,) = struct.unpack_from("!I", content, at)
        yield content[at + 4 : at + 4 + size]
        at += 4 + size


def main(specification: str) -> None:
    """Seed by a file, print the answer."""
    print(json.dumps(seed(json.loads(Path(specification).read_text(encoding="utf-8")))))
