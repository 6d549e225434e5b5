"""Names are kept as they are and found as teachers look for them."""

import pytest

from research import names
from research.models import Person
from tests.factories.research import PersonFactory

RARE = ["𠮷田", "䶮山", "𬭊", "𰻝𰻝", "𮧵"]


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("刘秀兰", "liu xiu lan"),
        ("解晓东", "xie xiao dong"),
        ("单雄信", "shan xiong xin"),
        ("尉迟恭", "yu chi gong"),
        ("𠮷野", "𠮷 ye"),
    ],
)
def test_reading_knows_surnames(name: str, reading: str) -> None:
    assert names.reading(name) == reading


@pytest.mark.parametrize(
    ("typed", "name"), [("张　三", "张三"), ("  刘 秀 兰 ", "刘秀兰"), ("John  Smith", "John Smith")]
)
def test_tidy_takes_out_aligning_spaces(typed: str, name: str) -> None:
    assert names.tidy(typed) == name


@pytest.mark.parametrize("name", [*RARE, "阿凡提·买买提", "O'Brien"])
def test_is_name_takes_any_character_of_the_standard(name: str) -> None:
    assert names.is_name(name)


@pytest.mark.parametrize(
    "text", ["", "张三1", "张\u202e三", "张\x00三", "张\n三", "<b>张三", "张\u200b三", "=张三"]
)
def test_is_name_refuses_what_is_not_one(text: str) -> None:
    assert not names.is_name(text)


@pytest.mark.django_db
@pytest.mark.parametrize("name", RARE)
def test_rare_name_is_stored_and_found(name: str) -> None:
    person = PersonFactory.create(name=name)
    PersonFactory.create(name="王芳")

    assert Person.objects.get(pk=person.pk).name == name
    assert list(Person.objects.found_by(name)) == [person]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["刘秀", "秀兰", "liuxiulan", "Liu Xiu", "lxl", "LXL", "1000", "13903581234"]
)
def test_found_by_name_pinyin_initials_number_or_mobile(text: str) -> None:
    person = PersonFactory.create(name="刘秀兰", staff_number="100001", mobile="13903581234")
    PersonFactory.create(name="薛海峰", staff_number="200002", mobile="13903580000")

    assert list(Person.objects.found_by(text)) == [person]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "  ", "%", "_", "1390358"])
def test_found_by_nothing_or_a_wildcard_or_half_a_mobile_finds_nobody(text: str) -> None:
    PersonFactory.create(name="刘秀兰", staff_number="100001", mobile="13903581234")

    assert list(Person.objects.found_by(text)) == []


@pytest.mark.django_db
def test_both_readings_of_a_surname_find_the_person() -> None:
    person = PersonFactory.create(name="解晓东")

    assert list(Person.objects.found_by("xiexd")) == list(Person.objects.found_by("nobody")) == []
    assert list(Person.objects.found_by("xiexiaodong")) == list(Person.objects.found_by("jxd")) == [person]
