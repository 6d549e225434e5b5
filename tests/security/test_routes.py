"""Every address of the site, as every kind of person."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.security import matrix
from tests.security.matrix import SIGNED_IN, Row, Who

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MODULES = [
    importlib.import_module(f"tests.security.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("rows_*.py"))
]
ROWS: list[Row] = [row for module in MODULES for row in module.ROWS]


def addresses(resolver: URLResolver, namespace: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    """(URL name with namespace, route) of every pattern."""
    for one in resolver.url_patterns:
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from addresses(one, inner, here)
        elif isinstance(one, URLPattern):
            yield f"{namespace}{one.name or ''}", here


def is_exempt(name: str) -> bool:
    return any(
        name == exempt or (exempt.endswith(":") and name.startswith(exempt)) for exempt in matrix.EXEMPT
    )


def test_every_address_has_a_row() -> None:
    named = {row.name for row in ROWS}
    missing = [
        f"{name} ({route})"
        for name, route in addresses(get_resolver())
        if name not in named and not is_exempt(name)
    ]
    assert missing == []


def test_every_row_has_an_address() -> None:
    known = {name for name, _route in addresses(get_resolver())}
    assert {row.name for row in ROWS} - known == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row.method} {row.name} {number}" for number, row in enumerate(ROWS)]
)
def test_each_kind_of_person_gets_what_the_row_says(row: Row) -> None:
    got = {}
    world = matrix.make_world()
    for who in Who:
        with matrix.undone():
            client = Client()
            if who != Who.ANONYMOUS:
                client.force_login(world.people[who], backend=BACKEND)
            response = getattr(client, row.method)(row.url(world), row.body(world) or None)
            got[who.value] = response.status_code

    assert got == {who.value: row.status_for(who) for who in Who}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.method != "get"], ids=[row.name for row in ROWS if row.method != "get"]
)
def test_nothing_unsafe_is_done_without_a_csrf_token(row: Row) -> None:
    world = matrix.make_world()
    allowed = next((who for who in SIGNED_IN if row.status_for(who) < 400), Who.LEAD)
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.people[allowed], backend=BACKEND)

    response = getattr(client, row.method)(row.url(world), row.body(world) or None)

    assert response.status_code == 403
