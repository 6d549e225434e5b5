"""The body of a lesson plan while it is outside its shared document.

Inside, it is a map of fields (ARCHITECTURE.md): ``f:<key>`` XmlFragments, ``steps``, ``meta``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from realtime.prose.tree import Node, doc


@dataclass(frozen=True, slots=True)
class Step:
    """One step of 教学过程. ``order`` is a fractional key, ties are broken by ``id``; ``minutes`` is None if unsaid."""

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
