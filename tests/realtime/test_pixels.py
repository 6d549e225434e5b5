"""Pictures are pixels and nothing else."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from realtime.errors import PictureError
from realtime.pixels import MAX_BYTES, MAX_SIDE, PAPER_WIDTH, for_paper, rewritten

SECRET = b"secret-of-the-author"


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def noise(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.effect_noise(size, 80).convert(mode)


def reread(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes that says it is that large."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def test_exif_comment_and_what_hangs_behind_are_gone_and_the_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right
    exif[0x010E] = SECRET.decode()
    data = encoded(noise(), "JPEG", exif=exif, comment=SECRET) + b"<script>" + SECRET

    pixels = rewritten(data)

    assert (pixels.media_type, pixels.width, pixels.height) == ("image/jpeg", 30, 40)
    assert SECRET not in pixels.data
    assert b"<script>" not in pixels.data
    assert dict(reread(pixels.data).getexif()) == {}


def test_png_text_is_gone_and_transparency_stays() -> None:
    info = PngInfo()
    info.add_text("Author", SECRET.decode())
    image = Image.new("RGBA", (5, 4), (255, 0, 0, 100))

    pixels = rewritten(encoded(image, "PNG", pnginfo=info))

    assert pixels.media_type == "image/png"
    assert SECRET not in pixels.data
    assert reread(pixels.data).getpixel((0, 0)) == (255, 0, 0, 100)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_mode_is_written_in_plain_colours(mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    image = Image.new("I;16", (6, 5), 40000) if mode == "I;16" else noise("RGB", (6, 5)).convert(mode)

    pixels = rewritten(encoded(image, kind))

    assert (pixels.width, pixels.height) == (6, 5)
    assert reread(pixels.data).mode in {"1", "L", "RGB", "RGBA"}


def test_an_animation_keeps_its_first_frame() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]

    pixels = rewritten(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))

    assert pixels.media_type == "image/png"
    assert reread(pixels.data).convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert getattr(reread(pixels.data), "n_frames", 1) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_is_scaled_down(kind: str) -> None:
    pixels = rewritten(encoded(Image.new("RGB", (5000, 100), "white"), kind))

    assert (pixels.width, pixels.height) == (MAX_SIDE, 80)


def test_a_photograph_that_came_as_png_is_kept_small() -> None:
    photo = Image.effect_mandelbrot((1200, 1200), (-2, -1.5, 1, 1.5), 90).convert("RGB")
    noisy = Image.blend(photo, noise("RGB", (1200, 1200)), 0.2)

    pixels = rewritten(encoded(noisy, "PNG"))

    assert pixels.media_type == "image/jpeg"


@pytest.mark.parametrize(("width", "height"), [(50_000, 50_000), (50_000, 10), (7000, 7000), (2**31 - 1, 1)])
def test_a_flood_of_pixels_is_refused_before_it_is_decoded(width: int, height: int) -> None:
    with pytest.raises(PictureError) as refused:
        rewritten(png_claiming(width, height))

    assert refused.value.status in {415, 422}


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 422),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 415),
        (b"<html><img src=x onerror=alert(1)>", 415),
        (b"GIF89a/*<script>*/", 415),
        (b"%PDF-1.7\n", 415),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", 415),
        (b"MZ" + b"\0" * 100, 415),
        (encoded(noise(), "PNG")[:300], 422),
        (encoded(noise(), "TIFF"), 415),
        (b"\xff" * (MAX_BYTES + 1), 413),
    ],
    ids=["empty", "svg", "html", "gif polyglot", "pdf", "heic", "exe", "cut", "tiff", "huge"],
)
def test_what_is_no_picture_is_refused_with_its_status(data: bytes, status: int) -> None:
    with pytest.raises(PictureError) as refused:
        rewritten(data)

    assert refused.value.status == status


def test_a_picture_named_html_is_judged_by_its_magic(tmp_path: Path) -> None:
    assert rewritten(encoded(noise(), "WEBP")).media_type in {"image/png", "image/jpeg"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_on_paper_a_picture_is_no_larger_than_it_shows(kind: str) -> None:
    small, large = noise(size=(300, 200)), Image.new("RGB", (3400, 1000), "white")

    assert for_paper(encoded(small, kind)) == encoded(small, kind)
    assert reread(for_paper(encoded(large, kind))).size == (PAPER_WIDTH, 500)
    assert reread(for_paper(encoded(large, kind))).format == kind


def test_on_paper_what_cannot_be_read_is_left_as_it_is() -> None:
    assert for_paper(b"broken") == b"broken"
