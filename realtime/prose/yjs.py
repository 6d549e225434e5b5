"""Rich text out of a shared document and into it, exactly as y-prosemirror 1.3.7 reads and writes it.

Facts that shape this file, all seen on real documents: ``str(fragment)`` is not escaped, so nothing here uses
it; numbers come as floats, and are written as floats, for an int becomes a BigInt in the browser; offsets in
text are UTF-8 bytes; a mark that may overlap itself is stored as ``name--xxxxxxxx``; inline nodes keep none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pycrdt import Text, XmlElement, XmlFragment, XmlText

from realtime.prose.rules import MARKS, NODES, full_attrs
from realtime.prose.schema import MAX_DEPTH, clean
from realtime.prose.tree import Mark, Node, doc, from_plain

_HASHED: Final = re.compile(r"--[A-Za-z0-9+/=]{8}$")
_MAX_READ_DEPTH: Final = 2 * MAX_DEPTH


def read(fragment: object) -> Node:
    """The rich text in ``fragment``, clean. Anything but a fragment or text is an empty one."""
    if isinstance(fragment, (XmlFragment, XmlElement, XmlText)):
        return clean(doc(_read(fragment, 0)))
    if isinstance(fragment, (Text, str)):
        return clean(from_plain(str(fragment)))
    return doc()


def write(fragment: XmlFragment, node: Node) -> None:
    """Replace what stands in ``fragment``, which is part of a document already, by ``node``."""
    with fragment.doc.transaction():
        if len(fragment.children):
            del fragment.children[0 : len(fragment.children)]
        _append(fragment, clean(node).content)


def append(fragment: XmlFragment, node: Node) -> None:
    """Add ``node`` at the end of ``fragment``, which is part of a document already; what stands there stays."""
    with fragment.doc.transaction():
        _append(fragment, clean(node).content)


# --- reading ----------------------------------------------------------------------------------------------


def _read(shared: XmlFragment | XmlElement | XmlText, depth: int) -> tuple[Node, ...]:
    if isinstance(shared, XmlText):
        return tuple(_texts(shared))
    if depth >= _MAX_READ_DEPTH:
        return tuple(_deep_texts(shared))
    inside = tuple(node for child in shared.children for node in _read(child, depth + 1))
    if isinstance(shared, XmlElement) and shared.tag:
        return (Node(shared.tag, attrs=_attributes(shared), content=inside),)
    return inside


def _attributes(element: XmlElement) -> dict[str, Any]:
    view: Any = element.attributes  # whose types say less than it does
    return dict(view)


def _texts(shared: XmlText) -> Iterator[Node]:
    """Its text with marks; embedded objects have no text."""
    for piece, attributes in shared.diff():
        if isinstance(piece, str) and piece:
            yield Node("text", text=piece, marks=tuple(_marks(attributes or {})))


def _marks(attributes: Mapping[str, Any]) -> Iterator[Mark]:
    """Marks by their names without the hash; y-prosemirror takes a null for "no such mark"."""
    for name, attrs in attributes.items():
        if attrs is not None:
            yield Mark(_HASHED.sub("", name), attrs if isinstance(attrs, dict) else {})


def _deep_texts(shared: XmlFragment | XmlElement) -> Iterator[Node]:
    """The text of a subtree that nests deeper than any editor makes it, without recursion."""
    waiting: list[Any] = [shared]
    while waiting:
        one = waiting.pop()
        if isinstance(one, XmlText):
            yield from _texts(one)
        else:
            waiting.extend(reversed(list(one.children)))


# --- writing ----------------------------------------------------------------------------------------------


def _append(parent: XmlFragment | XmlElement, nodes: Iterable[Node]) -> None:
    """Texts that stand side by side share one XmlText, each other node is an element."""
    open_text: XmlText | None = None
    for node in nodes:
        if node.type == "text":
            if open_text is None:
                open_text = XmlText()
                parent.children.append(open_text)
            open_text.insert(
                len(open_text), node.text, {mark.type: _stored_mark(mark) for mark in node.marks}
            )
        else:
            open_text = None
            element = XmlElement(node.type, _stored_attrs(node))
            parent.children.append(element)
            _append(element, node.content)


def _stored(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_stored(item) for item in value]
    return float(value) if isinstance(value, int) else value


def _stored_attrs(node: Node) -> dict[str, Any]:
    return {name: _stored(value) for name, value in full_attrs(NODES[node.type].attrs, node.attrs).items()}


def _stored_mark(mark: Mark) -> dict[str, Any]:
    return {name: _stored(value) for name, value in full_attrs(MARKS[mark.type].attrs, mark.attrs).items()}
