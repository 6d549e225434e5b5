"""Where a search matched (命中片段): the best parts of an entry, cut short, with what was found marked."""

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from typing import Final, NamedTuple

from django.utils.safestring import SafeString, mark_safe

from search.analysis.lexicon import Lexicon, lexicon
from search.analysis.normal import Aligned, aligned, all_aligned, normalise
from search.analysis.runs import is_latin, runs
from search.analysis.sounds import is_pinyin, read_so, table
from search.analysis.words import cutter, query_words, words
from search.query.tree import Field, Node, Phrase, asked_for
from search.types import Entry, Part

LENGTH: Final = 90
"""Characters of a fragment."""
MOST_SNIPPETS: Final = 2
_BEFORE: Final = 24
"""A fragment begins at most so much before what was found, with the sentence if it can."""
_LOOKED_THROUGH: Final = 20_000
"""Characters of a part that are looked through."""

_MOST_PLACES: Final = 500
"""As many places of one word in one text are marked; a fragment shows a few."""

Span = tuple[int, int, float]
"""(from, to, weight)."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fragment of one part: what the part is called, and safe HTML with ``mark`` around what was found."""

    label: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Said:
    """What was found in what a card says of its thing in a line, as it is written there: names, unit, tags."""

    people: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Highlighted(NamedTuple):
    """What a card shows of what was found (命中): the whole title, marked, fragments of the text, and what to mark of the rest."""

    title: SafeString
    snippets: tuple[Snippet, ...]
    said: Said = Said()


@dataclass(frozen=True, slots=True)
class Sought:
    """One stretch of what was asked for, and what is marked of it: ``whole`` and ``words`` (synonyms among them) wherever they are,
    what sounds like the whole where it is nowhere, ``inner`` words of words where a text has nothing better, ``pairs`` of
    characters where the whole entry has nothing better.
    """

    field: Field
    whole: str
    words: tuple[tuple[str, float], ...] = ()
    sounds: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()


_TITLE: Final = frozenset({Field.ANY, Field.TITLE, Field.TOPIC})
_PART: Final = frozenset({Field.ANY, Field.TEXT})
_AIMS: Final = _PART | {Field.AIMS, Field.TOPIC}
_PEOPLE: Final = frozenset({Field.ANY, Field.PEOPLE})
_UNIT: Final = frozenset({Field.ANY, Field.UNIT})
_TAGS: Final = frozenset({Field.ANY, Field.TAGS, Field.TOPIC})


class _Text(NamedTuple):
    """A title, a part, or a line of a card, as it is looked through; ``fields`` of a query mean it. Of a ``line`` nothing is
    marked but what was asked for.
    """

    source: str
    clean: Aligned
    fields: frozenset[Field]
    label: str = ""
    is_line: bool = False


def highlighted(tree: Node | None, entry: Entry, *, synonyms: bool = True) -> Highlighted:
    """The whole title, marked, the fragments where most was found (one from the beginning where nothing was), and what was
    found of people, unit and tags.
    """
    sought = _sought(tree, lexicon(), synonyms) if tree is not None else ()
    if not sought:  # a file of three hundred pages is not read through for nothing
        return Highlighted(
            _marked(entry.title, ()), tuple(_snippet(_text_of(one), (), 0) for one in entry.parts[:1])
        )
    title, *others = _texts(entry)
    lines, parts = others[:_LINES], others[_LINES:]
    of_title, *spans = _marks((title, *others), sought)
    said = [_pieces(line, marks) for line, marks in zip(lines, spans, strict=False)]
    return Highlighted(_marked(entry.title, of_title), _best(parts, spans[_LINES:]), Said(*said))


def _best(parts: Sequence[_Text], spans: Sequence[Sequence[Span]]) -> tuple[Snippet, ...]:
    """The fragments where most was found; one from the beginning where nothing was."""
    found = []
    for nth, (text, marks) in enumerate(zip(parts, spans, strict=True)):
        if marks:
            start, score = _best_window(marks)
            found.append((-score, nth, text, marks, start))
    found.sort(key=lambda one: one[:2])
    snippets = [_snippet(text, marks, start) for _, _, text, marks, start in found[:MOST_SNIPPETS]]
    return tuple(snippets or [_snippet(text, (), 0) for text in parts[:1]])


