"""The plain text of a file that is kept with a plan, for the search: Word, PowerPoint, PDF. Runs inside the limits."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lessons.imports import limits
from lessons.imports.package import A, Element, Package, W, parse
from lessons.imports.refusal import Refused

MOST_PAGES: Final = 300
MOST_CHARACTERS: Final = 200_000
"""Of a whole file; a book of this length is found by its beginning."""
DOCX, PPTX, PDF = "docx", "pptx", "pdf"
_SLIDE: Final = re.compile(r"ppt/slides/slide(\d{1,5})\.xml")
_UNSEEN: Final = re.compile(r"[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_BROKEN: Final = (
    zipfile.BadZipFile,
    OSError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
)
"""What the readers raise for files that say one thing and hold another."""


def texts(path: Path, kind: str) -> list[str]:
    """The text by page or slide; Word's as one. Raises Refused for what cannot be read."""
    found, left = [], MOST_CHARACTERS
    try:
        for page in _READERS[kind](path):
            text = _UNSEEN.sub(" ", page).strip()[:left]
            found.append(text)
            left -= len(text)
            if left <= 0 or len(found) >= MOST_PAGES:
                break
    # zipfile's word for a compression that it does not know is NotImplementedError, a RuntimeError.
    except (*_BROKEN, RuntimeError) as error:
        raise Refused("broken", f"{type(error).__name__}: {error}") from error
    return found


def _word(path: Path) -> Iterator[str]:
    package = Package(path)
    root = _part(package, package.main)
    yield "\n".join(_paragraphs(root, W)) if root is not None else ""


def _slides(path: Path) -> Iterator[str]:
    package = Package(path)
    numbered = sorted((int(match[1]), name) for name in package.names if (match := _SLIDE.fullmatch(name)))
    for _number, name in numbered:
        root = _part(package, name)
        yield "\n".join(_paragraphs(root, A)) if root is not None else ""


def _part(package: Package, name: str) -> Element | None:
    """A part within the limits; its size is counted while it is unpacked, whatever the directory says."""
    if name not in package.names:
        return None
    with package.archive.open(name) as part:
        data = part.read(limits.XML_BYTES + 1)
    if len(data) > limits.XML_BYTES:
        raise Refused("bomb", name)
    return parse(data)


def _paragraphs(root: Element, space: str) -> Iterator[str]:
    """The text of each paragraph; a picture's other form (AlternateContent) may say it twice, which hurts no search."""
    for paragraph in root.iter(f"{space}p"):
        text = "".join(
            piece.text or "" if piece.tag == f"{space}t" else " "
            for piece in paragraph.iter(f"{space}t", f"{space}tab", f"{space}br")
        )
        if text.strip():
            yield text


def _pages(path: Path) -> Iterator[str]:
    from pypdf import PdfReader  # in the sandbox alone
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(path, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Refused("password")
        for page in reader.pages:
            yield page.extract_text()
    except PyPdfError as error:
        raise Refused("broken", f"{type(error).__name__}: {error}") from error


_READERS: Final = {DOCX: _word, PPTX: _slides, PDF: _pages}
