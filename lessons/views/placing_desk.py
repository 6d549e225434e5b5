"""What stands on the desk (摆放页): the source with its pieces marked, and the plan as it comes together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons import queries
from lessons.columns import LABELS, MAX_LENGTHS
from lessons.enums import FIELD_LABELS, GRADES, LESSON_TYPES, SectionKind
from lessons.imports import source as sources
from lessons.imports.building import Builder
from lessons.imports.pieces import ASIDE, LABEL, PLACED, UNPLACED, UNSURE
from lessons.imports.source import Cell, Inline, Para, Source, Table, walk
from lessons.models import COLUMNS, ImportLesson, PlanImport
from realtime.prose.html import to_html
from research.enums import Stage

Piece = dict[str, Any]
Places = list[tuple[str, list[tuple[str, str]]]]
SHOWN_OF_A_KIND = 3
EMPTY, BREAK = format_html("{}", ""), format_html("<br>{}", "")
TAGS = {
    "strong": "<b>{}</b>",
    "em": "<i>{}</i>",
    "underline": "<u>{}</u>",
    "superscript": "<sup>{}</sup>",
    "subscript": "<sub>{}</sub>",
}
Marked = dict[int, list[tuple[int, int, str]]]
ROLES = {
    "phase": gettext_lazy("Step"),
    "teacher": gettext_lazy("What the teacher does"),
    "student": gettext_lazy("What the students do"),
    "intent": gettext_lazy("Intent"),
}
REASONS = {
    "pair": gettext_lazy("One label for two fields: please put what belongs to the other there."),
    "second": gettext_lazy("Said twice, and differently."),
    "worked_out": gettext_lazy("Worked out from what is written."),
    "unread": gettext_lazy("This could not be made out."),
    "guess_title": gettext_lazy("Looks like the title."),
    "leftover": gettext_lazy("Stood in the label's cell; perhaps left over from another lesson."),
    "other_column": gettext_lazy("From another column of the table."),
    "intent": gettext_lazy("May belong to another step."),
    "hint": gettext_lazy("A hint of the form"),
    "blank": gettext_lazy("An empty line of the form"),
    "cover": gettext_lazy("Cover or heading"),
    "margin": gettext_lazy("Page header or footer"),
    "duplicate": gettext_lazy("Said twice"),
    "teacher": gettext_lazy("Name of the teacher"),
    "date": gettext_lazy("Date"),
    "place": gettext_lazy("Room"),
    "school": gettext_lazy("School"),
    "signature": gettext_lazy("Signature"),
    "number": gettext_lazy("Number"),
    "long": gettext_lazy("Too long for its column"),
    "not_a_lesson": gettext_lazy("Not part of a lesson"),
    "blank_form": gettext_lazy("An empty form"),
    "by_hand": gettext_lazy("Left out by you"),
    "replaced": gettext_lazy("Another text was put in its place"),
    "object": gettext_lazy("Holds a picture or a formula, for which its place has no room"),
}
LEFT_OUT = {
    "macros": gettext_lazy("Macros were left out."),
    "external": gettext_lazy("A picture that is only linked was left out: %(detail)s"),
    "link": gettext_lazy("An unsafe link was left out; its words are kept: %(detail)s"),
    "embedded": gettext_lazy("Embedded files were left out: %(detail)s"),
    "picture": gettext_lazy("A picture that cannot be read was left out: %(detail)s"),
    "drawing": gettext_lazy("An old Windows drawing was left out: %(detail)s"),
    "chart": gettext_lazy("A chart was left out: %(detail)s"),
    "comment": gettext_lazy("A comment was left out: %(detail)s"),
    "deleted": gettext_lazy("Struck out by a reviewer, left out: %(detail)s"),
    "hidden": gettext_lazy("Hidden text was left out: %(detail)s"),
    "formula": gettext_lazy("A formula was kept as plain text: %(detail)s"),
}


def desk(lesson: ImportLesson) -> dict[str, Any]:
    """Everything the page shows of one lesson."""
    item = lesson.item
    read = sources.from_json(item.source or {"blocks": [], "dropped": []})
    pictures = {picture.number: str(picture.pk) for picture in item.pictures.all()}
    urls = {
        key: reverse("lessons:import_picture", args=[item.pk, number]) for number, key in pictures.items()
    }
    builder = Builder(read, pictures)
    pieces = [shown(builder, urls, lesson, str(number), piece) for number, piece in enumerate(lesson.pieces)]
    rest = [shown(builder, urls, lesson, rest_key(piece), piece) for piece in item.rest]
    aside = [piece for piece in (*pieces, *rest) if piece["status"] == ASIDE]
    siblings = list(item.lessons.select_related("plan").defer("pieces"))
    return {
        "item": item,
        "lesson": lesson,
        "siblings": siblings,
        "columns": columns_shown(lesson),
        "sections": sections_of(pieces),
        "steps": steps_of(lesson, pieces),
        "loose": [piece for piece in (*pieces, *rest) if piece["status"] in {UNSURE, UNPLACED}],
        "aside": aside,
        "dropped": sentences_of_dropped(item),
        "places": places_of(lesson),
        "summary": summary_of(lesson),
        "source": Page(read, urls, pictures, lesson, alone=len(siblings) == 1).html(),
        "left_out": len(aside) + len(item.dropped),
        "is_done": lesson.plan_id is not None,
    }


def rest_key(piece: Piece) -> str:
    """How a piece that belongs to no lesson is called: by where it begins."""
    para, start, _end = piece["spans"][0]
    return f"r{para}-{start}"


def shown(
    builder: Builder, urls: Mapping[str, str], lesson: ImportLesson, key: str, piece: Piece
) -> dict[str, Any]:
    """One piece with its text as it will stand in the plan, and the address that places it."""
    node = builder.node([(para, start, end) for para, start, end in piece["spans"]])
    place = piece.get("place", "")
    return {
        "number": key,
        "url": address_of(lesson, key),
        "status": piece["status"],
        "place": place,
        "place_label": place_label(place),
        "name": piece.get("name", ""),
        "reason": REASONS.get(piece.get("reason", ""), ""),
        "html": to_html(node, picture_url=lambda key: urls.get(key, "")) if piece["status"] != LABEL else "",
        "parts": len(piece["spans"]) if not key.startswith("r") else 1,
    }


def address_of(lesson: ImportLesson, key: str) -> str:
    if key.startswith("r"):
        return reverse("lessons:import_rest", args=[lesson.item_id, lesson.number, *key[1:].split("-")])
    return reverse("lessons:import_piece", args=[lesson.item_id, lesson.number, int(key)])


def place_label(place: str) -> str:
    if place.startswith("step/"):
        _step, number, role = place.split("/")
        if role == "minutes":
            return _("Step %(number)s: minutes") % {"number": int(number) + 1}
        return _("Step %(number)s: %(role)s") % {"number": int(number) + 1, "role": ROLES[role]}
    return str(LABELS.get(place) or FIELD_LABELS.get(place) or place)


def columns_shown(lesson: ImportLesson) -> list[dict[str, Any]]:
    """The facts with what is offered for each, narrowed by the ones before it."""
    said = {name: fact.get("value", "") for name, fact in lesson.columns.items()}
    books = list(queries.textbooks())
    stage = said.get("stage", "")
    choices = {
        **queries.suggestions(books, said),
        "unit": queries.units_for(books, said),
        "grade": list(GRADES[Stage(stage)]) if stage in Stage.values else [],
        "lesson_type": list(LESSON_TYPES),
    }
    return [column_shown(name, lesson, choices.get(name, [])) for name in COLUMNS]


def column_shown(name: str, lesson: ImportLesson, offered: list[str]) -> dict[str, Any]:
    fact = lesson.columns.get(name, {})
    return {
        "name": name,
        "label": LABELS[name],
        "value": fact.get("value", ""),
        "sure": fact.get("sure", True),
        "choices": Stage.choices if name == "stage" else [],
        "number": name == "periods",
        "longest": MAX_LENGTHS.get(name, 3),
        "offered": offered,
    }


def sections_of(pieces: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Every field of the plan with the pieces that lie in it; empty ones too, to be filled."""
    by_place: dict[str, list[dict[str, Any]]] = {}
    for piece in pieces:
        by_place.setdefault(piece["place"], []).append(piece)
    return [
        {"key": key, "label": label, "pieces": by_place.get(key, [])}
        for key, label in FIELD_LABELS.items()
        if key != "steps"
    ]


