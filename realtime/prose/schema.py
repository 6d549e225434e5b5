"""Rich text held to the white list: ``clean`` repairs any tree, and keeps its text.

What a tree may be is what ProseMirror's schema may hold, for the editor's binding deletes for everybody what
its schema refuses. Attributes that equal their defaults are left out, marks stand in the order of the list,
neighbouring texts with equal marks are one: so equal rich texts are equal trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from realtime.prose.rules import MARKS, NODES, clean_attrs, clean_text
from realtime.prose.tree import Mark, Node, doc, paragraph, text

MAX_DEPTH: Final = 24  # blocks in blocks; what lies deeper stands as text at the last level
BREAK: Final = Node("hard_break")
_CELLS: Final = ("table_cell", "table_header")


def clean(node: Node) -> Node:
    """``node`` as a whole rich text that the white list allows, with all of its text."""
    content = node.content if node.type == "doc" else (node,)
    return doc(_blocks(_all(content, 0)))


def from_json(value: object) -> Node:
    """A clean rich text from ProseMirror's JSON, whoever wrote it."""
    return clean(_node_of(value, 0))


def plain_text(node: Node) -> str:
    """All text in a tree of any depth, without recursion."""
    found: list[str] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "text":
            found.append(one.text)
        waiting.extend(reversed(one.content))
    return "".join(found)


# --- inline -----------------------------------------------------------------------------------------------


