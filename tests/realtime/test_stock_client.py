"""Unmodified y-websocket clients in Node against the site."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pycrdt
import pytest

from realtime import documents
from realtime.models import Document
from tests.realtime.conftest import Site, Somebody, in_thread
from tests.servers import ROOT, program

pytestmark = [pytest.mark.node, pytest.mark.usefixtures("note")]

SCRIPTS = Path(__file__).parent / "stock"


async def run(script: str, *arguments: object) -> Any:
    """Run a script in Node; what it printed, as JSON."""
    node = program("node", "nodejs")
    if not (ROOT / "node_modules" / "y-websocket").is_dir():
        reason = "the npm packages are not installed, so the stock clients were left out (npm ci)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    process = await asyncio.create_subprocess_exec(
        node,
        SCRIPTS / script,
        *map(str, arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 100)
    assert process.returncode == 0, err.decode()
    return json.loads(out)


async def test_unmodified_client_finds_all_it_needs(
    site: Site, writer: Somebody, colleague: Somebody, reader: Somebody
) -> None:
    answer = await run("conformance.mjs", site.port, writer.cookie, colleague.cookie, reader.cookie)

    assert answer == {"text": "离线教案𠮷。在线"}


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_random_edits_of_unmodified_clients_converge(
    site: Site, note: Document, writer: Somebody, colleague: Somebody, seed: int
) -> None:
    answer = await run("fuzz.mjs", site.port, seed, 600, "1", writer.cookie, colleague.cookie)

    doc = await in_thread(documents.load)(note.pk)
    assert str(doc.get("t", type=pycrdt.Text)) == answer["text"]
    assert doc.get("a", type=pycrdt.Array).to_py() == answer["array"]
    assert doc.get("m", type=pycrdt.Map).to_py() == answer["map"]


def test_node_is_looked_for_by_name() -> None:
    assert shutil.which("node") is None or program("node", "nodejs") == shutil.which("node")
