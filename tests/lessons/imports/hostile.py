"""Files that mean harm, or merely too much."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
ROOT = f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'


def document(body: str, prolog: str = "") -> str:
    return f"{prolog}<w:document {W}><w:body>{body}</w:body></w:document>"


def package(
    path: Path, body: str = "<w:p/>", extra: Mapping[str, bytes | str] | None = None, prolog: str = ""
) -> Path:
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "word/document.xml": document(body, prolog),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **(extra or {})}.items():
            archive.writestr(name, data)
    return path


def relations(*items: tuple[str, str, str]) -> str:
    """Relations of the document to the outside: (id, kind, target)."""
    inside = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'
        for key, kind, target in items
    )
    return f'<Relationships xmlns="{RELATIONS}">{inside}</Relationships>'


def symlink(path: Path) -> Path:
    package(path)
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("word/media/image1.png")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return path


def encrypted(path: Path) -> Path:
    """A package whose entries say that they are encrypted."""
    package(path)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)
    return path


def million_entries(path: Path) -> Path:
    """An end record that announces more entries than any document has."""
    path.write_bytes(
        b"PK\x03\x04" + b"\0" * 26 + struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_000, 65_000, 40, 0, 0)
    )
    return path


def two_directories(path: Path) -> Path:
    """A small end record over a zip64 one that announces a million entries."""
    package(path)
    data = path.read_bytes()
    at = data.rfind(b"PK\x05\x06")
    large = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, 46 * 10**6, 0)
    path.write_bytes(data[:at] + large + struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1) + data[at:])
    return path


def beyond_the_end(path: Path) -> Path:
    """A package whose parts say that they are two gigabytes packed."""
    package(path)
    data = bytearray(path.read_bytes())
    at = data.find(b"PK\x01\x02")
    struct.pack_into("<I", data, at + 20, 2**31 - 1)
    path.write_bytes(data)
    return path


def long_tag(length: int) -> str:
    """One paragraph with an attribute of random hexadecimal digits, so that it does not pack like a bomb."""
    return f'<w:p w:x="{random.Random(1).randbytes(length // 2).hex()}"/>'  # noqa: S311 - filler


def huge_picture(width: int, height: int) -> bytes:
    """A PNG that announces its size and has next to nothing in it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + chunk(b"IEND", b"")
    )


def nested_tables(depth: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth


def zip_in_memory() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.txt", "a")
    return stream.getvalue()


def ole(*streams: str) -> bytes:
    """The beginning of an OLE file with these names in its directory."""
    return (
        bytes.fromhex("d0cf11e0a1b11ae1")
        + b"\0" * 504
        + b"".join(name.encode("utf-16-le") + b"\0\0" for name in streams)
    )
