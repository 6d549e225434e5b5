"""A tree as clauses over fields (检索式编译), ranked as was measured: words and pairs are OR-ed, titles count twice, what only
sounds alike counts 0.3, phrases are asked of pairs alone, a synonym never counts twice.
"""

from collections.abc import Sequence
from typing import Final

from search import fields
from search.analysis.lexicon import Lexicon, lexicon
from search.analysis.normal import normalise
from search.analysis.pairs import BORDER, pairs
from search.analysis.runs import runs
from search.analysis.sounds import is_pinyin, joined, sounds
from search.analysis.words import query_words
from search.query import clauses
from search.query.clauses import Clause
from search.query.tree import AnyOf, Field, Node, Not, Phrase, Words

WORD, PAIR, SOUND, SYNONYM = 1.0, 0.5, 0.3, 0.7
TITLE, PEOPLE, TAGS, UNIT, BODY = 2.0, 2.0, 1.5, 1.0, 1.0

_WORD_FIELDS: Final[dict[Field, tuple[tuple[str, float], ...]]] = {
    Field.ANY: (
        (fields.TITLE_WORDS, TITLE), (fields.BODY_WORDS, BODY), (fields.TAG_WORDS, TAGS),
        (fields.PEOPLE_WORDS, PEOPLE), (fields.UNIT_WORDS, UNIT),
    ),
    Field.TITLE: ((fields.TITLE_WORDS, TITLE),),
    Field.PEOPLE: ((fields.PEOPLE_WORDS, PEOPLE),),
    Field.UNIT: ((fields.UNIT_WORDS, UNIT),),
    Field.TAGS: ((fields.TAG_WORDS, TAGS),),
    Field.TEXT: ((fields.BODY_WORDS, BODY),),
}  # fmt: skip
_PAIR_FIELDS: Final[dict[Field, tuple[tuple[str, float], ...]]] = {
    Field.ANY: (
        (fields.TITLE_PAIRS, TITLE), (fields.BODY_PAIRS, BODY), (fields.PEOPLE_PAIRS, PEOPLE),
        (fields.TAG_PAIRS, TAGS), (fields.UNIT_PAIRS, UNIT),
    ),
    Field.TITLE: ((fields.TITLE_PAIRS, TITLE),),
    Field.PEOPLE: ((fields.PEOPLE_PAIRS, PEOPLE),),
    Field.UNIT: ((fields.UNIT_PAIRS, UNIT),),
    Field.TAGS: ((fields.TAG_PAIRS, TAGS),),
    Field.AIMS: ((fields.AIMS_PAIRS, 1.0),),
    Field.TEXT: ((fields.BODY_PAIRS, BODY),),
}  # fmt: skip
_SOUND_FIELDS: Final = ((fields.TITLE_SOUNDS, TITLE), (fields.BODY_SOUNDS, BODY))
_MOST_TOKENS: Final = 40
_ONE_LETTER: Final = 1


def compiled(node: Node, *, synonyms: bool = True) -> Clause:
    """The clauses of a tree. Raises nothing: what holds no word finds nothing."""
    return _Compiler(lexicon(), synonyms=synonyms).of(node)


class _Compiler:
    def __init__(self, known: Lexicon, *, synonyms: bool) -> None:
        self.known, self.synonyms = known, synonyms

    def of(self, node: Node) -> Clause:
        if isinstance(node, Words):
            return self.words(node) if node.field == Field.ANY else self.scoped(node)
        if isinstance(node, Phrase):
            return phrase(normalise(node.text), node.field)
        if isinstance(node, AnyOf):
            return clauses.Any(tuple(self.of(one) for one in node.nodes))
        if isinstance(node, Not):
            return clauses.Without(None, (self.strict(node.node),))
        wanted = tuple(self.of(one) for one in node.nodes if not isinstance(one, Not))
        unwanted = tuple(self.strict(one.node) for one in node.nodes if isinstance(one, Not))
        both = wanted[0] if len(wanted) == 1 else clauses.All(wanted) if wanted else None
        return clauses.Without(both, unwanted) if unwanted else both or NOTHING

    def strict(self, node: Node) -> Clause:
        """What must not be there is meant literally: as a phrase, or every pair would exclude."""
        return phrase(normalise(node.text), node.field) if isinstance(node, Words) else self.of(node)

    def words(self, node: Words) -> Clause:
        """Words anywhere: each that is there adds to the score."""
        text = normalise(node.text)
        if (letters := _typed_pinyin(text)) is not None:
            return letters
        found: list[Clause] = []
        for word in query_words(text, self.known.added)[:_MOST_TOKENS]:
            terms = tuple(clauses.Term(name, word, WORD * boost) for name, boost in _WORD_FIELDS[Field.ANY])
            others = self.known.alternatives(word) if self.synonyms else ()
            found += [clauses.Best((clauses.Any(terms), *map(_synonym, others)))] if others else terms
        for token in _tokens(text):
            found += [clauses.Term(name, token, PAIR * boost) for name, boost in _PAIR_FIELDS[Field.ANY]]
        for sound in sounds(text)[:_MOST_TOKENS]:
            found += [clauses.Term(name, sound, SOUND * boost) for name, boost in _SOUND_FIELDS]
        return clauses.Any(tuple(found)) if found else NOTHING

    def scoped(self, node: Words) -> Clause:
        """Words in one field: all of them must be there, be it apart from one another; that is what one names a field for."""
        text = normalise(node.text)
        tokens = _tokens(text)
        if not tokens:
            return NOTHING
        pair_fields = _PAIR_FIELDS[node.field]
        every: list[Clause] = [
            clauses.Any(tuple(_pair(name, token, boost) for name, boost in pair_fields)) for token in tokens
        ]
        if (letters := is_pinyin(text)) is not None and node.field in {Field.TITLE, Field.PEOPLE}:
            return clauses.Prefix(fields.TITLE_KEYS, "".join(letters), TITLE)
        return clauses.All(tuple(every))


