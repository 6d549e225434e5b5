"""A table's cells on a grid, so that spans neither overlap nor reach outside (Word and Typst refuse both)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from realtime.prose.tree import Node

MAX_COLUMNS: Final = 63  # Word's own limit
MAX_ROWS: Final = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell stands; ``cell`` is None for a place that the table left empty."""

    row: int
    column: int
    rowspan: int
    colspan: int
    cell: Node | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table laid out: places in reading order, and the columns' widths as shares of the whole."""

    rows: int
    columns: int
    places: tuple[Place, ...]
    shares: tuple[float, ...]
    heading_rows: int


def lay_out(table: Node) -> Grid:
    """The grid of a clean table. What lies beyond Word's limits is not shown."""
    rows = table.content[:MAX_ROWS]
    taken: dict[tuple[int, int], Place] = {}
    places: list[Place] = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row.content:
            while (number, column) in taken:
                column += 1
            if column >= MAX_COLUMNS:
                break
            place = _place(cell, number, column, len(rows), taken)
            places.append(place)
            for r in range(number, number + place.rowspan):
                taken.update({(r, c): place for c in range(column, column + place.colspan)})
    columns = max((column for _, column in taken), default=0) + 1
    for r in range(len(rows)):
        places.extend(Place(r, c, 1, 1, None) for c in range(columns) if (r, c) not in taken)
    places.sort(key=lambda place: (place.row, place.column))
    return Grid(len(rows), columns, tuple(places), _shares(places, columns), _heading_rows(rows, places))


def _place(cell: Node, row: int, column: int, rows: int, taken: dict[tuple[int, int], Place]) -> Place:
    """The cell with as much of its spans as there is room for."""
    colspan = 1
    most = min(cell.attrs.get("colspan", 1), MAX_COLUMNS - column)
    while colspan < most and (row, column + colspan) not in taken:
        colspan += 1
    rowspan = 1
    most = min(cell.attrs.get("rowspan", 1), rows - row)
    while rowspan < most and all((row + rowspan, column + c) not in taken for c in range(colspan)):
        rowspan += 1
    return Place(row, column, rowspan, colspan, cell)


def _shares(places: Sequence[Place], columns: int) -> tuple[float, ...]:
    """Each column's share: by the widths that cells give, the average where none does."""
    widths: dict[int, int] = {}
    for place in places:
        given = place.cell.attrs.get("colwidth", ()) if place.cell is not None else ()
        for offset, width in enumerate(given):
            if width and offset < place.colspan:
                widths.setdefault(place.column + offset, width)
    average = sum(widths.values()) / len(widths) if widths else 1.0
    every = [widths.get(column, average) for column in range(columns)]
    return tuple(width / sum(every) for width in every)


def _heading_rows(rows: Sequence[Node], places: Sequence[Place]) -> int:
    """How many rows at the top consist of header cells alone and can be repeated; not all rows, nor half a cell."""
    count = 0
    for row in rows:
        if not row.content or any(cell.type != "table_header" for cell in row.content):
            break
        count += max(cell.attrs.get("rowspan", 1) for cell in row.content) if count == 0 else 1
    if any(place.row < count < place.row + place.rowspan for place in places):
        return 0
    return count if count < len(rows) and count <= 3 else 0  # noqa: PLR2004 -- more is not a heading
