"""What the system administrator teaches the search: words, synonyms, hot searches."""

from pathlib import Path

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from research.enums import Role
from research.models import AuditEvent, Person
from search.analysis import lexicon
from search.engines import using
from search.engines.tantivy import TantivyEngine
from search.models import DictionaryWord, HotSearch, SynonymGroup
from search.services import rebuilding
from tests.factories.research import AppointmentFactory
from tests.search.shelf import Shelf

pytestmark = pytest.mark.django_db

WORDS = "/admin/search/dictionaryword/"
GROUPS = "/admin/search/synonymgroup/"
MANY = "一二三四五六七八九十春夏秋冬东南西北上下左右中大小"
HOT = "/admin/search/hotsearch/"


@pytest.fixture(autouse=True)
def _fresh() -> None:
    lexicon.forget()


@pytest.fixture
def admin(client: Client) -> Person:
    person: Person = AppointmentFactory.create(role=Role.SYSTEM_ADMIN).person
    client.force_login(person)
    return person


def said(answer: object) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]


def lines(action: str) -> list[dict[str, object]]:
    return [event.detail for event in AuditEvent.objects.filter(action=action).order_by("pk")]


@pytest.mark.parametrize("page", [WORDS, GROUPS, HOT, f"{WORDS}add/", f"{GROUPS}add/"])
@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.SYSTEM_ADMIN, 200), (Role.SECURITY_ADMIN, 302), (Role.AUDIT_ADMIN, 302), (Role.UNIT_ADMIN, 302)],
)
def test_only_the_system_administrator_teaches_the_search(
    client: Client, page: str, role: Role, status: int
) -> None:
    client.force_login(AppointmentFactory.create(role=role).person)

    with using(Shelf()):
        assert client.get(page).status_code == status


def test_words_are_added_many_at_a_time_and_each_is_written_down(client: Client, admin: Person) -> None:
    answer = client.post(f"{WORDS}add/", {"words": "石头剪子布，丢手绢遊戲\n 石头剪子布 核心素养"})

    assert answer["Location"] == WORDS
    assert list(DictionaryWord.objects.values_list("word", flat=True)) == ["丢手绢游戏", "石头剪子布"]
    assert [line["word"] for line in lines("dictionaryword.created")] == ["石头剪子布", "丢手绢游戏"]
    events = AuditEvent.objects.filter(action="dictionaryword.created")
    assert {event.person_id for event in events} == {admin.pk}
    assert {event.target for event in events} == {
        f"search.dictionaryword:{word.pk}" for word in DictionaryWord.objects.all()
    }
    assert said(answer) == ["词已加入；后台进程会用它们重建索引。"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("好 teaching 石头剪子布", "不是 2 到 20 个汉字的词：好、teaching"),
        ("长" * 21, "不是 2 到 20 个汉字的词：" + "长" * 21),
        ("核心素养 已有词", "词典里已经有这些词。"),
        (" ，", "词典里已经有这些词。"),
        (" ".join(f"词{one}{other}" for one in MANY for other in MANY), "一次最多 500 个词。"),
    ],
    ids=["no words", "too long", "known", "nothing", "too many"],
)
@pytest.mark.usefixtures("admin")
def test_what_cannot_be_added_is_said_and_nothing_is(client: Client, words: str, fault: str) -> None:
    DictionaryWord.objects.create(word="已有词")

    answer = client.post(f"{WORDS}add/", {"words": words})

    assert answer.context["adminform"].form.errors == {"words": [fault]}
    assert (DictionaryWord.objects.count(), lines("dictionaryword.created")) == (1, [])


@pytest.mark.usefixtures("admin")
def test_word_that_is_taken_away_is_written_down_as_it_was(client: Client) -> None:
    one, other = (DictionaryWord.objects.create(word=word) for word in ("石头剪子布", "丢手绢游戏"))

    client.post(f"{WORDS}{one.pk}/delete/", {"post": "yes"})
    client.post(WORDS, {"action": "delete_selected", "_selected_action": [other.pk], "post": "yes"})

    assert not DictionaryWord.objects.exists()
    assert [line["word"] for line in lines("dictionaryword.deleted")] == ["石头剪子布", "丢手绢游戏"]


