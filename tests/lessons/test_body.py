"""The body of a plan goes into a shared document and comes out the same, whoever wrote there."""

import base64
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText

from lessons.body import PlanBody, Step, in_order, read_body, write_body
from realtime.prose.plain import to_text
from realtime.prose.tree import Node, doc, from_plain, paragraph

BODY = PlanBody(
    fields={
        "objectives": from_plain("说出家与国的关系。\n愿意为家乡做一件事。"),
        "board": from_plain("家——国"),
    },
    steps=in_order(
        Step("", "", phase="导入", minutes=5, teacher=from_plain("出示旧影"), student=from_plain("观察")),
        Step("", "", phase="活动一 一封家书", intent=from_plain("以史料支撑判断")),
    ),
)


def document_of(body: PlanBody) -> Doc[Any]:
    document: Doc[Any] = Doc()
    write_body(document, body, template_key="general")
    return document


def test_what_was_written_is_read() -> None:
    assert read_body(document_of(BODY)) == BODY


def test_a_copy_over_the_wire_reads_the_same() -> None:
    copy: Doc[Any] = Doc()
    copy.apply_update(document_of(BODY).get_update())

    assert read_body(copy) == BODY


def test_numbers_are_written_as_the_browser_reads_them() -> None:
    document = document_of(BODY)
    meta, steps = document.get("meta", type=Map), document.get("steps", type=Map)

    assert (meta["schema"], type(meta["schema"]), meta["template"]) == (1.0, float, "general")
    assert sorted(str(steps[key]["minutes"]) for key in steps) == ["5.0", "None"]


def test_blank_fields_take_no_room() -> None:
    body = PlanBody(fields={"objectives": doc(), "board": doc([paragraph(" ")])})

    assert read_body(document_of(body)) == PlanBody()


def test_steps_without_keys_keep_their_order() -> None:
    steps = tuple(Step("", "", phase=str(number)) for number in range(70))

    read = read_body(document_of(PlanBody(steps=steps))).steps

    assert [step.phase for step in read] == [str(number) for number in range(70)]
    assert len({step.id for step in read}) == 70


def test_steps_with_the_same_id_are_all_kept() -> None:
    steps = (Step("x", "a0", phase="一"), Step("x", "a1", phase="二"))

    assert [step.phase for step in read_body(document_of(PlanBody(steps=steps))).steps] == ["一", "二"]


def test_ties_of_order_are_broken_by_id() -> None:
    steps = (Step("b", "a0", phase="二"), Step("a", "a0", phase="一"))

    assert [step.id for step in read_body(document_of(PlanBody(steps=steps))).steps] == ["a", "b"]


@pytest.mark.parametrize(
    ("minutes", "read"),
    [(12.5, 13), (0, 0), (600, 600), *((m, None) for m in (601, -1, float("nan"), "5", True, None))],
)
def test_minutes_that_make_no_sense_are_unsaid(minutes: object, read: int | None) -> None:
    document: Doc[Any] = Doc()
    document.get("steps", type=Map)["s"] = Map({"order": "a0", "phase": "导入", "minutes": minutes})

    assert read_body(document).steps == (Step("s", "a0", phase="导入", minutes=read),)


def test_a_hostile_document_is_read_without_fault() -> None:
    document: Doc[Any] = Doc()
    steps = document.get("steps", type=Map)
    steps["text"] = "no map"
    steps["array"] = Array([1])
    steps["odd"] = Map({"order": 7, "phase": {"a": 1}, "minutes": [1], "teacher": "文字", "student": 5})
    steps["long"] = Map({"order": "a0", "phase": "长" * 5000})
    document.get("f:objectives", type=Text).insert(0, "不是片段")
    document.get("f:../etc", type=XmlFragment)
    document.get("f:Upper", type=XmlFragment).children.append(
        XmlElement("paragraph", contents=[XmlText("藏")])
    )
    document.get("meta", type=Map)["template"] = Array([])

    body = read_body(document)

    assert set(body.fields) <= {"objectives"}
    assert [(step.id, step.order, len(step.phase)) for step in body.steps] == [
        ("odd", "", 0),
        ("long", "a0", 200),
    ]


def test_pictures_are_found_wherever_they_stand() -> None:
    def picture(name: str) -> Node:
        return doc([paragraph("看", Node("image", {"picture": name}))])

    first, second, third = (f"00000000-0000-4000-8000-00000000000{n}" for n in range(3))
    body = PlanBody(
        fields={"board": picture(first)},
        steps=in_order(Step("", "", teacher=picture(second), intent=picture(third))),
    )

    assert body.pictures() == {first, second, third}


@pytest.mark.node
def test_a_page_edits_what_the_server_wrote() -> None:
    """The real y-prosemirror types into fields and cells, moves a step by its key and adds one."""
    document = document_of(BODY)
    page = Path(__file__).parent / "body_page.mjs"
    node = shutil.which("node") or "node"
    sent = base64.b64encode(document.get_update())

    answer = subprocess.run([node, page], input=sent, capture_output=True, check=True)
    document.apply_update(base64.b64decode(answer.stdout))

    body = read_body(document)
    assert to_text(body.fields["objectives"]).splitlines()[0] == "说出家与国的关系。（改）"
    assert to_text(body.fields["reflection"]).strip() == "课后写的"
    assert [(step.phase, step.minutes) for step in body.steps] == [
        ("活动一 一封家书", 7), ("导入", 5), ("小结", None),
    ]  # fmt: skip
    assert to_text(body.steps[1].teacher).strip() == "出示旧影，提问"
    assert to_text(body.steps[2].student).strip() == "说一说"
