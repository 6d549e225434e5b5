"""Pictures over HTTP: put one into a document, adopt pasted ones, see one."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from uuid import UUID

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotFound,
    HttpResponseNotModified,
    JsonResponse,
)
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from realtime import kinds
from realtime.errors import PictureError
from realtime.http import sent_json
from realtime.kinds import Access
from realtime.models import Document, Picture
from realtime.pixels import MAX_BYTES, too_large
from realtime.services import pictures

_FORM_OVERHEAD: Final = 64 * 1024
_EXTENSIONS: Final = {"image/jpeg": "jpg", "image/png": "png"}

View = Callable[..., HttpResponse]


def _sentence(view: View) -> View:
    """What a picture is refused for, as JSON with its status."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            sentence = _("You are signed out. Sign in again, then try again.")
            return JsonResponse({"error": sentence}, status=401)
        try:
            return view(request, *args, **kwargs)
        except PictureError as error:
            return JsonResponse({"error": str(error)}, status=error.status)

    return answer


def _small_enough(view: View) -> View:
    """Refuse by the declared length, before anything of the body is read."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BYTES + _FORM_OVERHEAD:
            return JsonResponse({"error": str(too_large())}, status=413)
        return view(request, *args, **kwargs)

    return answer


def _person_id(request: HttpRequest) -> int:
    """Who asks; the views let nobody in who is not signed in."""
    if request.user.pk is None:
        raise Http404
    return request.user.pk


def _writable(request: HttpRequest, kind_name: str, key: str) -> Document:
    """The document, if this person may write it. 404 for what they may not see, 403 for what they may not change."""
    kind = kinds.find(kind_name)
    person_id = _person_id(request)
    level = kind.access([(person_id, key)])[0] if kind is not None else Access.NONE
    document = Document.objects.filter(kind=kind_name, key=key).first()
    if level < Access.READ or document is None:
        raise PictureError(_("There is no such document, or you may not see it."), status=404)
    if level < Access.WRITE:
        raise PictureError(_("You may read this document but not change it."), status=403)
    return document


@csrf_exempt  # the token is asked for below, after the length
@_small_enough
@csrf_protect
@require_POST
@_sentence
def upload(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Put the picture in ``file`` into the document."""
    document = _writable(request, kind, key)
    file = request.FILES.get("file")
    if file is None:
        raise PictureError(_("Choose a picture."), status=422)
    if (file.size or 0) > MAX_BYTES:
        raise too_large()
    picture = pictures.add(document.pk, file.read(), by_id=_person_id(request))
    return JsonResponse(_shown(picture), status=201)


@require_POST
@_sentence
def adopt(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Let the document use pictures that were pasted from others; answers those that it may."""
    document = _writable(request, kind, key)
    try:
        wanted = sent_json(request)["pictures"]
    except (ValueError, TypeError, KeyError):
        wanted = None
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise PictureError(_("Choose a picture."), status=422)
    adopted = pictures.adopt(document.pk, wanted, by_id=_person_id(request))
    return JsonResponse({"pictures": [_shown(picture) for picture in adopted]})


def _shown(picture: Picture) -> dict[str, Any]:
    return {
        "picture": str(picture.pk),
        "width": picture.width,
        "height": picture.height,
        "url": reverse("realtime:picture", args=[picture.pk]),
    }


@require_GET
def picture(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """A picture, to whoever may read a document that uses it; asked anew each time."""
    found = Picture.objects.filter(pk=uuid).first()
    person_id = request.user.pk
    if found is None or person_id is None or not pictures.may_see(found, person_id):
        return HttpResponseNotFound(content_type="text/plain")
    etag = f'"{found.sha256}"'
    response: HttpResponseBase
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponseNotModified()
    else:
        try:
            response = FileResponse(found.file.open("rb"), content_type=found.media_type)
        except OSError:
            return HttpResponseNotFound(content_type="text/plain")
        name = f"{found.pk.hex}.{_EXTENSIONS[found.media_type]}"
        response["Content-Disposition"] = f'inline; filename="{name}"'
        response["Content-Length"] = str(found.size_bytes)
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Vary"] = "Cookie"
    return response