_LINES: Final = 3


def _texts(entry: Entry) -> list[_Text]:
    """The title, the lines of people, unit and tags, and the parts."""
    lines = "\n".join(entry.people), entry.unit, "\n".join(entry.tags)
    sources = [entry.title, *lines, *(part.text[:_LOOKED_THROUGH] for part in entry.parts)]
    title, *others = zip(sources, all_aligned(sources), strict=True)
    about = zip(others[:_LINES], (_PEOPLE, _UNIT, _TAGS), strict=True)
    return [
        _Text(*title, _TITLE),
        *(_Text(*line, fields, is_line=True) for line, fields in about),
        *(_Text(*text, *_told(part)) for text, part in zip(others[_LINES:], entry.parts, strict=True)),
    ]


def _told(part: Part) -> tuple[frozenset[Field], str]:
    """Which fields of a query mean a part, and what it is called."""
    return _AIMS if part.scope == Field.AIMS.value else _PART, part.label


def _text_of(part: Part) -> _Text:
    text = part.text[:_LOOKED_THROUGH]
    return _Text(text, aligned(text), *_told(part))


def _pieces(line: _Text, spans: Iterable[Span]) -> tuple[str, ...]:
    """What was found, as it is written."""
    return tuple(dict.fromkeys(line.source[start:end] for start, end, _ in spans))


# --- what to mark ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _sought(tree: Node, known: Lexicon, synonyms: bool) -> tuple[Sought, ...]:  # noqa: FBT001 - the key of a cache
    found: dict[Sought, None] = {}
    for leaf in asked_for(tree):
        clean = normalise(leaf.text)
        read = () if isinstance(leaf, Phrase) else tuple(is_pinyin(clean) or ())
        if len(read) > 1:
            found[Sought(leaf.field, "", sounds=read)] = None
        if synonyms and not isinstance(leaf, Phrase) and (others := _composed(clean, known)):
            found[Sought(leaf.field, "", others)] = None
        for run, han in runs(clean):
            if isinstance(leaf, Phrase):
                found[Sought(leaf.field, _plain(run))] = None
            else:
                found[_of_run(run, leaf.field, known if synonyms else Lexicon(known.added), han=han)] = None
    return tuple(found)


def _composed(clean: str, known: Lexicon) -> tuple[tuple[str, float], ...]:
    """What means the same as words of several runs (必修1 is 必修第一册)."""
    others = (_plain(other) for word in known.composed(clean) for other in known.alternatives(word))
    return tuple((other, len(other) * 0.6) for other in dict.fromkeys(others))


def _of_run(run: str, field: Field, known: Lexicon, *, han: bool) -> Sought:
    weights: dict[str, float] = {}
    for word in query_words(run, known.added):
        weights.setdefault(_plain(word), len(word) * 0.8)
        for other in known.alternatives(word):
            weights.setdefault(_plain(other), len(other) * 0.6)
    whole = _plain(run)
    weights.pop(whole, None)
    if not han or len(run) == 1:
        return Sought(field, whole, tuple(weights.items()))
    inner = dict.fromkeys(_plain(word) for word in words(run, known.added))
    return Sought(
        field,
        whole,
        tuple(weights.items()),
        sounds=tuple(table().get(character, character) for character in whole),
        inner=tuple(word for word in inner if word != whole and word not in weights),
        pairs=tuple(dict.fromkeys(whole[at : at + 2] for at in range(len(whole) - 1))),
    )


def _plain(text: str) -> str:
    """As the texts are read that it is looked for in: character by character."""
    return aligned(text).text


def _marks(texts: Sequence[_Text], sought: Iterable[Sought]) -> list[list[Span]]:
    """What is to be marked in each text, in order and without overlaps."""
    marking = [_Marking(text.clean.text, is_line=text.is_line) for text in texts]
    everything = "\n".join(text.clean.text for text in texts)
    for one in sought:
        _mark(
            _standing(one, everything),
            [own for text, own in zip(texts, marking, strict=True) if one.field in text.fields],
        )
    return [
        _joined(sorted((*text.clean.source(at, end), weight) for at, end, weight in own.found))
        if own.found
        else []
        for text, own in zip(texts, marking, strict=True)
    ]