@pytest.mark.usefixtures("admin")
def test_words_are_not_changed_into_others(client: Client) -> None:
    word = DictionaryWord.objects.create(word="石头剪子布")

    assert "石头剪子布" in client.get(f"{WORDS}{word.pk}/change/").content.decode()
    assert client.post(f"{WORDS}{word.pk}/change/", {"words": "丢手绢游戏"}).status_code == 403
    assert DictionaryWord.objects.get().word == "石头剪子布"


@pytest.mark.usefixtures("admin")
def test_list_says_that_the_index_is_being_made_anew_until_it_is(
    client: Client, tmp_path: Path, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    telling = "正在用今天的词重建索引；完成之前，检索仍按原来的分词。"
    with using(TantivyEngine(tmp_path)):
        rebuilding.rebuild()
        assert said(client.get(WORDS)) == []

        with django_capture_on_commit_callbacks(execute=True):
            client.post(f"{WORDS}add/", {"words": "石头剪子布"}, follow=True)
        assert telling in said(client.get(WORDS))
        assert telling in said(client.get(GROUPS))

        rebuilding.rebuild()
        assert said(client.get(WORDS)) == []


@pytest.mark.usefixtures("admin")
def test_list_says_that_the_engine_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    shelf.away = True
    with using(shelf):
        answer = client.get(WORDS)

    assert (answer.status_code, said(answer)) == (200, ["检索引擎没有应答。"])


@pytest.mark.usefixtures("admin")
def test_group_is_one_line_and_the_record_keeps_each_of_its_versions(client: Client) -> None:
    client.post(f"{GROUPS}add/", {"words": "说课稿 = 講課稿＝ 说课底稿 =", "is_active": "on"})
    group = SynonymGroup.objects.get()
    assert (group.words, group.is_active) == (["说课稿", "讲课稿", "说课底稿"], True)

    change = f"{GROUPS}{group.pk}/change/"
    assert 'value="说课稿 = 讲课稿 = 说课底稿"' in client.get(change).content.decode()
    client.post(change, {"words": "说课稿 = 讲课稿", "is_active": "on"})
    client.post(change, {"words": "说课稿 =讲课稿"})
    client.post(f"{GROUPS}{group.pk}/delete/", {"post": "yes"})

    assert lines("synonymgroup.created") == [
        {
            "console": "admin",
            "columns": ["words"],
            "words": ["说课稿", "讲课稿", "说课底稿"],
            "is_active": True,
        }
    ]
    assert lines("synonymgroup.changed") == [
        {"console": "admin", "columns": ["words"], "words": ["说课稿", "讲课稿"], "is_active": True},
        {"console": "admin", "columns": ["is_active"], "words": ["说课稿", "讲课稿"], "is_active": False},
    ]
    assert [line["words"] for line in lines("synonymgroup.deleted")] == [["说课稿", "讲课稿"]]


@pytest.mark.parametrize(
    "words",
    ["说课稿", "说课稿 = 說課稿", "", "=", " = ".join(f"词{nth}" for nth in range(21)), "a = " + "长" * 21],
)
@pytest.mark.usefixtures("admin")
def test_what_is_no_group_is_refused(client: Client, words: str) -> None:
    answer = client.post(f"{GROUPS}add/", {"words": words, "is_active": "on"})

    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == ["words"]
    assert not SynonymGroup.objects.exists()


@pytest.mark.usefixtures("admin")
def test_taught_group_acts_at_once(
    client: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    assert lexicon.lexicon().alternatives("说课稿") == ()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{GROUPS}add/", {"words": "说课稿 = 讲课稿", "is_active": "on"})

    assert lexicon.lexicon().alternatives("说课稿") == ("讲课稿",)


@pytest.mark.usefixtures("admin")
def test_hot_search_that_is_saved_was_reviewed_and_is_written_down(client: Client) -> None:
    search = HotSearch.objects.create(query="家国情怀", count=30)

    client.post(
        f"{HOT}{search.pk}/change/", {"query": "家国情怀", "is_shown": "on", "position": 3, "count": 9}
    )

    search.refresh_from_db()
    assert (search.is_shown, search.position, search.count) == (True, 3, 30)
    assert search.reviewed_at is not None
    assert lines("hotsearch.changed")[0]["columns"] == ["is_shown", "position"]
