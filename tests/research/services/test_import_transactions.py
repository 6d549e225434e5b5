"""No transaction of an import is long: a few rows stand in each, and nothing that costs time happens inside of one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth import hashers
from django.db import connection

from research import names
from research.enums import Role, RowState
from research.imports import checking, sheet
from research.models import ImportRow, Person
from research.services import imports
from tests.factories.research import AppointmentFactory, PersonFactory
from tests.research.services.test_imports import xlsx

pytestmark = pytest.mark.django_db(transaction=True)
HUNDREDS = "赵钱孙李周吴郑王冯陈"
TABLES = (ImportRow._meta.db_table, Person._meta.db_table)


@dataclass
class Written:
    """How many rows of lists and people each transaction wrote."""

    by_transaction: list[int] = field(default_factory=list)

    def count(self, execute: Callable[..., Any], sql: str, params: Any, many: Any, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if any(f'"{table}"' in sql for table in TABLES) and connection.in_atomic_block:
            if sql.startswith("INSERT") and " VALUES " in sql:  # SQLite counts what it has handed out alone
                self.by_transaction[-1] += sql.count("), (") + 1
            elif sql.startswith(("INSERT", "UPDATE")):
                self.by_transaction[-1] += context["cursor"].rowcount
        return result


@contextmanager
def counted() -> Iterator[Written]:
    """Count what is written meanwhile; a transaction begins where autocommit is switched off."""
    written, real = Written(), connection.set_autocommit

    def set_autocommit(autocommit: Any, *rest: Any, **more: Any) -> None:
        if not autocommit:
            written.by_transaction.append(0)
        real(autocommit, *rest, **more)

    with (
        patch.object(connection, "set_autocommit", set_autocommit),
        connection.execute_wrapper(written.count),
    ):
        yield written


@contextmanager
def outside_of_transactions(owner: Any, name: str, called: list[str]) -> Iterator[None]:
    """See to it that something costly is called while no transaction is open."""
    real = getattr(owner, name)

    def watched(*arguments: Any, **more: Any) -> Any:
        assert not connection.in_atomic_block, name
        called.append(name)
        return real(*arguments, **more)

    with patch.object(owner, name, watched):
        yield


def name_of(number: int) -> str:
    return "".join(HUNDREDS[int(digit)] for digit in f"{number:03d}")


def rows(count: int) -> list[list[object]]:
    return [[name_of(n), f"3{n:05d}", "", f"139{n:08d}", "语文"] for n in range(count)]


def test_no_transaction_writes_more_than_a_few_rows() -> None:
    admin = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    for number in range(30):
        PersonFactory.create(unit=admin.unit, staff_number=f"3{number:05d}")

    with counted() as stored:
        made = imports.upload(by=admin, file_name="x.xlsx", content=xlsx(*rows(250)), unit=admin.unit)
    with counted() as marked:
        imports.check(made.pk)
    imports.start(by=admin, made=made)
    with counted() as written:
        imports.run(made.pk)

    assert [count for count in stored.by_transaction if count] == [100, 100, 50]
    assert [count for count in marked.by_transaction if count] == [50] * 5
    # A new person's row is marked and then points to them; so does a changed one's, whose person is written alone.
    assert max(written.by_transaction) == 3 * imports.BATCH
    assert made.rows.filter(state=RowState.CHANGED).count() == 30
    assert made.rows.filter(state=RowState.CREATED).count() == 220


def test_nothing_that_costs_time_happens_while_the_database_is_locked() -> None:
    admin = AppointmentFactory.create(role=Role.UNIT_ADMIN).person
    content = xlsx(*rows(30))
    called: list[str] = []

    with (
        outside_of_transactions(sheet, "read", called),
        outside_of_transactions(checking, "ground", called),
        outside_of_transactions(checking, "judge", called),
        outside_of_transactions(names, "keys", called),
        outside_of_transactions(hashers, "make_password", called),
        patch("django.contrib.auth.base_user.make_password", hashers.make_password),
    ):
        made = imports.upload(by=admin, file_name="x.xlsx", content=content, unit=admin.unit)
        imports.check(made.pk)
        imports.start(by=admin, made=made)
        imports.run(made.pk)

    assert {name: called.count(name) for name in called} == {
        "read": 1,
        "ground": 3,
        "judge": 60,
        "keys": 30,
        "make_password": 30,
    }
    assert Person.objects.filter(staff_number__startswith="30").count() == 30
