"""Tokens as they stand in an index (写入形式): one text a field, which engines split at blanks just where we did."""

from collections.abc import Sequence
from typing import Final

from search.analysis.pairs import BORDER
from search.analysis.runs import Run

LONGEST: Final = 120
"""Engines drop very long tokens, or cut them in pieces; ours are cut off, here and in queries."""
_BLANK: Final = "\u2423"
"""In the place of a blank inside of a token, where engines would split."""
_CODE: Final = "utf-32-le"
"""Each character takes as much room as any other."""
_WHOLE: Final = "0"
_GAP: Final = f"{BORDER} {BORDER}"


def as_written(token: str) -> str:
    """A token as it stands in the index."""
    return _BLANK.join(token.split())[:LONGEST]


def written(tokens: Sequence[str]) -> str:
    """Tokens as one text."""
    text = " ".join(tokens)
    # There is no other blank that prints.
    is_plain = text.isprintable() and text.count(" ") == len(tokens) - 1
    if is_plain and max(map(len, tokens)) <= LONGEST:
        return text
    return " ".join(map(as_written, tokens))


def written_pairs(read: Sequence[Run]) -> str:
    """What ``written(pairs_of(read))`` is, four times faster: the pairs of the whole text are laid out in one go, those over
    borders too, and then cut out run by run. Pairs are most of what an index holds.
    """
    if not read:
        return ""
    shown = BORDER.join([run if han else _WHOLE for run, han in read])
    between = _neighbours(f"{BORDER}{shown}{BORDER}")[1:-1].split(_GAP)
    # «三 三角 角形 形» is what stands between the gaps: its ends are half of a border. Nothing else stands there of one character.
    return f" {BORDER} ".join(
        [laid[2:-2] or run[:LONGEST] for laid, (run, _) in zip(between, read, strict=True)]
    )


def _neighbours(text: str) -> str:
    """Each character with the next, parted by blanks, of a text of two or more."""
    characters = memoryview(text.encode(_CODE)).cast("I")
    laid = memoryview(bytearray(" ".encode(_CODE) * (3 * len(characters) - 3))).cast("I")
    laid[0::3], laid[1::3] = characters[:-1], characters[1:]
    return str(laid, _CODE)[:-1]
