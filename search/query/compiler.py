"""A tree as clauses over fields (检索式编译), ranked as was measured: words and pairs are OR-ed, a title counts no more than a text (it
is short, and counts more by that), what only sounds alike counts 0.3, phrases are asked of pairs alone, a synonym never counts twice.
Beyond that a title that holds, or sounds like, all that is asked counts more, and so does a text where a long question stands as
it was typed: that plan is meant.

Words alone are ranked, and none of them must be there. Beside something else that must hold (甲 AND 乙, a phrase, a field, a
search within results) and in a field they are *required*: every word of them literally or as a synonym, or each run of
characters as what sounds like it. What is excluded is meant literally. What says nothing (、 or 的) is left out
of an AND.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from search import fields
from search.analysis.lexicon import Lexicon, lexicon
from search.analysis.normal import normalise
from search.analysis.pairs import BORDER, pairs
from search.analysis.runs import HAN, is_han, runs
from search.analysis.sounds import MOST_LETTERS, is_pinyin, joined, keys, sounds, syllables
from search.analysis.words import query_words
from search.query import clauses
from search.query.clauses import Clause
from search.query.parser import MOST_TOKENS, readable
from search.query.tree import AllOf, AnyOf, Field, Node, Not, Phrase, Words, Years

WORD, PAIR, SOUND, SYNONYM = 1.0, 0.8, 0.3, 0.7
COVERED, TOGETHER, RUN_TOGETHER = 1.0, 2.0, 1.0
TITLE, PEOPLE, TAGS, UNIT, BODY, AIMS = 1.0, 2.0, 1.5, 1.5, 1.0, 1.0

Weighted = tuple[tuple[str, float], ...]

_WORD_FIELDS: Final[dict[Field, Weighted]] = {
    Field.ANY: (
        (fields.TITLE_WORDS, TITLE), (fields.BODY_WORDS, BODY), (fields.TAG_WORDS, TAGS),
        (fields.PEOPLE_WORDS, PEOPLE), (fields.UNIT_WORDS, UNIT),
    ),
    Field.TOPIC: ((fields.TITLE_WORDS, TITLE), (fields.TAG_WORDS, TAGS)),
    Field.TITLE: ((fields.TITLE_WORDS, TITLE),),
    Field.PEOPLE: ((fields.PEOPLE_WORDS, PEOPLE),),
    Field.UNIT: ((fields.UNIT_WORDS, UNIT),),
    Field.TAGS: ((fields.TAG_WORDS, TAGS),),
    Field.AIMS: (),
    Field.TEXT: ((fields.BODY_WORDS, BODY),),
}  # fmt: skip
_PAIR_FIELDS: Final[dict[Field, Weighted]] = {
    Field.ANY: (
        (fields.TITLE_PAIRS, TITLE), (fields.BODY_PAIRS, BODY), (fields.PEOPLE_PAIRS, PEOPLE),
        (fields.TAG_PAIRS, TAGS), (fields.UNIT_PAIRS, UNIT),
    ),
    Field.TOPIC: ((fields.TITLE_PAIRS, TITLE), (fields.TAG_PAIRS, TAGS), (fields.AIMS_PAIRS, AIMS)),
    Field.TITLE: ((fields.TITLE_PAIRS, TITLE),),
    Field.PEOPLE: ((fields.PEOPLE_PAIRS, PEOPLE),),
    Field.UNIT: ((fields.UNIT_PAIRS, UNIT),),
    Field.TAGS: ((fields.TAG_PAIRS, TAGS),),
    Field.AIMS: ((fields.AIMS_PAIRS, AIMS),),
    Field.TEXT: ((fields.BODY_PAIRS, BODY),),
}  # fmt: skip
_IN_TITLES: Final[Weighted] = ((fields.TITLE_SOUNDS, TITLE),)
_IN_TEXTS: Final[Weighted] = ((fields.BODY_SOUNDS, BODY),)
_SOUND_FIELDS: Final[dict[Field, Weighted]] = {
    Field.ANY: (*_IN_TITLES, *_IN_TEXTS),
    Field.TOPIC: _IN_TITLES,
    Field.TITLE: _IN_TITLES,
    Field.TEXT: _IN_TEXTS,
}
_KEY_FIELDS: Final[dict[Field, Weighted]] = {
    Field.ANY: ((fields.TITLE_KEYS, TITLE), (fields.PEOPLE_KEYS, PEOPLE)),
    Field.TOPIC: ((fields.TITLE_KEYS, TITLE),),
    Field.TITLE: ((fields.TITLE_KEYS, TITLE),),
    Field.PEOPLE: ((fields.PEOPLE_KEYS, PEOPLE),),
}
_LONG: Final = 6
"""So many pairs that stand together are no accident."""
_NAMES: Final = frozenset({Field.PEOPLE, Field.UNIT})
"""Fields of proper names: these are asked for whole, and nothing else means the same."""
_ALL_SOUNDS: Final = 2
"""Of so few pairs of syllables none may be missing."""
_MANY_SOUNDS: Final = 8
_ENOUGH_SOUNDS: Final = 3
"""So many pairs of syllables say, wherever they stand in a text, that a run of characters is meant."""
_SAYS_NOTHING: Final = frozenset(
    (
        "怎么",
        "怎样",
        "如何",
        "什么",
        "哪些",
        "为什么",
        *"的了和与及或在是之其等吗呢吧啊着把被对从而且以于也都就这那",
    )
)
"""What nobody means to require."""


def compiled(node: Node, *, synonyms: bool = True) -> Clause:
    """The clauses of a tree. Raises nothing: what holds no word finds nothing."""
    return _Compiler(lexicon(), synonyms=synonyms).of(node) or NOTHING


NOTHING: Final = clauses.Any(())


class _Compiler:
    """Each method gives None for what says nothing."""

    def __init__(self, known: Lexicon, *, synonyms: bool) -> None:
        self.known, self.synonyms = known, synonyms

    def of(self, node: Node, *, is_required: bool = False) -> Clause | None:
        """What finds and ranks; ``is_required`` where something else must hold as well."""
        if isinstance(node, Words):
            return self.required(node) if is_required or node.field != Field.ANY else self.ranked(node)
        if isinstance(node, Phrase):
            return phrase(normalise(node.text), node.field)
        if isinstance(node, Years):
            return clauses.Within(node.first, node.last)
        if isinstance(node, Not):
            unwanted = self.literal(node.node)
            return None if unwanted is None else clauses.Without(None, (unwanted,))
        if isinstance(node, AnyOf):
            return _any(self.of(one, is_required=is_required) for one in node.nodes)
        return self.all_of(node, is_required=is_required)

    def all_of(self, node: AllOf, *, is_required: bool) -> Clause | None:
        """All that must hold, without what must not. Years do not rank what something else finds."""
        unwanted = _given(self.literal(one.node) for one in node.nodes if isinstance(one, Not))
        years: list[Clause] = [
            clauses.Within(one.first, one.last) for one in node.nodes if isinstance(one, Years)
        ]
        sides = [one for one in node.nodes if not isinstance(one, (Not, Years))]
        sides = [one for one in sides if _says_something(one)] or sides
        beside = is_required or len(sides) > 1
        wanted = _given(self.of(one, is_required=beside) for one in sides)
        found = _all([*wanted, *(map(clauses.Silent, years) if wanted else years)])
        return clauses.Without(found, tuple(unwanted)) if unwanted else found

    def literal(self, node: Node) -> Clause | None:
        """What must not be there is meant literally: no pair, no sound, no synonym excludes anything."""
        if isinstance(node, Words):
            return _all(phrase(run, node.field) for run, _han in runs(normalise(node.text)))
        if isinstance(node, AnyOf):
            return _any(map(self.literal, node.nodes))
        if isinstance(node, AllOf):
            wanted = _all(self.literal(one) for one in node.nodes if not isinstance(one, Not))
            unwanted = _given(self.literal(one.node) for one in node.nodes if isinstance(one, Not))
            return clauses.Without(wanted, tuple(unwanted)) if unwanted else wanted
        return self.of(node)

    # --- words ---------------------------------------------------------------------------------------------------

    def ranked(self, node: Words) -> Clause | None:
        """Each word, pair and sound that is there adds to the score, one of them must be."""
        text = normalise(node.text)
        if _is_typed_on_keys(text, node.field):
            return _any(_typed(text, node.field))
        found: list[Clause] = []
        read = query_words(text, self.known.added)[:MOST_TOKENS]
        for word in read:
            terms = tuple(clauses.Term(name, word, WORD * boost) for name, boost in _WORD_FIELDS[node.field])
            others = self.alternatives(word, node.field)
            alike = [_said(other, node.field, _of_synonym(other)) or NOTHING for other in others]
            found += [clauses.Best((clauses.Any(terms), *alike))] if alike else terms
        for word in self.composed(text, node.field):
            others = (word, *self.alternatives(word, node.field))
            found.append(
                clauses.Best(tuple(_given(_said(one, node.field, _of_synonym(one)) for one in others)))
            )
        for token in _tokens(text):
            found += [clauses.Term(name, token, PAIR * boost) for name, boost in _PAIR_FIELDS[node.field]]
        heard = sounds(text)[:MOST_TOKENS]
        for sound in heard:
            found += [
                clauses.Term(name, sound, SOUND * boost) for name, boost in _SOUND_FIELDS.get(node.field, ())
            ]
        if node.field == Field.ANY:
            found += [*_covered(fields.TITLE_WORDS, read), *_covered(fields.TITLE_SOUNDS, heard)]
        return _any([*found, *_as_typed(text, node.field)])

    def required(self, node: Words) -> Clause | None:
        """All words must be there, be it apart from one another; they rank as they do alone."""
        text = normalise(node.text)
        ranked = self.ranked(node)
        is_typed = _is_typed_on_keys(text, node.field)
        every = _any([self.every(text, node.field), *self.every_otherwise(text, node.field)])
        must = _any([every, *_on_keys(text, node.field)]) if is_typed else every
        if must is None:
            return ranked  # 的 alone
        # what is required but not among what ranks words: single characters in texts, Latin words among aims
        also = [phrase(run, node.field) for run, han in runs(text) if (len(run) == 1 if han else is_typed)]
        scored = _any([ranked, *also])
        if len(text) == 1:  # all that ranks it holds it
            return scored
        return must if scored is None else clauses.Ranked(must, scored)

    def every(self, text: str, field: Field) -> Clause | None:
        """What each run requires."""
        return _all(self.in_run(run, field) if han else phrase(run, field) for run, han in runs(text))

    def every_otherwise(self, text: str, field: Field) -> Iterator[Clause | None]:
        """The same with a word of several runs said in another way."""
        for word, rest in self.composed(text, field).items():
            others = _any(_said(other, field) for other in self.alternatives(word, field))
            if others is not None:
                yield _all([others, self.every(rest, field)])

    def composed(self, text: str, field: Field) -> dict[str, str]:
        return self.known.composed(text) if self.synonyms and field not in _NAMES else {}

    def in_run(self, run: str, field: Field) -> Clause | None:
        """A run of Han characters: all its words, or what sounds like it; None where it says nothing."""
        words = [] if field in _NAMES else query_words(run, self.known.added)
        if not words:
            return phrase(run, field)
        wanted = [word for word in words if word not in _SAYS_NOTHING]
        if not wanted:
            return None
        every = _all(
            _any(_said(one, field) for one in (word, *self.alternatives(word, field)))
            for word in wanted[:MOST_TOKENS]
        )
        return _any([every, _sounding(sounds(run), field)])

    def alternatives(self, word: str, field: Field) -> tuple[str, ...]:
        return self.known.alternatives(word) if self.synonyms and field not in _NAMES else ()


def _covered(name: str, tokens: Sequence[str]) -> list[Clause]:
    """A field that holds all of several tokens."""
    different = list(dict.fromkeys(tokens))
    if len(different) == 1 or not different:
        return []
    return [clauses.All(tuple(clauses.Term(name, token, COVERED) for token in different))]


def _as_typed(text: str, field: Field) -> list[Clause]:
    """A long text as it stands there, and the long runs of one that has several."""
    if len(_tokens(text)) < _LONG:
        return []
    parts = [pairs(run) for run, _han in runs(text)]
    asked = [(pairs(text), TOGETHER)]
    if len(parts) > 1:
        asked += [(part, RUN_TOGETHER) for part in parts if len(part) >= _LONG]
    return [
        clauses.Sequence(name, tuple(tokens[:MOST_TOKENS]), boost * weight)
        for name, weight in _PAIR_FIELDS[field]
        if name in (fields.TITLE_PAIRS, fields.BODY_PAIRS)
        for tokens, boost in asked
    ]


def _of_synonym(text: str) -> float:
    """A long phrase is rarer than a word for its many pairs, not because it says more."""
    return SYNONYM * min(1.0, 1.5 / max(1, len(_tokens(text))))


def _says_something(node: Node) -> bool:
    """Whether one can mean to require it."""
    if isinstance(node, Words):
        clean = normalise(node.text)
        words = [word for run, _han in runs(clean) for word in query_words(run, lexicon().added) or [run]]
        return any(word not in _SAYS_NOTHING for word in words)
    if isinstance(node, Phrase):
        return bool(runs(normalise(node.text)))
    if isinstance(node, (AllOf, AnyOf)):
        return any(map(_says_something, node.nodes))
    return True


def _tokens(text: str) -> list[str]:
    return [token for token in pairs(text) if token != BORDER][:MOST_TOKENS]


# --- clauses of several -----------------------------------------------------------------------------------------


def _given(found: Iterable[Clause | None]) -> list[Clause]:
    return [one for one in found if one is not None]


def _any(found: Iterable[Clause | None]) -> Clause | None:
    given = _given(found)
    return clauses.Any(tuple(given)) if len(given) > 1 else (given[0] if given else None)


def _all(found: Iterable[Clause | None]) -> Clause | None:
    given = _given(found)
    return clauses.All(tuple(given)) if len(given) > 1 else (given[0] if given else None)


# --- literally --------------------------------------------------------------------------------------------------


def phrase(text: str, field: Field, boost: float = 1.0) -> Clause | None:
    """Normalised words that stand together, in one of the fields of pairs; None where there are none. A border in them (a
    comma, a space) may be any border.
    """
    parts = [pairs(run) for run, _han in runs(text)]
    return _any(
        _all(_together(name, tokens, boost * weight) for tokens in parts)
        for name, weight in _PAIR_FIELDS[field]
    )


def _said(text: str, field: Field, boost: float = 1.0) -> Clause | None:
    """A word that means the same; one of several runs (必修1) has them one after another. None for one of signs alone (+++)."""
    if len(runs(text)) <= 1:
        return phrase(text, field, boost)
    tokens = tuple(pairs(text))
    return _any(clauses.Sequence(name, tokens, boost * weight) for name, weight in _PAIR_FIELDS[field])


def _together(name: str, tokens: Sequence[str], boost: float) -> Clause:
    """Pairs that follow one another. A single Han character is no pair: titles hold it by itself, of a name it is the
    beginning, elsewhere it begins a pair.
    """
    if len(tokens) > 1:
        return clauses.Sequence(name, tuple(tokens), boost)
    [token] = tokens
    if len(token) > 1 or not is_han(token):
        return clauses.Term(name, token, boost)
    if name == fields.TITLE_PAIRS:
        return clauses.Term(fields.TITLE_WORDS, token, boost)
    return clauses.Prefix(fields.PEOPLE_WORDS if name == fields.PEOPLE_PAIRS else name, token, boost)


# --- by sound and by keys ---------------------------------------------------------------------------------------


def _sounding(read: Sequence[str], field: Field) -> Clause | None:
    """What sounds like a run of characters: in a title one syllable after another, in a text all of them if they are many."""
    found: list[Clause] = []
    for name, _boost in _SOUND_FIELDS.get(field, ()) if read else ():
        if name == fields.TITLE_SOUNDS:
            found.append(_heard(read))
        elif len(read) >= _ENOUGH_SOUNDS:
            found.append(clauses.All(tuple(clauses.Term(name, sound) for sound in read[:MOST_TOKENS])))
    return _any(found)


def _heard(read: Sequence[str]) -> Clause:
    """A title in which these pairs of syllables follow one another."""
    if len(read) == 1:
        return clauses.Term(fields.TITLE_SOUNDS, read[0])
    return clauses.Sequence(fields.TITLE_SOUNDS, tuple(read[:MOST_TOKENS]))


def _letters(text: str) -> str:
    return text.replace(" ", "").replace("'", "")


def _is_typed_on_keys(text: str, field: Field) -> bool:
    """Whether it may be pinyin, whole or first letters; it may be an English word as well. One letter says nothing."""
    letters = _letters(text)
    return field in _KEY_FIELDS and letters.isascii() and letters.isalpha() and len(letters) > 1


def _typed(text: str, field: Field) -> list[Clause]:
    """What letters may mean: the beginning of a key, words, syllables; each that is there adds to the score."""
    found = _prefixes(_letters(text), field)
    for run, _han in runs(text):
        found += [clauses.Term(name, run, WORD * boost) for name, boost in _WORD_FIELDS[field]]
    return found + _given([_spelt(text, field)])


def _spelt(text: str, field: Field) -> Clause | None:
    """What sounds like typed syllables: all of them together, or word by word."""
    together = _most_of(joined(is_pinyin(text) or ()), field)
    read = [is_pinyin(word) for word in text.split()]
    if len(read) < 2 or not all(read):  # noqa: PLR2004 - one word is all of them
        return together
    return _any([together, _all(_most_of(joined(one or ()), field) for one in read)])


def _most_of(read: Sequence[str], field: Field) -> Clause | None:
    """Pairs of syllables in a title or in a text, wherever they stand. A character with several readings (长) may hide behind
    another one: of three pairs or more the first, the last or two neighbours may be missing. A pair of them alone sounds
    like too much: wangjianguo is no 建国.
    """
    some = read[:MOST_TOKENS]
    found: list[Clause | None] = []
    for name, boost in _SOUND_FIELDS.get(field, ()) if some else ():
        terms = [clauses.Term(name, sound, boost) for sound in some]
        every = _all(terms)
        if len(terms) <= _ALL_SOUNDS:
            found.append(every)
            continue
        must = _any(_all(one) for one in _nearly(terms)) or NOTHING
        found.append(clauses.Ranked(must, clauses.Any(tuple(terms))))
    return _any(found)


def _nearly(terms: Sequence[Clause]) -> Iterator[Sequence[Clause]]:
    """What must be there of many; of very many one half is enough."""
    if len(terms) > _MANY_SOUNDS:
        half = len(terms) // 2
        yield from (terms[:half], terms[half:])
        return
    gaps = [(0, 1), (len(terms) - 1, len(terms)), *((at, at + 2) for at in range(len(terms) - 1))]
    for start, end in gaps:
        if len(terms) - (end - start) >= _ALL_SOUNDS:
            yield [*terms[:start], *terms[end:]]


def _on_keys(text: str, field: Field) -> list[Clause | None]:
    """What letters mean if they are pinyin."""
    return [*_prefixes(_letters(text), field), _spelt(text, field)]


def _prefixes(letters: str, field: Field) -> list[Clause]:
    return [clauses.Prefix(name, letters[:MOST_LETTERS], boost) for name, boost in _KEY_FIELDS[field]]


# --- for titles and names alone ---------------------------------------------------------------------------------

_NAMES_FIRST: Final = 100.0
_TAIL: Final = 3
"""So many characters before the letters that go on with them are enough to say where."""
_GOING_ON: Final = re.compile(rf"(.*[{HAN}])(\s*)([a-z']+)", re.DOTALL)


def suggesting(text: str) -> Clause | None:
    """What to suggest while somebody types: titles and names that hold all of it, by characters, pinyin or first letters, or
    by characters and then letters (三角形nj); best where the letters go on with the characters. Names that begin so come
    first.
    """
    clean = normalise(readable(text))
    tokens = _tokens(clean)
    if not tokens:
        return None
    found: list[Clause | None] = [_all([*map(_in_names, tokens[:-1]), _begun(tokens[-1])])]
    letters = _letters(clean)
    if letters.isascii() and letters.isalpha():
        found += _prefixes(letters, Field.ANY)
    elif match := _GOING_ON.fullmatch(clean):
        head, space, rest = match[1], match[2], _letters(match[3])
        starts = _prefixes(rest, Field.ANY if space else Field.TITLE)
        starts += [one for key in _continued(head, rest) for one in _prefixes(key, Field.ANY)]
        found.append(_all([*map(_in_names, _tokens(head)), _any(starts)]))
    elif (sounding := sounds(clean)) and len(sounding) > 1:
        found.append(
            clauses.All(tuple(clauses.Term(fields.TITLE_SOUNDS, sound, SOUND) for sound in sounding))
        )
    return _any([*found, clauses.Prefix(fields.PEOPLE_WORDS, clean.strip(), _NAMES_FIRST)])


def fits(text: str, name: str) -> bool:
    """Whether a name holds what is typed: its characters, what they sound like, or characters and then letters (王f)."""
    plain, whole = normalise(text).replace(" ", ""), normalise(name)
    if plain in whole:
        return True
    wanted, head = [plain], ""
    if match := _GOING_ON.fullmatch(plain):
        head = match[1]
        wanted = _continued(head, _letters(match[3]))
    return head in whole and any(key.startswith(one) for key in keys(whole) for one in wanted)


def _continued(head: str, letters: str) -> list[str]:
    """The keys that begin with the last characters and go on with the letters, as first letters and as syllables."""
    read = syllables(head[-_TAIL:])
    return ["".join(one[:1] for one in read) + letters, "".join(read) + letters]


def _in_names(token: str) -> Clause:
    names = [fields.TITLE_PAIRS, fields.TITLE_WORDS, fields.PEOPLE_PAIRS, fields.TAG_PAIRS]
    found: list[Clause] = [clauses.Term(name, token, TITLE) for name in names]
    if len(token) == 1 and is_han(token):
        found += [clauses.Prefix(name, token) for name in (fields.PEOPLE_KEYS, fields.TAG_PAIRS)]
    return clauses.Any(tuple(found))


def _begun(token: str) -> Clause:
    """The last word, which may not be typed to its end."""
    if not token.isascii():
        return _in_names(token)
    names = (fields.TITLE_WORDS, fields.PEOPLE_WORDS, fields.TAG_WORDS)
    return clauses.Any((_in_names(token), *(clauses.Prefix(name, token) for name in names)))
