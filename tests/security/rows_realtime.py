"""Pictures in shared documents; a document's rights are those of its plan. Sockets: tests/realtime."""

import uuid

from tests.security.matrix import Row
from tests.security.rows_lessons import MERE_READERS, WRITERS

NOWHERE = uuid.UUID(int=1)

ROWS = [
    Row("realtime:picture", f"/documents/pictures/{NOWHERE}", rest=404, anonymous=404),
    Row(
        "realtime:pictures",
        lambda world: f"/documents/plan/{world.things['plan'].pk}/pictures/",
        {WRITERS: 422, MERE_READERS: 403},
        rest=404,
        method="post",
        anonymous=401,
    ),
    Row(
        "realtime:adopt_pictures",
        lambda world: f"/documents/plan/{world.things['plan'].pk}/pictures/adopt/",
        {WRITERS: 422, MERE_READERS: 403},
        rest=404,
        method="post",
        anonymous=401,
    ),
]
