"""What kind of file bytes are, and names that are safe to show and to save."""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from lessons.errors import AttachmentError

MAX_NAME = 100
MAX_ENTRIES = 5_000
MAX_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that is kept (文件类型)."""

    media_type: str
    extension: str


PDF = Kind("application/pdf", ".pdf")
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")
PPTX = Kind("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx")
IMAGES = {
    "JPEG": Kind("image/jpeg", ".jpg"),
    "PNG": Kind("image/png", ".png"),
    "GIF": Kind("image/gif", ".gif"),
    "WEBP": Kind("image/webp", ".webp"),
}
KINDS = (DOCX, PDF, PPTX, *IMAGES.values())
ACCEPTED = ",".join(kind.extension for kind in KINDS) + ",.jpeg"

_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")


def recognise(file: IO[bytes]) -> Kind:
    """The kind of these bytes, whatever their name says. Raises AttachmentError for all that is not kept."""
    file.seek(0)
    head = file.read(1024)
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _office(file)
    if head.startswith(_OLE):
        raise AttachmentError(
            _("This is an old Office file. Save it as .docx or .pptx in Word or WPS, then try again.")
        )
    return _image(file)


def _office(file: IO[bytes]) -> Kind:
    try:
        with zipfile.ZipFile(file) as archive:
            names = {entry.filename for entry in archive.infolist()[: MAX_ENTRIES + 1]}
    # NotImplementedError is zipfile's word for a compression method it does not know.
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise AttachmentError(
            _("The file is damaged. Open it in Word or WPS, save it again, then try again.")
        ) from error
    if any(name.endswith("vbaProject.bin") for name in names):
        raise AttachmentError(_("Files with macros are not kept. Save it without macros, then try again."))
    if "[Content_Types].xml" in names and len(names) <= MAX_ENTRIES:
        if "word/document.xml" in names:
            return DOCX
        if "ppt/presentation.xml" in names:
            return PPTX
    raise _unknown()


def _image(file: IO[bytes]) -> Kind:
    file.seek(0)
    try:
        with Image.open(file, formats=list(IMAGES)) as image:
            found, pixels = image.format or "", image.width * image.height
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unknown() from error
    if pixels > MAX_PIXELS:
        raise AttachmentError(_("The picture has too many pixels. Make it smaller, then try again."))
    return IMAGES[found]


def _unknown() -> AttachmentError:
    return AttachmentError(_("Only Word (.docx), PDF, PowerPoint (.pptx) files and pictures are kept."))


def clean_name(name: str, extension: str) -> str:
    """A name without path, control or direction characters, with the extension that its bytes call for.

    Rare characters stay; an empty name becomes «附件».
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(c for c in last if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    stem = _FORBIDDEN.sub("_", plain)
    for known in (*(kind.extension for kind in KINDS), ".jpeg"):
        stem = stem[: -len(known)] if stem.lower().endswith(known) else stem
    stem = stem.strip(" .")[:MAX_NAME].strip(" .")
    return (stem or "附件") + extension
