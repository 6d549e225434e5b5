"""What an uploaded file is, by its bytes and never by its name, and whether it may be read at all.

Nothing is decompressed beyond the limits, nothing is built in memory: XML streams through expat and is
only counted.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.parsers import expat

from lessons.imports import limits
from lessons.imports.refusal import Refused

END_OF_DIRECTORY = b"PK\x05\x06"
ENCRYPTED, SYMLINK = 0x1, 0xA000
XML_NAME = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
UTF16 = "utf-16-le"
MAIN_PART = re.compile(r"word/document\d*\.xml")  # Word on the web writes document2.xml
PAGE = re.compile(rb"<(?:html|body)[\s>]", re.IGNORECASE)
WEB_PIECES = re.compile(rb"<(?:p|div|li|td|th|tr|h[1-6]|br|dd|dt|table)\b", re.IGNORECASE)
PIECE_NAMES = {"p", "tc"}
# zipfile raises NotImplementedError for a compression method it does not know: the file is at fault, not our code.
UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError)


@dataclass(slots=True)
class Found:
    """What the pre-scan (预检) found: ``kind`` is docx, office (LibreOffice must convert it) or text."""

    kind: str
    dropped: list[tuple[str, str]] = field(default_factory=list)
    pieces: int = 0


def scan(path: Path) -> Found:
    """Look at a file. Raises Refused with the reason when it is not one that can be read."""
    size = path.stat().st_size
    if size == 0:
        raise Refused("empty")
    if size > limits.UPLOAD_BYTES:
        raise Refused("too_big")
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(b"PK"):
        return _scan_zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _scan_ole(path)
    return _scan_flat(path, head)


# --- other kinds
# -----------------------------------------------------------------------------------------------


def _scan_ole(path: Path) -> Found:
    """Word 97–2003, WPS, or a .docx locked by a password: told apart by the names in the file's directory."""
    names = path.read_bytes()
    if "EncryptedPackage".encode(UTF16) in names:
        raise Refused("password")
    if "WordDocument".encode(UTF16) in names:
        return Found("office", _macros(names))
    for stream, code in (("Workbook", "spreadsheet"), ("PowerPoint Document", "slides")):
        if stream.encode(UTF16) in names:
            raise Refused(code)
    raise Refused("unknown")


def _macros(names: bytes) -> list[tuple[str, str]]:
    return [("macros", "")] if "_VBA_PROJECT".encode(UTF16) in names else []


def _scan_flat(path: Path, head: bytes) -> Found:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, code in (
        (b"%pdf", "pdf"),
        (b"\x89png", "picture"),
        (b"\xff\xd8\xff", "picture"),
        (b"gif8", "picture"),
    ):
        if start.startswith(magic):
            raise Refused(code)
    if start.startswith(b"{\\rtf"):
        return Found("office")
    if start.startswith((b"<html", b"<!doctype html", b"mime-version:")) or (
        start.startswith(b"<") and PAGE.search(head) is not None
    ):
        return _scan_web(path)
    if start.startswith(b"<?xml") and b"schemas.microsoft.com/office" in head:
        raise Refused("web_page")
    return _scan_text(path)


def _scan_web(path: Path) -> Found:
    """A web page under a Word name, as «Save as Word» of many sites gives it."""
    if path.stat().st_size > limits.WEB_BYTES:
        raise Refused("too_big")
    pieces = sum(1 for _tag in WEB_PIECES.finditer(path.read_bytes()))
    if pieces > limits.PIECES:
        raise Refused("too_many_pieces")
    return Found("web", pieces=pieces)


def _scan_text(path: Path) -> Found:
    if path.stat().st_size > limits.TEXT_BYTES:
        raise Refused("too_big")
    text = decode(path.read_bytes())
    if text.count("\n") > limits.PIECES:
        raise Refused("too_many_pieces")
    return Found("text", pieces=text.count("\n") + 1)


def decode(data: bytes) -> str:
    """Plain text in one of the encodings that Chinese text comes in. Raises Refused if it is none."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    candidates = ["utf-16"] if marked else ["utf-8-sig", "gb18030"]
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = sum(1 for character in text if character < " " and character not in "\t\r\n\f\v")
        if "\0" not in text and strange <= len(text) // 1000:
            return text
    raise Refused("unknown")


# --- zip packages
# ----------------------------------------------------------------------------------------------


def _scan_zip(path: Path) -> Found:
    with path.open("rb") as file:
        _check_directory_size(file)
        try:
            archive = zipfile.ZipFile(file)
        # NotImplementedError is zipfile's word for a compression method it does not know.
        except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error) as error:
            raise Refused("broken", str(error)) from error
        with archive:
            return _scan_archive(archive, path.stat().st_size)


def _check_directory_size(file: IO[bytes]) -> None:
    """Read the end record by hand: `zipfile` would first build an object for each of a million entries."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 65_557))
    tail = file.read()
    at = tail.rfind(END_OF_DIRECTORY)
    if at < 0 or len(tail) < at + 22:
        raise Refused("broken", "no end of directory")
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):
        raise Refused("broken", "zip64")  # zipfile would believe its larger numbers
    entries, directory_bytes = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > limits.ENTRIES or directory_bytes > limits.DIRECTORY_BYTES:
        raise Refused("too_many_entries", str(entries))
    file.seek(0)


