"""The beginning and the end of a server process (ASGI lifespan)."""

import asyncio
import logging
import uuid
from typing import Any

from realtime import bell
from realtime.server import Server
from realtime.services import processes

logger = logging.getLogger(__name__)


async def lifespan(_scope: Any, receive: Any, send: Any) -> None:
    """Start the live documents, or refuse to; at the end commit what is there and say goodbye."""
    await receive()
    server = Server.here()
    try:
        process_id = await _enter(server)
    except Exception as error:
        logger.exception("the server does not start")
        await send({"type": "lifespan.startup.failed", "message": str(error)})
        return
    beating = asyncio.create_task(_beat(server, process_id))
    await send({"type": "lifespan.startup.complete"})
    await receive()
    beating.cancel()
    await asyncio.wait([beating])
    try:
        await server.read(processes.leave, process_id)
    except Exception:
        logger.warning("the process could not be signed off, the database does not answer", exc_info=True)
    await server.stop()
    await send({"type": "lifespan.shutdown.complete"})


async def _enter(server: Server) -> uuid.UUID:
    """Take a place among the server processes. Raises SecondServerError."""
    process_id = await server.read(processes.enter, shares_hints=bell.shared_layer() is not None)
    rivals = await server.read(processes.rivals, process_id)
    if rivals:
        logger.info("waiting whether %s other server processes are alive", len(rivals))
        await asyncio.sleep(2.5 * server.limits.beat_seconds)
        await server.read(processes.check_alone, process_id, rivals)
    return process_id


async def _beat(server: Server, process_id: uuid.UUID) -> None:
    shares_hints = bell.shared_layer() is not None
    while True:
        await asyncio.sleep(server.limits.beat_seconds)
        try:
            await server.read(processes.beat, process_id, shares_hints=shares_hints)
        except Exception:
            logger.warning("the beat failed, the database does not answer", exc_info=True)
