"""Where a search matched (命中片段): the best parts of an entry, cut short, with what was found marked."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from search.analysis.lexicon import lexicon
from search.analysis.normal import normalise, normalise_aligned
from search.analysis.runs import runs
from search.analysis.sounds import is_pinyin, table
from search.analysis.words import query_words
from search.query.tree import AllOf, AnyOf, Node, Not, Phrase, Words
from search.types import Entry, Part

LENGTH: Final = 90
"""Characters of a fragment."""
MOST_SNIPPETS: Final = 2
_BEFORE: Final = 24
_LOOKED_THROUGH: Final = 20_000
"""Characters of a part that are looked through."""

Span = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A fragment of one part: what the part is called, and safe HTML with ``mark`` around what was found."""

    label: str
    html: SafeString


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to mark: texts with their weight, and syllables that what is meant may sound like."""

    texts: tuple[tuple[str, float], ...]
    sounds: tuple[tuple[str, ...], ...]


def highlighted(tree: Node | None, entry: Entry) -> tuple[SafeString, tuple[Snippet, ...]]:
    """The whole title, marked, and the fragments where most was found; one from the beginning where nothing was."""
    wanted = _wanted(tree) if tree is not None else Wanted((), ())
    title = _marked(entry.title, _spans(entry.title, wanted))
    scored = []
    for nth, part in enumerate(entry.parts):
        text = part.text[:_LOOKED_THROUGH]
        spans = _spans(text, wanted)
        if spans:
            start, score = _best_window(spans)
            scored.append((-score, nth, part, text, spans, start))
    scored.sort(key=lambda found: found[:2])
    snippets = [
        _snippet(part, text, spans, start) for _, _, part, text, spans, start in scored[:MOST_SNIPPETS]
    ]
    if not snippets and entry.parts:
        snippets = [_snippet(entry.parts[0], entry.parts[0].text[: 2 * LENGTH], [], 0)]
    return title, tuple(snippets)


@lru_cache(maxsize=64)
def _wanted(tree: Node) -> Wanted:
    texts: dict[str, float] = {}
    sounding: dict[tuple[str, ...], None] = {}
    for text, is_phrase in _asked(tree):
        clean = normalise(text)
        stretches = [run for run, _han in runs(clean)]
        for run in stretches:
            texts[run] = max(texts.get(run, 0), float(len(run)))
            if read := is_pinyin(run):
                sounding[tuple(read)] = None
        if is_phrase:
            continue
        for word in query_words(clean, lexicon().added):
            texts.setdefault(word, len(word) * 0.8)
            for other in lexicon().alternatives(word):
                texts.setdefault(other, len(other) * 0.6)
        for run, han in runs(clean):
            if han and len(run) > 1:
                sounding[tuple(table().get(character, character) for character in run)] = None
                for at in range(len(run) - 1):
                    texts.setdefault(run[at : at + 2], 0.5)
    return Wanted(tuple(texts.items()), tuple(key for key in sounding if len(key) > 1))


def _asked(tree: Node) -> Iterable[tuple[str, bool]]:
    if isinstance(tree, (Words, Phrase)):
        yield tree.text, isinstance(tree, Phrase)
    elif isinstance(tree, (AllOf, AnyOf)):
        for node in tree.nodes:
            yield from _asked(node)
    elif isinstance(tree, Not):
        return


def _spans(text: str, wanted: Wanted) -> list[Span]:
    """What is to be marked in the text, as (from, to, weight) without overlaps; whole words before pieces of them."""
    clean, places = normalise_aligned(text)
    found: list[Span] = []
    taken = bytearray(len(clean))
    for piece, weight in sorted(wanted.texts, key=lambda one: -one[1]):
        at = clean.find(piece)
        while at >= 0:
            end = at + len(piece)
            if not any(taken[at:end]) and _is_whole(clean, at, end, piece):
                taken[at:end] = b"\1" * (end - at)
                found.append((at, end, weight))
            at = clean.find(piece, at + 1)
    if not found:
        found = _sounding(clean, wanted.sounds)
    return _joined(sorted((places[at], places[end - 1] + 1, weight) for at, end, weight in found))


def _is_whole(clean: str, at: int, end: int, piece: str) -> bool:
    """Latin words and numbers are marked only whole: «art» is not in «party»."""
    if not piece.isascii():
        return True
    before, after = clean[at - 1 : at], clean[end : end + 1]
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum())


def _sounding(clean: str, wanted: Sequence[tuple[str, ...]]) -> list[Span]:
    """What is written otherwise and sounds like what was asked for."""
    known = table()
    read = [known.get(character, "") for character in clean] if wanted else []
    found = []
    for syllables in wanted:
        size = len(syllables)
        found += [
            (at, at + size, 0.3 * size)
            for at in range(len(read) - size + 1)
            if read[at] == syllables[0] and tuple(read[at : at + size]) == syllables
        ]
    return found


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


def _best_window(spans: Sequence[Span]) -> tuple[int, float]:
    """Where a fragment should begin so that it holds most, and how much that is. The same words again count little."""
    best, best_at = -1.0, 0
    for nth, (start, _, _) in enumerate(spans):
        within = [weight for at, end, weight in spans[nth:] if end <= start + LENGTH]
        score = max(within, default=0.0) + 0.2 * sum(within)
        if score > best:
            best, best_at = score, start
    return best_at, best


_SPACE: Final = re.compile(r"\s+")


def _snippet(part: Part, text: str, spans: Sequence[Span], start: int) -> Snippet:
    begin = max(0, start - _BEFORE)
    end = min(len(text), begin + LENGTH)
    begin = max(0, min(begin, end - LENGTH))
    inside = [
        (max(at, begin) - begin, min(to, end) - begin, 0.0) for at, to, _ in spans if at < end and to > begin
    ]
    html = _marked(text[begin:end], inside)
    before, after = ("…" if begin else ""), ("…" if end < len(text) else "")
    return Snippet(part.label, mark_safe(before + html + after))  # _marked escapes


def _marked(text: str, spans: Sequence[Span]) -> SafeString:
    """The text escaped, with the spans marked."""
    parts, at = [], 0
    for start, end, _ in spans:
        parts += [escape(text[at:start]), "<mark>", escape(text[start:end]), "</mark>"]
        at = end
    parts.append(escape(text[at:]))
    return mark_safe(_SPACE.sub(" ", "".join(parts)))  # each piece is escaped above