def _standing(one: Sought, everything: str) -> Sought:
    """What of it stands anywhere in the entry: most stands nowhere, and need not be looked for in each of its parts."""
    is_written = bool(one.whole) and one.whole in everything
    is_heard = bool(one.sounds) and not is_written and _Marking(everything).sounding(one.sounds)
    return Sought(
        one.field,
        one.whole if is_written else "",
        tuple(weighed for weighed in one.words if weighed[0] in everything),
        sounds=one.sounds if is_heard else (),
        inner=tuple(word for word in one.inner if word in everything),
        pairs=tuple(pair for pair in one.pairs if pair in everything),
    )


def _mark(one: Sought, texts: Sequence["_Marking"]) -> None:
    """The whole, or what sounds like it; words; and where there is none of these, what is less."""
    whole = [bool(one.whole) and text.all_of(one.whole, len(one.whole)) for text in texts]
    is_written = any(whole)
    if one.sounds and not is_written:
        whole = [text.sounding(one.sounds) for text in texts]
    better = []
    for text, is_there in zip(texts, whole, strict=True):
        is_meant_otherwise = is_there and not is_written  # the words are those of a slip
        found = [] if is_meant_otherwise else [text.all_of(word, weight) for word, weight in one.words]
        better.append(is_there or any(found))
    is_better_known = any(better)
    for text, has_better in zip(texts, better, strict=True):
        if has_better or text.is_line:
            continue
        found = [text.all_of(word, len(word) * 0.5) for word in one.inner]
        if not is_better_known and not any(found):
            for pair in one.pairs:
                text.all_of(pair, 0.5)


@cache
def _spoken(syllable: str) -> re.Pattern[str]:
    """Whatever is read so; a character without a reading stands for itself."""
    return re.compile(f"[{re.escape(read_so().get(syllable, syllable))}]")


class _Marking:
    """What was found in one text so far; what lies within it adds nothing."""

    def __init__(self, clean: str, *, is_line: bool = False) -> None:
        self.clean = clean
        self.is_line = is_line
        self.found: list[Span] = []
        self._taken = bytearray(len(clean))

    def all_of(self, piece: str, weight: float) -> bool:
        """Mark every place of the piece; whether there is one, be it marked already."""
        places = 0
        at = self.clean.find(piece) if piece else -1
        while at >= 0 and places < _MOST_PLACES:
            end = at + len(piece)
            if is_whole := _is_whole(self.clean, at, end, piece):
                places += 1
                self._take(at, end, weight)
            at = self.clean.find(piece, end if is_whole else at + 1)
        return places > 0

    def sounding(self, syllables: Sequence[str]) -> bool:
        """Mark what is written otherwise and sounds so; whether there is something."""
        size, at, places = len(syllables), 0, 0
        for match in _spoken(syllables[0]).finditer(self.clean):
            start = match.start()
            if start >= at and places < _MOST_PLACES and self._sounds(start, syllables):
                places, at = places + 1, start + size
                self._take(start, at, 0.3 * size)
        return places > 0

    def _sounds(self, start: int, syllables: Sequence[str]) -> bool:
        """Whether what begins here is read so, syllable by syllable."""
        heard = table()
        for place, syllable in enumerate(syllables, start):
            character = self.clean[place : place + 1]
            if heard.get(character, character) != syllable:  # most often at the second one
                return False
        return True

    def _take(self, at: int, end: int, weight: float) -> None:
        if not all(self._taken[at:end]):
            self._taken[at:end] = b"\1" * (end - at)
            self.found.append((at, end, weight))


