"""The benchmark of live editing works: a short load on a real server."""

import json
import subprocess
from pathlib import Path

import pytest

from bench import collab
from bench.apparatus import sites

pytestmark = pytest.mark.node

COUNT_TYPED = """
import * as Y from 'yjs'
import { base, typing } from '%(apparatus)s/lesson.mjs'
import { Reader, readTyping } from '%(apparatus)s/wire.mjs'

const content = base(1, 2)
const updates = [typing(content, 7, 0, 3), typing(content, 8, 1, 5)].flat()
const typed = {}
const note = (client, from, to) => (typed[client] = [...(typed[client] ?? []), from, to])
const read = (update) => readTyping(new Reader().open(update, 0), note)
console.log(JSON.stringify({ whole: [read(Y.mergeUpdates(updates)), read(content)], typed }))
"""

TURNS_BETWEEN_ONE_ROOM = """
import { shuffled } from '%(apparatus)s/crowd.mjs'
import { dice } from '%(apparatus)s/lesson.mjs'

const editors = Array.from({ length: 200 }, (_, nth) => nth)
const order = shuffled(editors, dice(200))
const turns = order.flatMap((editor, turn) => (editor < 20 ? [turn] : []))
console.log(JSON.stringify({
  all: order.toSorted((a, b) => a - b).every((editor, nth) => editor === nth),
  next: turns.filter((turn, nth) => nth > 0 && turn - turns[nth - 1] <= 2).length > 0,
  far: turns.filter((turn, nth) => nth > 0 && turn - turns[nth - 1] >= 20).length > 0,
}))
"""


def _answer(script: str) -> object:
    command = [
        sites.any_node(),
        "--input-type=module",
        "--eval",
        script % {"apparatus": sites.APPARATUS.as_uri()},
    ]
    answer = subprocess.run(command, cwd=sites.ROOT, check=True, capture_output=True, text=True).stdout
    return json.loads(answer)


def test_generator_reads_what_yjs_wrote() -> None:
    assert _answer(COUNT_TYPED) == {
        "whole": [True, False],
        "typed": {"7": [0, 1, 1, 2, 2, 3], "8": [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]},
    }


def test_editors_of_one_room_type_close_together_and_far_apart_as_chance_has_it() -> None:
    assert _answer(TURNS_BETWEEN_ONE_ROOM) == {"all": True, "next": True, "far": True}


@pytest.mark.slow
def test_short_load_delivers_every_edit_and_survives_a_kill(tmp_path: Path) -> None:
    rows = collab.load_rows(collab.Case(2, 3), collab.SHORT, tmp_path, against_peer=False)

    found = {row.figure: row.ours for row in rows}
    assert found["edits lost, after kill -9"] == 0
    assert found["CPU per delivered edit"] > 0
    assert found["keystroke to peer, p50"] > 0
    assert found["acknowledgement, p95"] > 0
