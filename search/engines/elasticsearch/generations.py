"""Indexes come and go in generations (索引世代): searches ask one alias, changes go to all that another alias names.

Each generation also has an alias of its own, and changes are sent to that: a server makes an index of whatever name it
is sent, but never one for an alias that is gone.
"""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.dsl import Index

from search.engines.elasticsearch.documents import EntryDocument, made_with

logger = logging.getLogger(__name__)

_SETTINGS: Final = {
    "number_of_shards": 1,  # one, so that all scores count the same documents
    "refresh_interval": "-1",  # a batch becomes visible when it is over, and whole
}
_WHILE_FILLED: Final = {"index.gc_deletes": "1d"}
"""While an index is filled it remembers for so long what was taken out: what was read earlier may come later."""
_WHEN_FILLED: Final = {"index.gc_deletes": None}


def door(index: str) -> str:
    """The alias through which changes get into this generation alone."""
    return f"{index}-in"


@dataclass(frozen=True, slots=True)
class Generation:
    """One index. It is current if it was made with today's analyser and holds everything."""

    index: str
    fingerprint: str
    is_whole: bool

    @property
    def is_of_today(self) -> bool:
        return self.fingerprint == made_with()

    @property
    def is_current(self) -> bool:
        return self.is_of_today and self.is_whole


class Generations:
    """The generations of one site."""

    def __init__(self, name: str, *, replicas: int) -> None:
        self._name = name
        self._replicas = replicas

    @property
    def read(self) -> str:
        return f"{self._name}-read"

    @property
    def write(self) -> str:
        return f"{self._name}-write"

    def answering(self, client: Elasticsearch) -> Generation | None:
        """The generation that searches ask."""
        return next(iter(self._behind(client, self.read)), None)

    def taking(self, client: Elasticsearch) -> list[Generation]:
        """The generations that changes go to: while a new one is made, both."""
        return self._behind(client, self.write)

    @staticmethod
    def _behind(client: Elasticsearch, alias: str) -> list[Generation]:
        try:
            found = client.indices.get_mapping(index=alias, filter_path="*.mappings._meta")
        except NotFoundError:
            return []
        return [_read(index, about) for index, about in sorted(found.items())]

    def begin(self, client: Elasticsearch) -> Generation:
        """The very first generation, if there is none; it is empty, answers and takes changes, but is not whole."""
        index = f"{self._name}-first"
        try:
            return self._create(client, index, made_with(), self.read, self.write)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise
        return Generation(index, made_with(), is_whole=False)  # another process was quicker

    def add(self, client: Elasticsearch, fingerprint: str) -> Generation:
        """A new generation that takes changes and does not answer yet. What another try left half done goes."""
        self._drop_unfinished(client)
        now = datetime.now(tz=UTC)
        index = f"{self._name}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        return self._create(client, index, fingerprint, self.write)

    def _create(self, client: Elasticsearch, name: str, fingerprint: str, *aliases: str) -> Generation:
        index = Index(name, using=client)
        index.document(EntryDocument)
        index.settings(**_SETTINGS, **_WHILE_FILLED, number_of_replicas=self._replicas)
        index.aliases(**{alias: {} for alias in (*aliases, door(name))})
        made = index.to_dict()
        made["mappings"]["_meta"] = {"fingerprint": fingerprint, "is_whole": False}
        client.indices.create(index=name, **made)
        return Generation(name, fingerprint, is_whole=False)

    def _drop_unfinished(self, client: Elasticsearch) -> None:
        answering = {one.index for one in self._behind(client, self.read)}
        for one in self.taking(client):
            if one.index not in answering:
                logger.warning("the unfinished index %s is dropped", one.index)
                self.drop(client, one)

    def finish(self, client: Elasticsearch, fresh: Generation) -> None:
        """Put a generation in the place of all others, at one stroke."""
        client.indices.put_mapping(
            index=fresh.index, meta={"fingerprint": fresh.fingerprint, "is_whole": True}
        )
        client.indices.put_settings(index=fresh.index, settings=_WHEN_FILLED)
        old = {one.index for one in (*self._behind(client, self.read), *self.taking(client))} - {fresh.index}
        actions: list[Mapping[str, Any]] = [{"add": {"index": fresh.index, "alias": self.read}}]
        actions += [{"remove_index": {"index": index}} for index in sorted(old)]
        client.indices.update_aliases(actions=actions)

    @staticmethod
    def drop(client: Elasticsearch, generation: Generation) -> None:
        client.indices.delete(index=generation.index, ignore_unavailable=True)

    def drop_all(self, client: Elasticsearch) -> None:
        """For tests, which leave nothing behind."""
        for one in (*self._behind(client, self.read), *self.taking(client)):
            self.drop(client, one)


def _read(index: str, about: Mapping[str, Any]) -> Generation:
    meta = about.get("mappings", {}).get("_meta", {})
    return Generation(index, meta.get("fingerprint", ""), is_whole=bool(meta.get("is_whole")))
