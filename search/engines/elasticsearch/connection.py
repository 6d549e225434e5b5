"""How a process speaks to the servers (连接): one client for each process, and one kind of error."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

from elasticsearch import ApiError, ConnectionTimeout, Elasticsearch, TransportError
from elasticsearch import ConnectionError as UnreachableError

from search.errors import EngineUnavailableError

SEARCH_SECONDS: Final = 4.0
WRITE_SECONDS: Final = 60.0
QUIET_SECONDS: Final = 3.0
"""How long searches fail at once after one found nobody: a page must not wait for a dead server again and again."""


@dataclass(frozen=True, slots=True)
class Address:
    """``SEARCH_URL`` in its parts: ``https://name:secret@host:9200,host2:9200/?index=jiaoyan&replicas=1&ca_certs=/etc/ca.pem``
    (and ``api_key`` instead of a name). ``index`` is how the names of our indexes and aliases begin.
    """

    hosts: tuple[str, ...]
    index: str = "jiaoyan"
    replicas: int = 0
    options: tuple[tuple[str, str], ...] = ()


def read_address(url: str) -> Address:
    """Raises ValueError for an address that cannot be meant."""
    parts = urlsplit(url)
    own = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme not in {"http", "https"} or own.keys() - {"index", "replicas", "ca_certs", "api_key"}:
        raise ValueError("SEARCH_URL must be http(s)://…, with index, replicas, ca_certs and api_key at most")
    secret, _, places = parts.netloc.rpartition("@")
    port = 443 if parts.scheme == "https" else 9200
    hosts = [
        urlunsplit((parts.scheme, f"{secret}@{place}" if secret else place, parts.path.rstrip("/"), "", ""))
        for place in (one if urlsplit(f"//{one}").port else f"{one}:{port}" for one in places.split(","))
    ]
    return Address(
        hosts=tuple(hosts),
        index=own.get("index", "jiaoyan"),
        replicas=int(own.get("replicas", "0")),
        options=tuple((name, own[name]) for name in ("ca_certs", "api_key") if name in own),
    )


class Connection:
    """Clients of one address. Sockets do not survive a fork, so each process makes its own client."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._client: tuple[int, Elasticsearch] | None = None
        self._quiet_until = 0.0

    @property
    def client(self) -> Elasticsearch:
        """For searches: gives up soon, asks once more where a connection broke."""
        if self._client is None or self._client[0] != os.getpid():
            options: dict[str, Any] = dict(self.address.options)
            made = Elasticsearch(
                list(self.address.hosts),
                request_timeout=SEARCH_SECONDS,
                max_retries=1,
                retry_on_timeout=False,
                **options,
            )
            self._client = (os.getpid(), made)
        return self._client[1]

    @property
    def patient(self) -> Elasticsearch:
        """For writing: waits, and tries again. What is sent twice does no harm."""
        return self.client.options(request_timeout=WRITE_SECONDS, max_retries=3, retry_on_timeout=True)

    @contextmanager
    def asking(self) -> Iterator[Elasticsearch]:
        """A search. Fails at once for a while after one that reached nobody."""
        if time.monotonic() < self._quiet_until:
            raise EngineUnavailableError("Elasticsearch did not answer a moment ago")
        try:
            with spoken():
                yield self.client
        except EngineUnavailableError as error:
            if isinstance(error.__cause__, UnreachableError | ConnectionTimeout):
                self._quiet_until = time.monotonic() + QUIET_SECONDS
            raise

    @contextmanager
    def writing(self) -> Iterator[Elasticsearch]:
        """A change, or anything else that may take its time."""
        with spoken():
            yield self.patient
        self._quiet_until = 0.0

    def close(self) -> None:
        if self._client is not None and self._client[0] == os.getpid():
            self._client[1].close()
        self._client = None


@contextmanager
def spoken() -> Iterator[None]:
    """Whatever the servers or the way to them say, as the one error that callers know.

    Raises EngineUnavailableError.
    """
    try:
        yield
    except (TransportError, ApiError) as error:
        raise EngineUnavailableError(f"Elasticsearch: {error}"[:500]) from error
