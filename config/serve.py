"""How the site is served in production: the one place for the server's options."""

from typing import Any

from realtime import limits

_FRAME_OVERHEAD = 64


def uvicorn_options() -> dict[str, Any]:
    """Options for ``uvicorn.Config``.

    uvicorn's ``websockets-sansio`` protocol, with a short way for the frames of documents. No compression on
    WebSockets: it costs half a megabyte a connection, and updates are small. Frames a little above the
    documents' own limit get an answer from us; what is larger still is cut off by the server (1009).
    """
    return {
        "lifespan": "on",
        "ws": "realtime.lean_socket:LeanSocket",
        "ws_max_size": limits.current().frame_bytes + _FRAME_OVERHEAD,
        "ws_per_message_deflate": False,
        "ws_ping_interval": 20,
        "ws_ping_timeout": 20,
        "timeout_graceful_shutdown": 8,
        "access_log": False,
        "server_header": False,
    }
