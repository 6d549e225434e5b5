"""What somebody types, as a tree (检索式解析). Nothing that is typed is a fault: what cannot be an operator is text.

- Words beside one another are one ``Words``, also around something else (甲 -乙 丙) and in parentheses (甲（乙）).
- ``AND``, ``OR`` (or ``|``) and ``NOT`` in capitals; AND binds more than OR. In small letters they are English words.
- One ``-`` or ``－`` before a word, a quotation, a field or a parenthesis excludes it. A dash (——, –) is text.
- «“…”», «"…"», «「…」», «『…』» are phrases where they stand by themselves. Within other words (论“全球化”与本土化), as titles
  have them, they are text: nobody who pastes a title means to require a part of it. A quotation that is not closed
  goes on to the end, as with Google.
- ``篇名:`` and the like hold for the word, the quotation or the parenthesis behind them; a field further inside wins.
- ``年份:2024``, ``年份:2020-2024``, ``年份:2020-``, ``年份:-2024``; anything else behind ``年份:`` is text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from search.analysis.normal import normalise, normalise_aligned
from search.analysis.pairs import BORDER, pairs
from search.analysis.runs import HAN
from search.query.tree import AllOf, AnyOf, Field, Node, Not, Phrase, Words, Years, all_of, any_of, negated

MOST_CHARACTERS: Final = 200
_LONGEST_PIECE: Final = 20
"""More than that, without a space, is a sentence, of which half is looked for."""
MOST_NODES: Final = 32
"""Words, phrases and years that a query may hold; words beside one another count once."""
MOST_TOKENS: Final = 40
"""Pairs of characters and words of one ``Words`` that are looked for."""
DEEPEST: Final = 5
"""Parentheses within one another. Each may be three clauses deep, and Elasticsearch takes thirty."""

NAMES: Final[dict[str, Field]] = {
    "主题": Field.TOPIC, "topic": Field.TOPIC,
    "篇名": Field.TITLE, "标题": Field.TITLE, "题名": Field.TITLE, "课题": Field.TITLE, "title": Field.TITLE,
    "作者": Field.PEOPLE, "主备人": Field.PEOPLE, "author": Field.PEOPLE,
    "单位": Field.UNIT, "学校": Field.UNIT, "unit": Field.UNIT,
    "目标": Field.AIMS, "教学目标": Field.AIMS, "aims": Field.AIMS,
    "关键词": Field.TAGS, "标签": Field.TAGS, "tags": Field.TAGS,
    "全文": Field.TEXT, "正文": Field.TEXT, "text": Field.TEXT,
}  # fmt: skip
"""The words before a colon that say where to look."""
_YEAR_NAMES: Final = ("年份", "年度", "year")

_DASHES: Final = "-－—–−―"
_DASH: Final = re.escape(_DASHES)
_TO: Final = rf"{_DASH}~～至"
_QUOTES: Final = '“”"＂「」『』'
_EDGE: Final = rf"\s()（）|｜{_QUOTES}"
"""What a word ends before."""
_END: Final = rf"(?=[{_EDGE}]|\Z)"


def _one_of(names: tuple[str, ...] | dict[str, Field]) -> str:
    return rf"(?i:{'|'.join(sorted(names, key=len, reverse=True))})[:：]"


_TOKEN: Final = re.compile(
    rf"""(?P<space>\s+)
    |(?P<open>[(（])|(?P<close>[)）])
    |(?P<or>OR(?=[{_EDGE}]|\Z)|[|｜])|(?P<and>AND(?=[{_EDGE}]|\Z))|(?P<not>NOT(?=[{_EDGE}]|\Z))
    |(?P<quoted>(?<![^{_EDGE}:：\-－])
        (?:“[^”]*(?:”{_END}|\Z)|「[^」]*(?:」{_END}|\Z)|『[^』]*(?:』{_END}|\Z)|["＂][^"＂]*(?:["＂]{_END}|\Z)))
    |(?P<minus>(?<![^\s(（|｜])[-－](?=[^\s)）|｜{_DASH}]))
    |(?P<years>{_one_of(_YEAR_NAMES)}\s*(?:(?P<first>\d{{4}})年?(?P<to>[{_TO}](?:(?P<last>\d{{4}})年?)?)?
        |[{_TO}](?P<until>\d{{4}})年?)(?=[{_EDGE}]|\Z))
    |(?P<name>{_one_of(NAMES)})
    |(?P<word>[^{_EDGE}]+)
    |(?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)
_NAME: Final = re.compile(rf"({_one_of((*NAMES, *_YEAR_NAMES))})(.*)", re.DOTALL)
OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
_HAN_RUN: Final = re.compile(f"[{HAN}]{{2,}}")


@dataclass(frozen=True, slots=True)
class Run:
    """Two or more Han characters that were asked for, in normal form, and where in the typed text as many stand (词段)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Parsed:
    """A tree, or None where nothing was typed; and whether something was left out because it was too much. ``heard`` are the
    words and phrases that may stand in titles (not what is excluded, no authors and no units), and where they begin.
    """

    tree: Node | None
    was_shortened: bool = False
    heard: tuple[tuple[str, int], ...] = ()

    @property
    def runs(self) -> list[Run]:
        """The runs of Han characters in what may stand in titles."""
        return [run for typed, start in self.heard for run in _runs_in(typed, start)]


def _runs_in(typed: str, start: int) -> Iterator[Run]:
    clean, places = normalise_aligned(typed)
    for run in _HAN_RUN.finditer(clean):
        first, last = places[run.start()], places[run.end() - 1]
        if last - first == len(run[0]) - 1:  # some characters are several in normal form
            yield Run(run[0], start + first, start + last + 1)


def parse(text: str) -> Parsed:
    """Read what was typed. Raises nothing; what holds operators alone is looked for as text, for it is no wish to see
    everything.
    """
    clean = readable(text)
    begin = len(clean) - len(clean.lstrip())
    clean = clean.rstrip()
    end = _end(clean, begin + MOST_CHARACTERS)
    reader = _Parser(clean[:end], is_cut=len(clean) > end)
    tree = reader.either()
    if tree is None and clean:
        tree = Words(" ".join(clean[:end].split()))
    return Parsed(tree, reader.is_cut, tuple(reader.heard))


def _end(text: str, most: int) -> int:
    """How much of a text is read: so many characters, without the piece of a word that the end falls into, for half an AND or half a
    field would be a word that must be there.
    """
    if len(text) <= most or text[most].isspace():
        return most
    piece = text[:most].rsplit(maxsplit=1)[-1]
    return most if text[most - 1].isspace() or len(piece) > _LONGEST_PIECE else most - len(piece)


def readable(text: str) -> str:
    """The text with a space for each character that is none: NUL, half a surrogate pair."""
    return re.sub(r"[\0\ud800-\udfff]", " ", text)


def plain_words(text: str) -> list[str]:
    """The words of a text in which nothing is an operator, as they are typed so that nothing is one."""
    return [word for token in re.split(rf"[{_EDGE}]+", text) for word in _plain(token)]


def plain_phrase(text: str) -> str:
    """The text of a phrase, without marks that would end it."""
    return " ".join(re.sub(f"[{_QUOTES}]", " ", text).split())


def _plain(token: str) -> Iterator[str]:
    """A word without what would make it an operator: dashes before it, a field's colon, capitals of an operator."""
    word = token.lstrip(_DASHES)
    if named := _NAME.fullmatch(word):
        yield named[1][:-1]
        yield from _plain(named[2])
    elif word:
        yield word.lower() if word in OPERATORS else word


class _Parser:
    def __init__(self, text: str, *, is_cut: bool) -> None:
        self.tokens = [match for match in _TOKEN.finditer(text) if match.lastgroup not in {"space", "stray"}]
        self.at, self.depth, self.leaves = 0, 0, 0
        self.field, self.is_excluded = Field.ANY, False
        self.is_cut = is_cut
        self.heard: list[tuple[str, int]] = []

    def either(self) -> Node | None:
        found = [node for node in [self.both()] if node is not None]
        while self.peek() == "or":
            self.at += 1
            if (node := self.both()) is not None:
                found.append(node)
        return any_of(found)

    def both(self) -> Node | None:
        found: list[Node] = []
        while True:
            found += self.beside()
            if self.peek() != "and":
                return all_of(found)
            self.at += 1

    def beside(self) -> list[Node]:
        """What stands side by side without an operator; the plain words in it are one node, where the first of them is."""
        found: list[Node] = []
        words: list[str] = []
        place = 0
        while (kind := self.peek()) not in {"", "or", "and"}:
            if kind == "close":
                if self.depth:
                    break
                self.at += 1  # it closes nothing
                continue
            node = self.one(kind)
            if isinstance(node, Words) and node.field == Field.ANY:
                place = place if words else len(found)
                self.leaves -= bool(words)  # it was counted as one of its own
                words.append(node.text)
            elif node is not None:
                found.append(node)
        if words:
            found.insert(place, Words(" ".join(words)))
            self.is_cut = self.is_cut or _has_too_many_tokens(" ".join(words))
        return found

    def one(self, kind: str) -> Node | None:
        if kind == "open":
            return self.group()
        if kind in {"not", "minus"}:
            return self.negation()
        return self.named() if kind == "name" else self.leaf(kind)

    def leaf(self, kind: str) -> Node | None:
        if self.leaves >= MOST_NODES:
            self.is_cut = True
            self.at = len(self.tokens)
            return None
        match = self.take()
        if kind == "quoted":
            return self.phrase(match)
        if kind == "years":
            self.leaves += 1
            return _years(match)
        return self.word(match)

    def word(self, match: re.Match[str]) -> Node | None:
        self.note(match)
        words = list(_plain(match[0]))
        if self.field == Field.ANY:
            self.leaves += bool(words)
            return Words(" ".join(words)) if words else None
        words = words[: MOST_NODES - self.leaves]
        self.is_cut = self.is_cut or any(map(_has_too_many_tokens, words))
        self.leaves += len(words)
        return all_of(Words(word, self.field) for word in words)

    def phrase(self, match: re.Match[str]) -> Node | None:
        self.note(match)
        text = plain_phrase(match[0])
        if not text:
            return None
        self.leaves += 1
        return Phrase(text, self.field)

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

    def negation(self) -> Node | None:
        self.at += 1
        kind = self.peek()
        if kind in {"", "or", "and", "close"}:
            return None
        before, self.is_excluded = self.is_excluded, not self.is_excluded
        node = self.one(kind)
        self.is_excluded = before
        return None if node is None else negated(node)

    def named(self) -> Node | None:
        name = self.take()
        kind = self.peek()
        if kind in {"", "or", "and", "close", "not", "minus", "years"}:
            return self.word(name)
        before, self.field = self.field, NAMES[name[0][:-1].lower()]
        node = self.one(kind)
        self.field = before
        return node

    def note(self, match: re.Match[str]) -> None:
        """Remember what is looked for where titles say something about it."""
        if not self.is_excluded and self.field not in {Field.PEOPLE, Field.UNIT}:
            self.heard.append((match[0], match.start()))

    def peek(self) -> str:
        return self.tokens[self.at].lastgroup or "" if self.at < len(self.tokens) else ""

    def take(self) -> re.Match[str]:
        self.at += 1
        return self.tokens[self.at - 1]


def _years(match: re.Match[str]) -> Years:
    first, last, until = (int(year) if (year := match[name]) else None for name in ("first", "last", "until"))
    if until is not None:
        return Years(None, until)
    if last is None:
        return Years(first, None if match["to"] else first)
    return Years(*sorted((first or 0, last)))


def _has_too_many_tokens(text: str) -> bool:
    if len(text) <= MOST_TOKENS:
        return False
    return sum(token != BORDER for token in pairs(normalise(text))) > MOST_TOKENS


# --- the way back -------------------------------------------------------------------------------------------

_SHORT: Final = {
    Field.TOPIC: "主题", Field.TITLE: "篇名", Field.PEOPLE: "作者", Field.UNIT: "单位", Field.AIMS: "目标",
    Field.TAGS: "关键词", Field.TEXT: "全文",
}  # fmt: skip


def unparse(node: Node) -> str:
    """What one would type for a tree: ``parse`` gives it back, if it is not too long."""
    if isinstance(node, Words):
        return _scoped(node.text, node.field)
    if isinstance(node, Phrase):
        return _scoped(f"“{node.text}”", node.field)
    if isinstance(node, Years):
        return _typed_years(node)
    if isinstance(node, Not):
        inner = unparse(node.node)
        is_one = isinstance(node.node, (Phrase, Years)) or (
            isinstance(node.node, Words) and " " not in node.node.text
        )
        return f"-{inner}" if is_one else f"NOT ({inner})"
    if isinstance(node, AnyOf):
        return " OR ".join(map(unparse, node.nodes))
    return _together(node)


def _together(node: AllOf) -> str:
    """AND before what must hold; what only takes away stands without it, as one types it."""
    parts: list[str] = []
    for one in node.nodes:
        if parts and not isinstance(one, (Not, Years)):
            parts.append("AND")
        parts.append(f"({unparse(one)})" if isinstance(one, AnyOf) else unparse(one))
    return " ".join(parts)


def _scoped(text: str, field: Field) -> str:
    return f"{_SHORT[field]}:{text}" if field in _SHORT else text


def _typed_years(years: Years) -> str:
    first, last = ("" if year is None else f"{year:04}" for year in (years.first, years.last))
    return f"年份:{first}" if first == last else f"年份:{first}-{last}"
