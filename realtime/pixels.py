"""A picture's bytes decoded and written anew: what comes out is pixels and nothing else.

Judged by their magic, never by name or declared type. Refused before decoding when there are too many
pixels. EXIF, colour profiles, comments and whatever hangs behind the picture's end are gone; the orientation
is applied. Of an animation the first frame is kept: a lesson plan is printed.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from realtime.errors import PictureError

MAX_BYTES: Final = 20 * 2**20
MAX_SIDE: Final = 4000  # larger ones are scaled down to it
PAPER_WIDTH: Final = 1700  # pixels: the text of an A4 page at 250 to the inch
MAX_DECODED_SIDE: Final = 20_000
MAX_PIXELS: Final = 40_000_000
MAX_JPEG_PIXELS: Final = 120_000_000  # its decoder scales while it reads
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_UNREADABLE: Final = (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError, MemoryError)
_PLAIN: Final = {"1", "L", "RGB"}
_two_at_once: Final = threading.BoundedSemaphore(2)  # a decoded picture weighs up to 160 MB


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture as it will be kept."""

    data: bytes
    media_type: str
    width: int
    height: int
    sha256: str


def rewritten(data: bytes) -> Pixels:
    """The picture in ``data``, written anew. Raises PictureError with a sentence for the person."""
    if not data:
        raise PictureError(_("The file is empty."), status=422)
    if len(data) > MAX_BYTES:
        raise too_large()
    with _two_at_once:
        return _written(_decoded(data))


def for_paper(data: bytes) -> bytes:
    """A kept picture no larger than paper shows; ``data`` itself where it is small or cannot be read."""
    try:
        with _two_at_once, Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
            if image.width <= PAPER_WIDTH:
                return data
            size = (PAPER_WIDTH, max(round(image.height * PAPER_WIDTH / image.width), 1))
            kind = str(image.format)
            image.draft(None, size)  # a JPEG's decoder halves it while it reads, which costs least
            image.load()
            near = image.width <= PAPER_WIDTH * 5 // 4
            return _encoded(image if near else image.resize(size), kind, progressive=False)
    except _UNREADABLE:
        return data


def too_large() -> PictureError:
    return PictureError(
        _("The picture is larger than %(limit)s MB. Make it smaller, then try again.")
        % {"limit": MAX_BYTES // 2**20},
        status=413,
    )


def _decoded(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, *_UNREADABLE) as error:
        raise PictureError(
            _("Only JPG, PNG, GIF, WebP and BMP pictures are taken. Save it as JPG or PNG, then try again."),
            status=415,
        ) from error
    most = MAX_JPEG_PIXELS if image.format == "JPEG" else MAX_PIXELS
    if image.width * image.height > most or max(image.size) > MAX_DECODED_SIDE:
        raise _too_many_pixels()
    try:
        image.draft(None, (MAX_SIDE, MAX_SIDE))
        image.load()
        return _upright(image)
    except _UNREADABLE as error:
        raise PictureError(
            _("The picture is damaged. Open it, save it again, then try again."), status=422
        ) from error


def _too_many_pixels() -> PictureError:
    return PictureError(_("The picture has too many pixels. Make it smaller, then try again."), status=422)


def _upright(image: Image.Image) -> Image.Image:
    """As it is meant to be seen, in plain colours, not larger than ``MAX_SIDE``."""
    lossy = image.format == "JPEG"
    upright = ImageOps.exif_transpose(image)
    if upright.mode not in _PLAIN:
        upright = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    upright.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    upright.info = {"lossy": lossy}  # nothing else goes with it
    return upright


def _written(image: Image.Image) -> Pixels:
    transparent = image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255)
    photo = _encoded(image.convert("RGB"), "JPEG") if not transparent else b""
    if image.info["lossy"]:
        return _pixels(image, photo, "image/jpeg")
    exact = _encoded(image, "PNG")
    # A drawing is small as PNG; a photograph that came as PNG is several times smaller as JPEG.
    if photo and len(exact) > 2**19 and 3 * len(photo) < len(exact):
        return _pixels(image, photo, "image/jpeg")
    return _pixels(image, exact, "image/png")


def _encoded(image: Image.Image, kind: str, *, progressive: bool = True) -> bytes:
    image.info = {}
    buffer = io.BytesIO()
    options = {"quality": 88, "progressive": progressive} if kind == "JPEG" else {"compress_level": 6}
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def _pixels(image: Image.Image, data: bytes, media_type: str) -> Pixels:
    return Pixels(data, media_type, image.width, image.height, hashlib.sha256(data).hexdigest())