NOTHING: Final = clauses.Any(())


def _pair(name: str, token: str, boost: float) -> Clause:
    """A pair; a single character is looked for among the words of titles as well."""
    if len(token) > _ONE_LETTER or name != fields.TITLE_PAIRS:
        return clauses.Term(name, token, boost)
    return clauses.Any((clauses.Term(name, token, boost), clauses.Term(fields.TITLE_WORDS, token, boost)))


def _tokens(text: str) -> list[str]:
    return [token for token in pairs(text) if token != BORDER][:_MOST_TOKENS]


def _synonym(text: str) -> Clause:
    """Another word for the same, as a phrase that counts a little less."""
    return phrase(text, Field.ANY, SYNONYM)


def phrase(text: str, field: Field, boost: float = 1.0) -> Clause:
    """Words that stand together, in one of the fields of pairs. A border in them (a comma, a space) may be any border."""
    found: list[Clause] = []
    for name, weight in _PAIR_FIELDS[field]:
        sequences = [_sequence(name, tokens, boost * weight) for tokens in _between_borders(text)]
        found += (
            [sequences[0]] if len(sequences) == 1 else [clauses.All(tuple(sequences))] if sequences else []
        )
    return clauses.Any(tuple(found)) if found else NOTHING


def _between_borders(text: str) -> list[list[str]]:
    found: list[list[str]] = [[]]
    for token in pairs(text):
        if token == BORDER:
            found.append([])
        else:
            found[-1].append(token)
    return [tokens for tokens in found if tokens]


def _sequence(name: str, tokens: Sequence[str], boost: float) -> Clause:
    if len(tokens) > 1:
        return clauses.Sequence(name, tuple(tokens), boost)
    if len(tokens[0]) == _ONE_LETTER and name == fields.TITLE_PAIRS:
        return clauses.Any(
            (clauses.Term(name, tokens[0], boost), clauses.Term(fields.TITLE_WORDS, tokens[0], boost))
        )
    return clauses.Term(name, tokens[0], boost)


def _typed_pinyin(text: str) -> Clause | None:
    """Input that is pinyin, whole or first letters; None for anything else. It may be an English word as well."""
    letters = text.replace(" ", "").replace("'", "")
    if not (letters.isascii() and letters.isalpha()) or len(letters) < 2:  # noqa: PLR2004 - one letter says nothing
        return None
    found: list[Clause] = [clauses.Prefix(fields.TITLE_KEYS, letters, TITLE)]
    for run, _han in runs(text):
        found += [clauses.Term(name, run, WORD * boost) for name, boost in _WORD_FIELDS[Field.ANY]]
    if read := is_pinyin(text):
        for sound in joined(read)[:_MOST_TOKENS]:
            found += [clauses.Term(name, sound, boost) for name, boost in _SOUND_FIELDS]
    return clauses.Any(tuple(found))


# --- for titles alone ---------------------------------------------------------------------------------------


def suggesting(text: str) -> Clause | None:
    """What to suggest while somebody types: titles and names that hold all of it, by characters, pinyin or first letters."""
    clean = normalise(text)
    letters = clean.replace(" ", "").replace("'", "")
    tokens = _tokens(clean)
    if not tokens:
        return None
    found = [clauses.All(tuple(_in_names(token) for token in tokens))]
    if letters.isascii() and letters.isalpha():
        return clauses.Any((*found, clauses.Prefix(fields.TITLE_KEYS, letters, TITLE)))
    if (sounding := sounds(clean)) and len(sounding) > 1:
        alike = clauses.All(tuple(clauses.Term(fields.TITLE_SOUNDS, sound, SOUND) for sound in sounding))
        return clauses.Any((*found, alike))
    return found[0]


def _in_names(token: str) -> Clause:
    names = (fields.TITLE_PAIRS, fields.TITLE_WORDS, fields.PEOPLE_PAIRS, fields.TAG_PAIRS)
    return clauses.Any(tuple(clauses.Term(name, token, TITLE) for name in names))


def sounds_alike(query: str) -> Clause | None:
    """Titles that hold what sounds like a query, one syllable after another; None where there is too little of it."""
    sounding = sounds(normalise(query))
    if not sounding:
        return None
    if len(sounding) == 1:
        return clauses.Term(fields.TITLE_SOUNDS, sounding[0])
    return clauses.Sequence(fields.TITLE_SOUNDS, tuple(sounding))
