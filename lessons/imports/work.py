"""The work inside the limits: source, recognition, pictures."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from lessons.imports import limits, reading, source, web
from lessons.imports.inlines import METAFILES
from lessons.imports.labels import Labels
from lessons.imports.recogniser import recognise
from lessons.imports.texts import texts

AS_THEY_ARE = {"PNG": "png", "JPEG": "jpg", "GIF": "gif", "WEBP": "webp"}
BROKEN = (
    UnidentifiedImageError,
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    zipfile.BadZipFile,
)


def work(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Read ``request["file"]`` of the folder, or its plain text alone where it ``wants`` that. Raises Refused."""
    path = folder / request["file"]
    if request.get("wants") == "texts":
        return {"texts": texts(path, request["kind"])}
    pictures: list[dict[str, Any]] = []
    if request["kind"] == "text":
        read = reading.read_text(path)
    elif request["kind"] == "web":
        read = web.read_web(path)
    else:
        read, parts = reading.read_docx(path)
        with zipfile.ZipFile(path) as archive:
            pictures = [_picture(archive, part, n, folder, read) for n, part in enumerate(parts)]
    result = recognise(read, Labels(request.get("labels", {})))
    return {
        "source": source.to_json(read),
        "result": result.to_json(),
        "pictures": [p for p in pictures if p],
    }


def _picture(
    archive: zipfile.ZipFile, part: str, number: int, folder: Path, read: source.Source
) -> dict[str, Any]:
    """Take one picture out; what is too large, broken or of a strange kind is listed instead."""
    name = part.rpartition("/")[2]
    if number >= limits.PICTURES or part not in archive.namelist():
        read.dropped.append(("picture", name))
        return {}
    target = folder / "pictures"
    target.mkdir(exist_ok=True)
    try:
        data = archive.read(part)
        if part.lower().endswith(METAFILES):
            return _metafile(data, part, number, target)
        return _raster(data, number, target)
    except BROKEN:
        read.dropped.append(("picture", name))
        return {}


def _metafile(data: bytes, part: str, number: int, target: Path) -> dict[str, Any]:
    """A Windows metafile is kept for LibreOffice to convert; the compressed kinds are unpacked."""
    suffix = part.lower().rpartition(".")[2]
    if suffix in {"wmz", "emz"}:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as packed:
            data = packed.read(16 * limits.MIB)
    kind = "emf" if suffix.startswith("em") else "wmf"
    (target / f"{number}.{kind}").write_bytes(data)
    return {"number": number, "file": f"{number}.{kind}", "width": 0, "height": 0}


def _raster(data: bytes, number: int, target: Path) -> dict[str, Any]:
    with Image.open(io.BytesIO(data)) as image:
        width, height = image.size
        if width * height > limits.PICTURE_PIXELS or not width or not height:
            raise ValueError("too many pixels")
        kind = AS_THEY_ARE.get(image.format or "")
        if kind is not None:
            image.verify()
            (target / f"{number}.{kind}").write_bytes(data)
        else:
            kind = "png"
            image.convert("RGB").save(target / f"{number}.png")
    return {"number": number, "file": f"{number}.{kind}", "width": width, "height": height}
