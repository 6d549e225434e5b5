"""Lesson plans for members only, one of them with a disabled lead, and imports from Word, which are their owner's alone."""

import uuid

from lessons.enums import PlanRole
from tests.factories.lessons import LessonPlanFactory, PlanMemberFactory
from tests.factories.research import PersonFactory
from tests.security.matrix import Expected, Row, Who, World, extend

READERS = (Who.LEAD, Who.CO_AUTHOR, Who.COMMENTER)
WRITERS = (Who.LEAD, Who.CO_AUTHOR)
MERE_READERS = (Who.COMMENTER,)
NOT_LEADING = (Who.CO_AUTHOR, Who.COMMENTER)
NOWHERE = uuid.UUID(int=1)


@extend
def add_plan(world: World) -> None:
    """A plan of the lead, with a co-author and a commenter."""
    plan = LessonPlanFactory.create(lead=world.people[Who.LEAD])
    PlanMemberFactory.create(plan=plan, person=world.people[Who.CO_AUTHOR], role=PlanRole.CO_AUTHOR)
    PlanMemberFactory.create(plan=plan, person=world.people[Who.COMMENTER], role=PlanRole.COMMENTER)
    world.things["plan"] = plan
    gone = PersonFactory.create(unit=world.unit, is_active=False)
    world.things["orphan"] = LessonPlanFactory.create(lead=gone)


def reading(name: str, part: str, status: int = 200) -> Row:
    """Whoever may read the plan; for all others it is not there."""
    return Row(name, lambda world: plan_path(world, part), {READERS: status}, rest=404)


def writing(name: str, part: str, status: int, method: str = "post") -> Row:
    """Whoever may write; readers are refused."""
    expected: Expected = {WRITERS: status, MERE_READERS: 403}
    return Row(name, lambda world: plan_path(world, part), expected, rest=404, method=method)


def leading(name: str, part: str, status: int, method: str = "post") -> Row:
    """The lead alone; other members are refused."""
    expected: Expected = {Who.LEAD: status, NOT_LEADING: 403}
    return Row(name, lambda world: plan_path(world, part), expected, rest=404, method=method)


def plan_path(world: World, part: str) -> str:
    return f"/lessons/plans/{world.things['plan'].pk}/{part.format(member=world.people[Who.COMMENTER].pk)}"


def orphan_path(world: World, part: str) -> str:
    return f"/lessons/plans/{world.things['orphan'].pk}/{part}"


def of_import(name: str, part: str, method: str = "get") -> Row:
    """An import that nobody here made: not there, for anybody."""
    return Row(name, f"/lessons/imports/{NOWHERE}/{part}", rest=404, method=method)


ROWS = [
    Row("lessons:plans", "/lessons/", rest=200),
    Row("lessons:new", "/lessons/new/", rest=200),
    Row("lessons:trash", "/lessons/trash/", rest=200),
    Row("lessons:textbooks", "/lessons/textbooks.json", rest=200),
    Row("lessons:textbook_choice", "/lessons/textbooks/choice/", rest=200),
    Row("lessons:recent", "/lessons/recent/", rest=200),
    Row("lessons:shared", "/lessons/shared/", rest=200),
    Row("lessons:import", "/lessons/imports/", rest=200),
    of_import("lessons:import_show", ""),
    of_import("lessons:import_progress", "progress/"),
    of_import("lessons:import_original", "file/"),
    of_import("lessons:import_picture", "pictures/1/"),
    of_import("lessons:import_by_hand", "by-hand/", "post"),
    of_import("lessons:import_discard", "discard/", "post"),
    of_import("lessons:import_column", "1/columns/", "post"),
    of_import("lessons:import_create", "1/create/", "post"),
    of_import("lessons:import_piece", "1/pieces/1/", "post"),
    of_import("lessons:import_rest", "1/rest/1/0/", "post"),
    writing("lessons:leftovers", "leftovers/", 200, "get"),
    writing("lessons:leftover", "leftovers/0/", 404),
    writing("lessons:leftover_picture", "leftovers/pictures/0/", 404, "get"),
    reading("lessons:plan", ""),
    reading("lessons:docx", "export.docx"),
    reading("lessons:pdf", "export.pdf"),
    reading("lessons:columns", "columns/"),
    writing("lessons:columns", "columns/", 400),
    Row(
        "lessons:duplicate",
        lambda world: plan_path(world, "duplicate/"),
        {READERS: 302},
        rest=404,
        method="post",
    ),
    leading("lessons:move_to_trash", "trash/", 302),
    Row("lessons:restore", lambda world: plan_path(world, "restore/"), rest=404, method="post"),
    reading("lessons:members", "members/"),
    leading("lessons:member_search", "members/search/?q=zhang", 200, "get"),
    leading("lessons:member_add", "members/add/", 422),
    leading("lessons:hand_over", "members/lead/", 422),
    leading("lessons:visibility", "members/visibility/", 422),
    leading("lessons:member_change", "members/{member}/", 422),
    Row(
        "lessons:member_remove",
        lambda world: plan_path(world, "members/{member}/remove/"),
        {Who.LEAD: 302, Who.COMMENTER: 302, Who.CO_AUTHOR: 403},  # the commenter leaves
        rest=404,
        method="post",
    ),
    Row("lessons:to_hand_on", "/lessons/hand-on/", rest=200),
    Row("lessons:hand_on", lambda world: plan_path(world, "hand-on/"), {READERS: 403}, rest=404),
    Row("lessons:hand_on", lambda world: orphan_path(world, "hand-on/"), {Who.UNIT_ADMIN: 200}, rest=404),
    Row(
        "lessons:hand_on",
        lambda world: orphan_path(world, "hand-on/"),
        {Who.UNIT_ADMIN: 422},
        rest=404,
        method="post",
    ),
    Row("lessons:plan", lambda world: orphan_path(world, ""), rest=404),
    Row("lessons:members", lambda world: orphan_path(world, "members/"), rest=404),
    Row("lessons:docx", lambda world: orphan_path(world, "export.docx"), rest=404),
    Row("lessons:files", lambda world: orphan_path(world, "files/"), rest=404),
    reading("lessons:files", "files/"),
    writing("lessons:files", "files/", 422),
    Row("lessons:file", lambda world: plan_path(world, f"files/{NOWHERE}/"), rest=404),
    writing("lessons:file_remove", f"files/{NOWHERE}/remove/", 404),
]
