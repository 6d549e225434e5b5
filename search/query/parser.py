"""What somebody types, as a tree (检索式解析). Nothing that is typed is a fault: what cannot be an operator is text."""

import re
from dataclasses import dataclass
from typing import Final

from search.query.tree import AllOf, AnyOf, Field, Node, Not, Phrase, Words

MOST_CHARACTERS: Final = 200
MOST_NODES: Final = 32
DEEPEST: Final = 8

NAMES: Final[dict[str, Field]] = {
    "篇名": Field.TITLE, "标题": Field.TITLE, "题名": Field.TITLE, "课题": Field.TITLE, "title": Field.TITLE,
    "作者": Field.PEOPLE, "主备人": Field.PEOPLE, "author": Field.PEOPLE,
    "单位": Field.UNIT, "学校": Field.UNIT, "unit": Field.UNIT,
    "目标": Field.AIMS, "教学目标": Field.AIMS, "aims": Field.AIMS,
    "关键词": Field.TAGS, "主题": Field.TAGS, "tags": Field.TAGS,
    "全文": Field.TEXT, "正文": Field.TEXT, "text": Field.TEXT,
}  # fmt: skip
"""The words before a colon that say where to look."""

_QUOTES: Final = {"“": "”", '"': '"', "「": "」", "『": "』", "《": "》", "＂": "＂"}
_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
    |(?P<open>[(（])|(?P<close>[)）])
    |(?P<or>(?:\bOR\b)|[|｜])|(?P<and>\bAND\b)|(?P<not>\bNOT\b)
    |(?P<quoted>“[^“”]*”|"[^"]*"|＂[^＂]*＂|「[^」]*」|『[^』]*』)
    |(?P<minus>(?<![^\s(（])[-－—](?=\S))
    |(?P<name>(?:"""
    + "|".join(sorted(NAMES, key=len, reverse=True))
    + r"""))[:：]
    |(?P<word>[^\s()（）|｜“"＂「『]+|.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, or None where nothing was asked; and whether something was left out because it was too much."""

    tree: Node | None
    was_shortened: bool = False


def parse(text: str) -> Parsed:
    """Read what was typed: «…» as phrases, ``-`` and NOT, AND, OR, parentheses, and names of fields with a colon. Words
    beside one another are asked for together.
    """
    clean = re.sub(r"[\0\ud800-\udfff]", " ", text).strip()
    return _Parser(clean[:MOST_CHARACTERS], is_cut=len(clean) > MOST_CHARACTERS).parse()


class _Parser:
    def __init__(self, text: str, *, is_cut: bool) -> None:
        self.tokens = [
            (match.lastgroup or "word", match[0])
            for match in _TOKEN.finditer(text)
            if match.lastgroup != "space"
        ]
        self.at, self.depth, self.nodes = 0, 0, 0
        self.is_cut = is_cut

    def parse(self) -> Parsed:
        parts: list[Node] = []
        while self.at < len(self.tokens):
            if (node := self.either()) is not None:
                parts.append(node)
            else:
                self.at += 1  # a parenthesis that closes nothing
        return Parsed(_all(parts), self.is_cut)

    def either(self) -> Node | None:
        found = [node for node in [self.both()] if node is not None]
        while self.peek() == "or":
            self.at += 1
            if (node := self.both()) is not None:
                found.append(node)
        return AnyOf(tuple(found)) if len(found) > 1 else (found[0] if found else None)

    def both(self) -> Node | None:
        found: list[Node] = []
        words: list[str] = []

        def flush() -> None:
            if words:
                found.append(Words(" ".join(words)))
                words.clear()

        while (kind := self.peek()) not in {"", "or", "close"}:
            if self.nodes >= MOST_NODES:
                self.is_cut = True
                self.at = len(self.tokens)
                break
            if kind == "and":
                flush()
                self.at += 1
            elif kind == "word":
                words.append(self.take())
            else:
                flush()
                node = self.one(kind)
                if node is not None:
                    self.nodes += 1
                    found.append(node)
        flush()
        return _all(found)

    def one(self, kind: str) -> Node | None:
        """What is no plain word."""
        if kind == "open":
            return self.group()
        if kind == "quoted":
            return _phrase(self.take()[1:-1])
        if kind in {"minus", "not"}:
            return self.negated()
        return self.named()

    def group(self) -> Node | None:
        self.at += 1
        if self.depth >= DEEPEST:
            self.is_cut = True
            return None
        self.depth += 1
        node = self.either()
        self.depth -= 1
        if self.peek() == "close":
            self.at += 1
        return node

    def negated(self) -> Node | None:
        self.at += 1
        kind = self.peek()
        if kind == "word":
            return Not(Words(self.take()))
        if kind in {"quoted", "open", "name"}:
            node = self.one(kind)
            return Not(node) if node is not None else None
        return None

    def named(self) -> Node | None:
        field = NAMES[re.sub(r"[:：]$", "", self.take()).lower()]
        kind = self.peek()
        if kind == "quoted":
            return _phrase(self.take()[1:-1], field)
        if kind == "word":
            return Words(self.take(), field)
        return None

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]


def _phrase(text: str, field: Field = Field.ANY) -> Node | None:
    return Phrase(text.strip(), field) if text.strip() else None


def _all(nodes: list[Node]) -> Node | None:
    return AllOf(tuple(nodes)) if len(nodes) > 1 else (nodes[0] if nodes else None)


_SHORT: Final = {
    Field.TITLE: "篇名", Field.PEOPLE: "作者", Field.UNIT: "单位", Field.AIMS: "目标", Field.TAGS: "关键词",
    Field.TEXT: "全文",
}  # fmt: skip


def unparse(node: Node) -> str:
    """What one would type for a tree, so that ``parse`` gives it back."""
    if isinstance(node, Words):
        return f"{_SHORT[node.field]}:{node.text}" if node.field in _SHORT else node.text
    if isinstance(node, Phrase):
        name = f"{_SHORT[node.field]}:" if node.field in _SHORT else ""
        return f"{name}“{node.text}”"
    if isinstance(node, Not):
        inner = unparse(node.node)
        return f"-{inner}" if isinstance(node.node, (Words, Phrase)) else f"NOT ({inner})"
    joint = " AND " if isinstance(node, AllOf) else " OR "
    return joint.join(
        f"({unparse(one)})" if isinstance(one, (AllOf, AnyOf)) else unparse(one) for one in node.nodes
    )
