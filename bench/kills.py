"""Truth of "saved": ``make bench NAME=kills``, or ``python -m bench.kills --kills 300``.

Five pages type unique tokens into one document while the server process is killed again and again with
SIGKILL. At the end somebody else reads: every acknowledged token must be there once, and nothing that nobody
typed.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from bench.apparatus import results
from bench.apparatus.results import Row
from tests.faults.test_saved_is_saved import judge, kill_while_typing, text_of
from tests.servers import SiteProcess, prepare_sqlite


async def measure(folder: Path, kills: int) -> list[Row]:
    """Kill so many times; what was lost, doubled or invented."""
    prepared = prepare_sqlite(folder)
    site = SiteProcess(folder, prepared.copy(folder))
    site.start()
    try:
        typists = await kill_while_typing(site, prepared.cookies, kills=kills, seed=kills)
        site.kill()
        site.start()
        lost, twice, foreign = judge(await text_of(site, prepared.cookies["高雅琴"]), typists)
    finally:
        site.stop()
    case = f"{kills} kills"
    acknowledged = sum(len(typist.acknowledged) for typist in typists)
    return [
        Row(case, "acknowledged edits", "edits", acknowledged),
        Row(case, "acknowledged and lost", "edits", len(lost), bar=0),
        Row(case, "there twice", "edits", len(twice), bar=0),
        Row(case, "there though nobody typed it", "edits", len(foreign), bar=0),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    kills = parser.parse_args().kills
    load_before = results.load()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        rows = asyncio.run(measure(Path(folder), kills))
    for row in rows:
        print(f"{row.case}: {row.figure} {row.ours:g} {row.unit}")
    results.keep("kills", rows, {}, load_before=load_before)


if __name__ == "__main__":
    main()