def _scan_archive(archive: zipfile.ZipFile, size: int) -> Found:
    entries = archive.infolist()
    if len(entries) > limits.ENTRIES:
        raise Refused("too_many_entries", str(len(entries)))
    for entry in entries:
        _check_entry(entry)
    names = {entry.filename for entry in entries}
    if len(names) != len(entries):
        raise Refused("broken", "a name stands twice")
    found = _kind_of(archive, names)
    _check_sizes(entries, size)
    counter = _Counter()
    for entry in entries:
        if XML_NAME.search(entry.filename):
            _scan_xml(archive, entry, counter)
        else:
            _check_not_a_zip(archive, entry)
    found.pieces = counter.pieces
    found.dropped += _left_out(names) + [("external", target) for target in counter.external]
    return found


def _check_entry(entry: zipfile.ZipInfo) -> None:
    parts = entry.filename.replace("\\", "/").split("/")
    if (
        entry.filename.startswith(("/", "\\"))
        or ".." in parts
        or ":" in parts[0]
        or "\0" in entry.orig_filename
    ):
        raise Refused("unsafe", f"path {entry.filename!r}")
    if (entry.external_attr >> 16) & 0xF000 == SYMLINK:
        raise Refused("unsafe", f"symbolic link {entry.filename!r}")
    if entry.flag_bits & ENCRYPTED:
        raise Refused("password")
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused("broken", f"compression {entry.compress_type}")


def _kind_of(archive: zipfile.ZipFile, names: set[str]) -> Found:
    if any(MAIN_PART.fullmatch(name) for name in names):
        return Found("docx")
    for folder, code in (("xl/", "spreadsheet"), ("ppt/", "slides")):
        if any(name.startswith(folder) for name in names):
            raise Refused(code)
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:  # noqa: PLR2004 - one short line
        kind = _read(archive, "mimetype")
        if kind.strip().startswith(b"application/vnd.oasis.opendocument"):
            raise Refused("web_page", "OpenDocument")
    raise Refused("other_zip")


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        return archive.read(name)
    except UNREADABLE as error:
        raise Refused("broken", str(error)) from error


def _check_sizes(entries: list[zipfile.ZipInfo], size: int) -> None:
    if sum(entry.compress_size for entry in entries) > size:
        raise Refused("broken", "parts lie over one another or beyond the end")
    xml = [entry for entry in entries if XML_NAME.search(entry.filename)]
    media = [entry for entry in entries if not XML_NAME.search(entry.filename)]
    if sum(entry.file_size for entry in xml) > limits.XML_BYTES:
        raise Refused("too_much_text")
    if sum(entry.file_size for entry in media) > limits.MEDIA_BYTES:
        raise Refused("too_many_pictures")
    for entry in xml:
        if entry.file_size > max(limits.XML_RATIO_FROM, limits.XML_RATIO * entry.compress_size):
            raise Refused("bomb", entry.filename)


def _check_not_a_zip(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """A package inside the package: an embedded workbook is ordinary and never opened, anything else is
    not.
    """
    if entry.is_dir() or entry.filename.lower().startswith("word/embeddings/"):
        return
    try:
        with archive.open(entry) as part:
            start = part.read(4)
    except UNREADABLE as error:
        raise Refused("broken", str(error)) from error
    if start == b"PK\x03\x04":
        raise Refused("unsafe", f"a zip inside: {entry.filename!r}")


def _left_out(names: set[str]) -> list[tuple[str, str]]:
    lower = {name.lower() for name in names}
    dropped = []
    if any(name.endswith(("vbaproject.bin", "vbadata.xml")) for name in lower):
        dropped.append(("macros", ""))
    embedded = sum(1 for name in lower if name.startswith("word/embeddings/"))
    if embedded:
        dropped.append(("embedded", str(embedded)))
    return dropped


class _Counter:
    """Counts what streams by, over all parts of the package."""

    def __init__(self) -> None:
        self.pieces = self.elements = self.depth = 0
        self.external: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements > limits.ELEMENTS:
            raise Refused("too_many_pieces", "elements")
        if self.depth > limits.DEPTH:
            raise Refused("too_deep")
        local = name.rpartition(":")[2]
        if local in PIECE_NAMES:
            self.pieces += 1
            if self.pieces > limits.PIECES:
                raise Refused("too_many_pieces")
        elif local == "Relationship" and attributes.get("TargetMode") == "External":
            self._note_external(attributes)

    def _note_external(self, attributes: dict[str, str]) -> None:
        if not attributes.get("Type", "").endswith("/hyperlink"):
            self.external.append(attributes.get("Target", "")[:200])

    def end(self, _name: str) -> None:
        self.depth -= 1


def _doctype(*_arguments: object) -> None:
    raise Refused("unsafe", "DOCTYPE")


def _scan_xml(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, counter: _Counter) -> None:
    parser = expat.ParserCreate()
    parser.StartElementHandler = counter.start
    parser.EndElementHandler = counter.end
    parser.StartDoctypeDeclHandler = _doctype
    counter.depth = taken = 0
    try:
        with archive.open(entry) as part:
            while chunk := part.read(limits.MIB):
                parser.Parse(chunk, False)
                taken += len(chunk)
                if taken - max(0, parser.CurrentByteIndex) > limits.TAG_BYTES:
                    raise Refused("broken", "a tag without end")
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("broken", f"{entry.filename}: {error}") from error
    except UNREADABLE as error:
        raise Refused("broken", str(error)) from error