def _is_whole(clean: str, at: int, end: int, piece: str) -> bool:
    """Latin words and numbers are marked only whole: «art» is not in «party», 必修1 not in 必修12."""
    before, after = clean[at - 1 : at] if at else "", clean[end : end + 1]
    return not (is_latin(before) and is_latin(piece[0])) and not (is_latin(piece[-1]) and is_latin(after))


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans that touch as one."""
    found: list[Span] = []
    for start, end, weight in spans:
        if found and start <= found[-1][1]:
            before = found.pop()
            found.append((before[0], max(before[1], end), before[2] + weight))
        else:
            found.append((start, end, weight))
    return found


# --- fragments ------------------------------------------------------------------------------------------------


def _best_window(spans: Sequence[Span]) -> tuple[int, float]:
    """Which span a fragment should begin with so that it holds most, and how much that is. The same words again count
    little.
    """
    room = LENGTH - _BEFORE
    best, best_at = -1.0, 0
    total, end_of_window = 0.0, 0
    heaviest: deque[int] = deque()
    """Spans of the window of which none is followed by a heavier one."""
    for nth, (start, _, _) in enumerate(spans):
        while end_of_window < len(spans) and (
            end_of_window == nth or spans[end_of_window][1] <= start + room
        ):
            weight = spans[end_of_window][2]
            while heaviest and spans[heaviest[-1]][2] <= weight:
                heaviest.pop()
            heaviest.append(end_of_window)
            total += weight
            end_of_window += 1
        score = spans[heaviest[0]][2] + 0.2 * total
        if score > best + 1e-9:  # sums of the same weights in another order
            best, best_at = score, start
        total -= spans[nth][2]
        if heaviest[0] == nth:
            heaviest.popleft()
    return best_at, best


_SPACE: Final = re.compile(r"\s+")
_SENTENCE: Final = re.compile(r"[。！？；!?;\n][”』」）)]*\s*")
_CLAUSE: Final = re.compile(r"[，、：,:]\s*")
_LONGEST_WORD: Final = 16


def _snippet(text: _Text, spans: Sequence[Span], start: int) -> Snippet:
    source = text.source
    begin = _beginning(source, start)
    end = _ending(source, begin, max([to for at, to, _ in spans if at <= start], default=0))
    inside = [
        (max(at, begin) - begin, min(to, end) - begin, 0.0) for at, to, _ in spans if at < end and to > begin
    ]
    html = _marked(source[begin:end], inside)
    before, after = ("…" if source[:begin].strip() else ""), ("…" if source[end:].strip() else "")
    return Snippet(text.label, mark_safe(before + html + after))  # _marked escapes


def _beginning(source: str, start: int) -> int:
    """Before what was found: where its sentence begins, or a clause of it, or else a word."""
    latest = max(0, min(start, len(source) - LENGTH))
    if latest <= _BEFORE:
        return 0
    earliest = latest - _BEFORE
    before = source[earliest:latest]
    if sentences := [match.end() for match in _SENTENCE.finditer(before)]:
        return earliest + sentences[-1]
    if clauses := [match.end() for match in _CLAUSE.finditer(before)]:
        return earliest + clauses[0]
    return _word_border(source, earliest)


def _ending(source: str, begin: int, least: int) -> int:
    """After as much as fits: at the end of a sentence that is near, or else of a word; what was found first is there whole,
    unless it is very long.
    """
    end = begin + LENGTH
    if end + _BEFORE >= len(source):
        return len(source)
    near = max(begin + LENGTH * 3 // 4, least)
    if sentences := [near + match.end() for match in _SENTENCE.finditer(source[near:end])]:
        return sentences[-1]
    return min(max(_word_border(source, end), least), _word_border(source, begin + 2 * LENGTH))


def _word_border(source: str, at: int) -> int:
    """The border between two words that is nearest before; in a longer word, between two characters."""
    first = max(0, at - _LONGEST_WORD)
    border = first
    for word in cutter(lexicon().added).cut(source[first : at + _LONGEST_WORD]):
        if border + len(word) > at:
            break
        border += len(word)
    if border == first and first:
        border = at
    while 0 < border < len(source) and _belongs(source, border):
        border -= 1
    return border


def _belongs(source: str, at: int) -> bool:
    """Whether what stands here is one character with what stands before: accents, joined pictures."""
    return unicodedata.category(source[at]).startswith("M") or "\u200d" in source[at - 1 : at + 1]


def _marked(text: str, spans: Sequence[Span]) -> SafeString:
    """The text escaped, with the spans marked."""
    parts, at = [], 0
    for start, end, _ in spans:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    parts.append(escape(text[at:]))
    return mark_safe(_SPACE.sub(" ", "".join(parts)))  # each piece is escaped above
