"""A query as clauses over indexed fields, which every engine can translate one to one (子句).

The compiler (``compiler.py``) makes them of the tree; an engine needs to know no Chinese.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """A token in a field; counts ``boost`` times its BM25 score."""

    field: str
    token: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Sequence:
    """Tokens that follow one another in a field (two or more)."""

    field: str
    tokens: tuple[str, ...]
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Prefix:
    """A field's token that begins so; counts ``boost``, whatever the token."""

    field: str
    start: str
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Within:
    """Of the years from the first to the last (None leaves an end open); counts one."""

    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Any:
    """One of these must hold; their scores add up."""

    clauses: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class All:
    """All of these must hold; their scores add up."""

    clauses: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Best:
    """One of these must hold; the highest score counts."""

    clauses: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What ``wanted`` finds (everything, if None), but not what ``unwanted`` finds."""

    wanted: "Clause | None"
    unwanted: tuple["Clause", ...]


@dataclass(frozen=True, slots=True)
class Silent:
    """Must hold and adds nothing to the score."""

    clause: "Clause"


@dataclass(frozen=True, slots=True)
class Ranked:
    """``must`` alone decides what is found; ``by`` gives the score, nothing where it does not hold."""

    must: "Clause"
    by: "Clause"


Clause = Term | Sequence | Prefix | Within | Any | All | Best | Without | Silent | Ranked