def clean_marks(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Known marks in the list's order, each once; of two that exclude each other the outer stays."""
    kept: dict[str, Mark] = {}
    for mark in sorted((m for m in marks if m.type in MARKS), key=lambda m: MARKS[m.type].rank):
        attrs = clean_attrs(MARKS[mark.type].attrs, mark.attrs)
        if attrs is not None and mark.type not in kept and MARKS[mark.type].excludes not in kept:
            kept[mark.type] = Mark(mark.type, {**_mark_defaults(mark.type), **attrs})
    return tuple(kept.values())


def _mark_defaults(name: str) -> dict[str, Any]:
    """A mark's attributes are always written out: they are few, and name the colour."""
    return {key: rule["default"] for key, rule in MARKS[name].attrs.items() if "default" in rule}


def _texts(value: str, marks: Iterable[Mark]) -> list[Node]:
    """A text node for each line, with breaks between; nothing for an empty text."""
    kept = clean_marks(marks)
    result: list[Node] = []
    for number, line in enumerate(clean_text(value).split("\n")):
        if number:
            result.append(BREAK)
        if line:
            result.append(text(line, *kept))
    return result


def _inline_leaf(node: Node) -> list[Node]:
    """A picture, formula or break. The binding stores no marks on them, so they bear none."""
    attrs = clean_attrs(NODES[node.type].attrs, node.attrs)
    if attrs is None:
        return _texts(str(node.attrs.get("alt") or ""), ())
    return [Node(node.type, attrs=attrs)]


def _joined(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Neighbouring texts with equal marks made one."""
    result: list[Node] = []
    for node in nodes:
        last = result[-1] if result else None
        if last is not None and last.type == node.type == "text" and last.marks == node.marks:
            result[-1] = text(last.text + node.text, *node.marks)
        else:
            result.append(node)
    return tuple(result)


# --- blocks -----------------------------------------------------------------------------------------------


def _is_inline(node: Node) -> bool:
    return NODES[node.type].inline


def _blocks(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Clean nodes of any kind as blocks: what is loose comes into paragraphs, lists and tables."""
    result: list[Node] = []
    for kind, group in groupby(nodes, key=_home):
        if kind == "":
            result.extend(group)
        elif kind == "paragraph":
            result.append(Node("paragraph", content=_joined(group)))
        elif kind == "bullet_list":
            result.append(Node("bullet_list", content=tuple(group)))
        else:
            result.append(Node("table", content=_rows(tuple(group))))
    return tuple(result)


def _home(node: Node) -> str:
    """What a loose node must be wrapped in to be a block; empty for a block."""
    if _is_inline(node):
        return "paragraph"
    return {"list_item": "bullet_list", "table_row": "table"}.get(node.type) or (
        "table" if node.type in _CELLS else ""
    )


def _filled(blocks: tuple[Node, ...]) -> tuple[Node, ...]:
    return blocks or (paragraph(),)


def _items(nodes: Sequence[Node]) -> tuple[Node, ...]:
    """The items of a list; a list that stands beside the items belongs to the item before it."""
    result: list[Node] = []
    for is_item, group in groupby(nodes, key=lambda node: node.type == "list_item"):
        if is_item:
            result.extend(group)
            continue
        blocks = _blocks(tuple(group))
        if result and blocks[0].type in {"bullet_list", "ordered_list"}:
            result[-1] = Node("list_item", content=result[-1].content + blocks)
        else:
            result.extend(Node("list_item", content=(block,)) for block in blocks)
    return tuple(result)


def _rows(nodes: Sequence[Node]) -> tuple[Node, ...]:
    result: list[Node] = []
    for is_row, group in groupby(nodes, key=lambda node: node.type == "table_row"):
        some = tuple(group)
        result.extend(some if is_row else [Node("table_row", content=_row_cells(some))])
    return tuple(result)


def _row_cells(nodes: Sequence[Node]) -> tuple[Node, ...]:
    result: list[Node] = []
    for is_cell, group in groupby(nodes, key=lambda node: node.type in _CELLS):
        some = tuple(group)
        result.extend(some if is_cell else [Node("table_cell", content=_blocks(some))])
    return tuple(result)


_FITTING: Final[Mapping[str, Callable[[Sequence[Node]], tuple[Node, ...]]]] = {
    "block+": lambda nodes: _filled(_blocks(nodes)),
    "list_item+": _items,
    "table_row+": _rows,
    "(table_cell | table_header)*": _row_cells,
}
_NOTHING_WITHOUT_CONTENT: Final = {"bullet_list", "ordered_list", "table"}


def _all(nodes: Iterable[Node], depth: int) -> list[Node]:
    return [clean_node for node in nodes for clean_node in _clean(node, depth)]


def _clean(node: Node, depth: int) -> list[Node]:  # noqa: PLR0911 -- one line a kind of node
    """What stands for ``node`` in a clean tree: itself repaired, or its content where it is not known."""
    if node.type == "text":
        return [*_texts(node.text, node.marks), *_all(node.content, depth + 1)]
    if depth >= MAX_DEPTH and node.content:
        return _texts(plain_text(node), ())
    rule = NODES.get(node.type)
    if rule is None or node.type == "doc":
        return _all(node.content, depth + 1)
    if not rule.content:
        leaf = _inline_leaf(node) if rule.inline else [Node(node.type)]
        return [*leaf, *_all(node.content, depth + 1)]
    attrs = _cell_attrs(clean_attrs(rule.attrs, node.attrs) or {})
    content = _all(node.content, depth + 1)
    if rule.content == "inline*":
        return _lines(Node(node.type, attrs=attrs), content)
    fitting = _FITTING[rule.content](content)
    if not fitting and node.type in _NOTHING_WITHOUT_CONTENT:
        return []
    return [Node(node.type, attrs=attrs, content=fitting)]


def _cell_attrs(attrs: dict[str, Any]) -> dict[str, Any]:
    """Column widths are as many as the columns that the cell spans, or nothing."""
    widths = attrs.get("colwidth")
    if widths is not None and len(widths) != attrs.get("colspan", 1):
        return {name: value for name, value in attrs.items() if name != "colwidth"}
    return attrs


def _lines(like: Node, content: list[Node]) -> list[Node]:
    """A paragraph or heading; blocks that were inside it come to stand between its parts."""
    if all(_is_inline(node) for node in content):
        return [Node(like.type, attrs=like.attrs, content=_joined(content))]
    result: list[Node] = []
    for inline, group in groupby(content, key=_is_inline):
        if inline:
            result.append(Node(like.type, attrs=like.attrs, content=_joined(group)))
        else:
            result.extend(_blocks(tuple(group)))
    return result


# --- JSON -------------------------------------------------------------------------------------------------


def _attrs_of(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _node_of(value: object, depth: int) -> Node:
    """A tree from JSON of unknown origin; what is not of its shape is nothing."""
    if not isinstance(value, dict) or depth > 2 * MAX_DEPTH:
        return doc()
    marks = [m for m in value.get("marks") or () if isinstance(m, dict) and isinstance(m.get("type"), str)]
    content = value.get("content")
    return Node(
        str(value.get("type", "")),
        attrs=_attrs_of(value.get("attrs")),
        content=tuple(_node_of(child, depth + 1) for child in content) if isinstance(content, list) else (),
        text=value["text"] if isinstance(value.get("text"), str) else "",
        marks=tuple(Mark(mark["type"], _attrs_of(mark.get("attrs"))) for mark in marks),
    )