def steps_of(lesson: ImportLesson, pieces: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    found: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for piece in pieces:
        if piece["place"].startswith("step/"):
            _step, number, role = piece["place"].split("/")
            found.setdefault((int(number), role), []).append(piece)
    steps = []
    for number, minutes in enumerate(lesson.minutes):
        cells = [
            {
                "role": role,
                "label": label,
                "place": f"step/{number}/{role}",
                "pieces": found.get((number, role), []),
            }
            for role, label in ROLES.items()
        ]
        if minutes is not None or any(cell["pieces"] for cell in cells):
            steps.append({"number": number, "minutes": minutes, "cells": cells})
    return steps


def places_of(lesson: ImportLesson) -> Places:
    """Where a piece may be put, in groups for a select."""
    offered_fields = {
        section.key
        for template in queries.offered_templates()
        for section in template.sections()
        if section.kind == SectionKind.RICH
    }
    fields = [(key, str(label)) for key, label in FIELD_LABELS.items() if key in offered_fields]
    facts = [(name, str(LABELS[name])) for name in COLUMNS]
    steps = [
        (f"step/{number}/{role}", place_label(f"step/{number}/{role}"))
        for number in range(len(lesson.minutes))
        for role in ROLES
    ]
    new = [(f"step/new/{role}", _("New step: %(role)s") % {"role": label}) for role, label in ROLES.items()]
    return [(_("Fields"), fields), (_("Facts"), facts), (str(FIELD_LABELS["steps"]), [*steps, *new])]


def summary_of(lesson: ImportLesson) -> dict[str, int]:
    """What the import says it did: recognised, to confirm, not placed."""
    placed = {p["place"] for p in lesson.pieces if p["status"] == PLACED and p.get("place")}
    items = {"steps" if place.startswith("step/") else place for place in placed}
    items |= {name for name, fact in lesson.columns.items() if fact["value"] and fact["sure"]}
    unsure = [piece for piece in lesson.pieces if piece["status"] == UNSURE]
    told = {piece.get("place") for piece in unsure}
    guessed = [
        n for n, fact in lesson.columns.items() if fact["value"] and not fact["sure"] and n not in told
    ]
    unplaced = sum(1 for piece in (*lesson.pieces, *lesson.item.rest) if piece["status"] == UNPLACED)
    return {"found": len(items), "unsure": len(unsure) + len(guessed), "unplaced": unplaced}


def sentences_of_dropped(item: PlanImport) -> list[str]:
    """What was left out of the file, each in a sentence; many of a kind are counted."""
    kinds: dict[str, list[str]] = {}
    for what, detail in item.dropped:
        kinds.setdefault(what, []).append(detail)
    sentences = []
    for what, details in kinds.items():
        shown_ = details[:SHOWN_OF_A_KIND]
        sentences += [str(LEFT_OUT[what]) % {"detail": detail or "—"} for detail in shown_]
        if (more := len(details) - SHOWN_OF_A_KIND) > 0:
            sentences.append(ngettext("… and %(more)s more", "… and %(more)s more", more) % {"more": more})
    return sentences


class Page:
    """The source as HTML: its own tables, pictures and looks, each text marked with its piece."""

    def __init__(
        self,
        read: Source,
        urls: Mapping[str, str],
        pictures: Mapping[int, str],
        lesson: ImportLesson,
        *,
        alone: bool,
    ) -> None:
        self.read, self.urls, self.pictures = read, urls, pictures
        self.status: dict[str, str] = {}
        self.marked: Marked = {}
        for number, piece in enumerate(lesson.pieces):
            self._mark(str(number), piece)
        ids = sorted(self.marked)
        for piece in lesson.item.rest:
            self._mark(rest_key(piece), piece)
        self.first, self.last = (0, 1 << 30) if alone or not ids else (ids[0], ids[-1])

    def _mark(self, key: str, piece: Piece) -> None:
        self.status[key] = piece["status"]
        for para, start, end in piece["spans"]:
            self.marked.setdefault(para, []).append((start, end, key))

    def html(self) -> SafeString:
        blocks = [block for block in self.read.blocks if self._is_shown(block)]
        return self._blocks(blocks)

    def _is_shown(self, block: Para | Table) -> bool:
        """Of a file with several lessons, only the part with this one."""
        return any(self.first <= para.id <= self.last for para in walk([block]))

    def _blocks(self, blocks: Iterable[Para | Table]) -> SafeString:
        return format_html_join(
            "", "{}", ((self._table(b) if isinstance(b, Table) else self._paragraph(b),) for b in blocks)
        )

    def _paragraph(self, para: Para) -> SafeString:
        if para.blank:
            return EMPTY
        classes = [
            name for name, on in (("ctr", para.align == "center"), ("rgt", para.align == "right")) if on
        ]
        classes += ["big"] if para.level or para.size >= 15 else []  # noqa: PLR2004 - points, clearly a heading
        classes += ["dot"] if para.bullet >= 0 else []
        classes += ["margin"] if para.region != "body" else []
        return format_html('<p class="{}">{}</p>', " ".join(classes), self._segments(para))

    def _segments(self, para: Para) -> SafeString:
        cuts = sorted(self.marked.get(para.id, []))
        html, at = [], 0
        for start, end, key in [*cuts, (len(para.text), len(para.text), "")]:
            if start > at:
                html.append(self._inlines(para, at, start))
            if end > start:
                inside = self._inlines(para, start, end)
                html.append(
                    format_html(
                        '<span class="seg {}" data-piece="{}">{}</span>', self.status[key], key, inside
                    )
                )
            at = max(at, end)
        return format_html_join("", "{}", ((part,) for part in html))

    def _inlines(self, para: Para, start: int, end: int) -> SafeString:
        return format_html_join("", "{}", ((part,) for part in self._cut(para, start, end)))

    def _cut(self, para: Para, start: int, end: int) -> Iterator[SafeString]:
        at = 0
        for inline in para.inlines:
            plain = inline.plain
            cut = plain[max(0, start - at) : max(0, end - at)]
            at += len(plain)
            if cut:
                yield self._inline(inline, cut)

    def _inline(self, inline: Inline, cut: str) -> SafeString:
        if inline.kind == "image":
            url = self.urls.get(self.pictures.get(inline.picture, ""), "")
            alt = inline.text or _("Picture")
            return (
                format_html('<img src="{}" alt="{}" loading="lazy">', url, alt)
                if url
                else format_html("[{}]", alt)
            )
        if inline.kind == "formula":
            return format_html('<code class="tex">{}</code>', inline.text)
        if inline.kind == "break":
            return BREAK
        html = format_html("{}", cut)
        for mark, tag in TAGS.items():
            if mark in inline.marks:
                html = format_html(tag, html)
        return html

    def _table(self, table: Table) -> SafeString:
        rows = (
            (format_html_join("", "{}", ((self._cell(cell),) for cell in row)),) for row in table.rows if row
        )
        return format_html(
            '<div class="scroll-x"><table><tbody>{}</tbody></table></div>',
            format_html_join("", "<tr>{}</tr>", rows),
        )

    def _cell(self, cell: Cell) -> SafeString:
        return format_html(
            '<td colspan="{}" rowspan="{}">{}</td>', cell.colspan, cell.rowspan, self._blocks(cell.blocks)
        )
