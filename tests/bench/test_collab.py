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


def test_generator_reads_what_yjs_wrote() -> None:
    script = COUNT_TYPED % {"apparatus": sites.APPARATUS.as_uri()}
    command = [sites.any_node(), "--input-type=module", "--eval", script]
    answer = subprocess.run(command, cwd=sites.ROOT, check=True, capture_output=True, text=True).stdout

    assert json.loads(answer) == {
        "whole": [True, False],
        "typed": {"7": [0, 1, 1, 2, 2, 3], "8": [0, 1, 1, 2, 2, 3, 3, 4, 4, 5]},
    }


@pytest.mark.slow
def test_short_load_delivers_every_edit_and_survives_a_kill(tmp_path: Path) -> None:
    rows = collab.load_rows(collab.Case(2, 3), collab.SHORT, tmp_path, against_peer=False)

    found = {row.figure: row.ours for row in rows}
    assert found["edits lost, after kill -9"] == 0
    assert found["CPU per delivered edit"] > 0
    assert found["keystroke to peer, p50"] > 0
    assert found["acknowledgement, p95"] > 0
