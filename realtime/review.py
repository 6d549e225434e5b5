"""Whether the people behind live connections may still be there (复核)."""

from collections.abc import Sequence
from dataclasses import dataclass

from realtime import kinds
from realtime.connection import SIGNED_OUT, WITHDRAWN, Connection, Visit
from realtime.identity import Identity, identify
from realtime.kinds import Access


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who somebody is now, if signed in at all, and what they may do."""

    identity: Identity | None
    level: Access = Access.NONE


def verdicts(visits: Sequence[Visit]) -> list[Verdict]:
    """For each visit, in order; a bounded number of queries for all together."""
    people = identify({visit.session_key for visit in visits})
    asked: dict[str, dict[tuple[int, str], Access]] = {}
    for visit in visits:
        person = people.get(visit.session_key)
        if person is not None:
            asked.setdefault(visit.kind, {})[person.person_id, visit.key] = Access.NONE
    for name, pairs in asked.items():
        kind = kinds.find(name)
        if kind is not None:
            pairs.update(zip(pairs, kind.access(list(pairs)), strict=True))
    found = [_verdict(visit, people.get(visit.session_key), asked) for visit in visits]
    return _once_more(visits, found)


def _verdict(
    visit: Visit, person: Identity | None, asked: dict[str, dict[tuple[int, str], Access]]
) -> Verdict:
    if person is None:
        return Verdict(None)
    return Verdict(person, asked[visit.kind][person.person_id, visit.key])


def _once_more(visits: Sequence[Visit], found: Sequence[Verdict]) -> list[Verdict]:
    """Whoever may see nothing may have been signed out between the two questions, which they are to be told."""
    turned_away = {
        visit.session_key
        for visit, verdict in zip(visits, found, strict=True)
        if verdict.identity is not None and verdict.level < Access.READ
    }
    gone = turned_away - identify(turned_away).keys() if turned_away else turned_away
    pairs = zip(visits, found, strict=True)
    return [Verdict(None) if visit.session_key in gone else verdict for visit, verdict in pairs]


def enforce(connection: Connection, verdict: Verdict) -> None:
    """Close, restrict or widen a live connection."""
    if verdict.identity is None or verdict.identity.person_id != connection.identity.person_id:
        connection.close(SIGNED_OUT, "signed out")
    elif verdict.level < Access.READ:
        connection.close(WITHDRAWN, "access was withdrawn")
    else:
        connection.grant(verdict.level)
