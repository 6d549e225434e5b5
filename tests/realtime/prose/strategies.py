"""Random rich texts: clean trees, and trees that break every rule."""

from typing import Any

from hypothesis import strategies as st

from realtime.prose.rules import MARKS, NODES, PALETTE
from realtime.prose.schema import clean
from realtime.prose.tree import Mark, Node, doc

CHARACTERS = "教案甲乙丙，。“”abcZ019<>&\"'`$#*_[]{}()\\/=~@!|;:%^+-\xa0　é𠮷䶮𰻝😀\u202e"
words = st.text(CHARACTERS, min_size=1, max_size=8)
pictures = st.uuids().map(str)
colours = st.sampled_from(PALETTE)
links = st.sampled_from(["https://example.org/a?b=1&c='2'", "http://示例.cn/甲#乙", "mailto:a@example.org"])


def _mark(name: str) -> st.SearchStrategy[Mark]:
    if name in {"color", "highlight"}:
        return colours.map(lambda colour: Mark(name, {"name": colour}))
    if name == "link":
        return links.map(lambda href: Mark(name, {"href": href}))
    return st.just(Mark(name))


marks = st.lists(st.sampled_from(sorted(MARKS)).flatmap(_mark), max_size=4).map(tuple)
texts = st.builds(lambda value, on: Node("text", text=value, marks=on), words, marks)
inline = st.one_of(
    texts,
    st.just(Node("hard_break")),
    st.builds(lambda latex: Node("formula", attrs={"latex": latex}), words),
    st.builds(
        lambda picture, alt, width: Node("image", attrs={"picture": picture, "alt": alt, "width": width}),
        pictures,
        words,
        st.none() | st.integers(16, 4000),
    ),
)
aligns = st.sampled_from([None, "center", "right", "justify"])
lines = st.lists(inline, max_size=4).map(tuple)
paragraphs = st.builds(
    lambda content, align, indent: Node(
        "paragraph", attrs={"align": align, "indent": indent}, content=content
    ),
    lines,
    aligns,
    st.integers(0, 6),
)
headings = st.builds(
    lambda content, align, level: Node("heading", attrs={"align": align, "level": level}, content=content),
    lines,
    aligns,
    st.integers(1, 3),
)


def _cell(content: tuple[Node, ...], kind: str, colspan: int, rowspan: int, wide: object) -> Node:
    widths = [100 + number for number in range(colspan)] if wide else None
    return Node(kind, attrs={"colspan": colspan, "rowspan": rowspan, "colwidth": widths}, content=content)


def _containers(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(children, min_size=1, max_size=3).map(tuple)
    items = st.lists(several.map(lambda c: Node("list_item", content=c)), min_size=1, max_size=3).map(tuple)
    cells = st.builds(
        _cell,
        several,
        st.sampled_from(["table_cell", "table_header"]),
        st.integers(1, 3),
        st.integers(1, 3),
        st.booleans(),
    )
    rows = st.lists(
        st.lists(cells, max_size=3).map(lambda c: Node("table_row", content=tuple(c))), min_size=1, max_size=3
    )
    styles = st.sampled_from(["decimal", "cjk", "circled", "lower-alpha", "paren"])
    return st.one_of(
        several.map(lambda c: Node("blockquote", content=c)),
        items.map(lambda c: Node("bullet_list", content=c)),
        st.builds(
            lambda c, start, style: Node("ordered_list", attrs={"start": start, "style": style}, content=c),
            items,
            st.integers(0, 9999),
            styles,
        ),
        rows.map(lambda r: Node("table", content=tuple(r))),
    )


blocks = st.recursive(paragraphs | headings | st.just(Node("horizontal_rule")), _containers, max_leaves=8)
clean_trees = st.lists(blocks, max_size=4).map(lambda content: clean(doc(content)))

junk: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.floats() | st.none(), max_size=3),
    st.just({"a": 1.0}),
)
names = st.sampled_from([*NODES, "timeline", "script", "", "p"])
_attrs = st.dictionaries(
    st.sampled_from(
        [
            "align",
            "level",
            "indent",
            "colspan",
            "rowspan",
            "colwidth",
            "picture",
            "alt",
            "latex",
            "start",
            "x",
        ]
    ),
    junk,
    max_size=4,
)
_wild_marks = st.lists(
    st.builds(
        Mark, st.sampled_from([*MARKS, "sparkle"]), st.dictionaries(st.sampled_from(["name", "href"]), junk)
    ),
    max_size=3,
).map(tuple)
wild_trees = st.recursive(
    st.builds(lambda value, on: Node("text", text=value, marks=on), st.text(max_size=6), _wild_marks),
    lambda children: st.builds(
        lambda kind, attrs, content: Node(kind, attrs=attrs, content=tuple(content)),
        names,
        _attrs,
        st.lists(children, max_size=4),
    ),
    max_leaves=20,
)
