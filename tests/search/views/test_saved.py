"""My searches: opened by a form alone, ten at once, and what is new in those that are shown."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from research.models import Person
from search.errors import EngineUnavailableError
from search.models import SavedSearch
from tests.factories.research import PersonFactory
from tests.search.desk import Desk
from tests.search.leaves import Leaves

pytestmark = pytest.mark.django_db


def keep(person: Person, *queries: str) -> list[SavedSearch]:
    """Kept a day ago, one after another."""
    then = timezone.now() - timedelta(days=1)
    return [
        SavedSearch.objects.create(person=person, name=query, params=urlencode({"q": query}), looked_at=then)
        for query in queries
    ]


def test_opening_a_kept_search_leads_to_its_results_and_marks_it_as_seen(
    client: Client, person: Person, leaves: Leaves
) -> None:
    leaves.add("1", "三角形", changed_at=timezone.now())
    (saved,) = keep(person, "三角形")
    assert "1 条新<" in client.get("/search/saved/").content.decode()

    answer = client.post(f"/search/saved/{saved.pk}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/search/?{saved.params}")
    assert "条新<" not in client.get("/search/saved/").content.decode()


def test_what_is_new_stays_new_when_a_kept_search_is_opened_while_the_engine_is_away(
    client: Client, person: Person, leaves: Leaves, desk: Desk
) -> None:
    leaves.add("1", "三角形", changed_at=timezone.now())
    (saved,) = keep(person, "三角形")

    desk.fault = EngineUnavailableError("away")
    answer = client.post(f"/search/saved/{saved.pk}/")
    desk.fault = None

    assert (answer.status_code, answer["Location"]) == (302, f"/search/?{saved.params}")
    assert "1 条新<" in client.get("/search/saved/").content.decode()


def test_no_address_alone_marks_a_search_as_seen(client: Client, person: Person, leaves: Leaves) -> None:
    """A picture in somebody's page asks with GET."""
    (saved,) = keep(person, "三角形")

    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.force_login(person)
    address = f"/search/saved/{saved.pk}/"

    assert [client.get(address).status_code, elsewhere.post(address).status_code] == [405, 403]
    assert SavedSearch.objects.get().looked_at == saved.looked_at


def test_nobody_marks_anothers_search(client: Client, person: Person, leaves: Leaves) -> None:
    (others,) = keep(PersonFactory.create(), "三角形")

    assert client.post(f"/search/saved/{others.pk}/").status_code == 404
    assert SavedSearch.objects.get().looked_at == others.looked_at


@pytest.mark.parametrize("page", [1, 2, 3])
def test_only_the_ten_that_are_shown_are_asked_of_the_engine(
    client: Client, person: Person, leaves: Leaves, desk: Desk, page: int
) -> None:
    keep(person, *(f"三角形{nth}" for nth in range(25)))

    html = client.get(f"/search/saved/?page={page}").content.decode()

    shown = re.findall(r'class="t saved-open" type="submit">([^<]+)<', html)
    assert shown == [f"三角形{nth}" for nth in reversed(range(25))][10 * (page - 1) : 10 * page]
    assert len(desk.asked) == len(shown)
    assert f"第 {page} / 3 页" in html


@pytest.mark.parametrize(
    ("page", "back"), [("2", "/search/saved/?page=2"), ("1", "/search/saved/"), ("²x", "/search/saved/")]
)
def test_one_comes_back_to_the_page_on_which_a_search_was_renamed_or_deleted(
    client: Client, person: Person, leaves: Leaves, page: str, back: str
) -> None:
    (saved,) = keep(person, "三角形")

    renamed = client.post(f"/search/saved/{saved.pk}/rename/", {"name": "形", "page": page})
    deleted = client.post(f"/search/saved/{saved.pk}/delete/", {"page": page})

    assert (renamed["Location"], deleted["Location"]) == (back, back)
