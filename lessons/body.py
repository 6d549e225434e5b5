"""The body of a lesson plan, in its shared document and outside of it.

Inside, it is a map of fields (ARCHITECTURE.md): ``f:<key>`` XmlFragments, ``steps``, ``meta``. What comes
out of a document was written by any client, so nothing in it is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from pycrdt import Doc, Map, XmlFragment

from lessons.order_keys import is_key, key_between, keys_between
from realtime.prose import yjs
from realtime.prose.tree import Node, doc, is_blank

KIND = "plan"
SCHEMA = 1
MAX_MINUTES = 600
MAX_PHASE = 200
CELLS = ("teacher", "student", "intent")
_FIELD = re.compile(r"f:([a-z][a-z0-9_]{0,39})\Z")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of 教学过程. ``order`` is a fractional key, ties are broken by ``id``; ``minutes`` is None
    if unsaid.
    """

    id: str
    order: str
    phase: str = ""
    minutes: int | None = None
    teacher: Node = field(default_factory=doc)
    student: Node = field(default_factory=doc)
    intent: Node = field(default_factory=doc)


@dataclass(frozen=True, slots=True)
class PlanBody:
    """The rich fields of a plan by key, and its steps in order."""

    fields: dict[str, Node] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()

    def pictures(self) -> set[str]:
        """The pictures that stand anywhere in it."""
        cells = (getattr(step, cell) for step in self.steps for cell in CELLS)
        return {picture for node in (*self.fields.values(), *cells) for picture in _pictures(node)}


def in_order(*steps: Step) -> tuple[Step, ...]:
    """The steps with fresh ids and keys that keep them in this order."""
    keys = keys_between(None, None, len(steps))
    return tuple(replace(step, id=uuid4().hex[:16], order=key) for step, key in zip(steps, keys, strict=True))


# --- out of the document ----------------------------------------------------------------------------------


def read_body(document: Doc[Any]) -> PlanBody:
    """Everything in the document that a plan knows."""
    found: dict[str, Node] = {}
    for name in sorted(document.keys()):
        if match := _FIELD.match(name):
            node = yjs.read(document.get(name, type=XmlFragment))
            if not is_blank(node):
                found[match[1]] = node
    return PlanBody(fields=found, steps=_steps(document))


def _steps(document: Doc[Any]) -> tuple[Step, ...]:
    steps = document.get("steps", type=Map)
    read = [_step(identity, steps[identity]) for identity in steps.keys()]  # noqa: SIM118 - no dict
    return tuple(sorted((step for step in read if step), key=lambda step: (step.order, step.id)))


def _step(identity: str, row: Any) -> Step | None:
    if not isinstance(row, Map):
        return None
    order, phase, minutes = (row.get(name) for name in ("order", "phase", "minutes"))
    cells = {name: row.get(name) for name in CELLS}
    return Step(
        id=identity,
        order=order if isinstance(order, str) else "",
        phase=phase[:MAX_PHASE] if isinstance(phase, str) else "",
        minutes=_minutes(minutes),
        **{name: yjs.read(cell) for name, cell in cells.items() if isinstance(cell, XmlFragment)},
    )


def _minutes(value: Any) -> int | None:
    """Numbers come out of documents as floats; what is no plausible number counts as unsaid."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value + 0.5) if 0 <= value <= MAX_MINUTES else None


# --- into the document ------------------------------------------------------------------------------------


def write_body(document: Doc[Any], body: PlanBody, *, template_key: str) -> None:
    """Fill an empty document."""
    with document.transaction():
        meta = document.get("meta", type=Map)
        meta["schema"] = float(SCHEMA)  # an int would be a BigInt in the browser
        meta["template"] = template_key
        for key, node in body.fields.items():
            if not is_blank(node):
                yjs.write(document.get(f"f:{key}", type=XmlFragment), node)
        steps = document.get("steps", type=Map)
        for step in _with_keys(body.steps):
            _write_step(steps, step)


def append_to_field(document: Doc[Any], key: str, node: Node) -> None:
    """Add rich text at the end of a field; what others write there meanwhile stays."""
    yjs.append(document.get(f"f:{key}", type=XmlFragment), node)


def append_to_step(document: Doc[Any], identity: str, cell: str, node: Node) -> bool:
    """Add rich text at the end of a step's cell; False if there is no such step any more."""
    row = document.get("steps", type=Map).get(identity)
    if not isinstance(row, Map):
        return False
    if not isinstance(row.get(cell), XmlFragment):
        row[cell] = XmlFragment()
    yjs.append(row[cell], node)
    return True


def add_step(document: Doc[Any], step: Step) -> None:
    """Add a step after the last one, with an id and a key of its own."""
    orders = [known.order for known in _steps(document) if is_key(known.order)]
    order = key_between(max(orders, default=None), None)
    _write_step(document.get("steps", type=Map), replace(step, id=uuid4().hex[:16], order=order))


def _with_keys(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps as they are if every one has a key and an id of its own, else with fresh ones in their
    order.
    """
    sound = all(step.id and is_key(step.order) for step in steps)
    return tuple(steps) if sound and len({step.id for step in steps}) == len(steps) else in_order(*steps)


def _write_step(steps: Map[Any], step: Step) -> None:
    minutes = None if step.minutes is None else float(step.minutes)
    steps[step.id] = Map({"order": step.order, "phase": step.phase, "minutes": minutes})
    row = steps[step.id]
    for cell in CELLS:
        row[cell] = XmlFragment()
        node = getattr(step, cell)
        if not is_blank(node):
            yjs.write(row[cell], node)


# --- pictures ---------------------------------------------------------------------------------------------


def _pictures(node: Node) -> Iterator[str]:
    if node.type == "image" and isinstance(node.attrs.get("picture"), str):
        yield node.attrs["picture"]
    for child in node.content:
        yield from _pictures(child)
