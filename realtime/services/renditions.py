"""What a picture is printed from: a smaller copy in a file beside its own, made once and anew where it is missing.

No row knows of it. It has no address: whoever may export a document sees it on paper and nowhere else, and it
goes with the picture's own file. It is written whole or not at all.
"""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path
from typing import Final
from uuid import uuid4

from django.core.files.base import ContentFile

from realtime.models import Picture
from realtime.pixels import PAPER_WIDTH, for_paper

logger = logging.getLogger(__name__)

_SUFFIX: Final = "-paper"


def read(picture: Picture) -> bytes:
    """The bytes for paper (打印用图). Raises OSError where the picture's own file is missing too."""
    if picture.width <= PAPER_WIDTH:
        return _own(picture)
    with contextlib.suppress(OSError):
        return _place(picture).read_bytes()
    return make(picture)


def make(picture: Picture) -> bytes:
    """Make the copy for paper, keep it and answer it; on a full disk it is made and not kept. Raises OSError."""
    own = _own(picture)
    printed = own if picture.width <= PAPER_WIDTH else for_paper(own)
    if printed is not own:
        _keep(picture, printed)
    return printed


def forget(picture: Picture) -> None:
    """Take away what was made of the picture, halves of a dead process too; the next export makes it anew."""
    own = Path(picture.file.path)
    for made in own.parent.glob(f"{own.name}{_SUFFIX}*"):
        made.unlink(missing_ok=True)


def remove_files(picture: Picture) -> None:
    """Take away the file of a picture that is gone, and what was made of it."""
    forget(picture)
    picture.file.delete(save=False)


def _own(picture: Picture) -> bytes:
    with picture.file.open("rb") as file:
        data: bytes = file.read()
    return data


def _place(picture: Picture) -> Path:
    return Path(picture.file.path + _SUFFIX)


def _keep(picture: Picture, data: bytes) -> None:
    """Under a name of its own first: who exports at the same moment reads all of it or makes their own."""
    storage, name = picture.file.storage, f"{picture.file.name}{_SUFFIX}-{uuid4().hex}"
    half = Path(storage.path(name))
    try:
        storage.save(name, ContentFile(data))
        with half.open("rb") as file:
            os.fsync(file.fileno())
        half.replace(_place(picture))
    except OSError:
        logger.exception("the copy for paper of picture %s was not kept", picture.pk)
        half.unlink(missing_ok=True)
        return
    if not Picture.objects.filter(
        pk=picture.pk
    ).exists():  # purged meanwhile, perhaps before this file was there
        remove_files(picture)
