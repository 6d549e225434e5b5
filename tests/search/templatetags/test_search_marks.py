"""What was found is marked in a line, whole and once, and what was written is escaped."""

import html
import re

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from search.templatetags.search_marks import found_first, marked

pieces = st.lists(st.text("李国平<&'a", min_size=1, max_size=3), max_size=4)


@pytest.mark.parametrize(
    ("text", "found", "shown"),
    [
        ("李国平、王芳", ("王芳",), "李国平、<mark>王芳</mark>"),
        ("七年级 · 数学", ("数", "数学"), "七年级 · <mark>数学</mark>"),
        ("A&B 中学", ("A&B",), "<mark>A&amp;B</mark> 中学"),
        ("<b>", (), "&lt;b&gt;"),
        ("数学", ("语文",), "数学"),
        ("必修1 第11课", ("1",), "必修<mark>1</mark> 第11课"),
        ("必修1、必修11", ("必修1",), "<mark>必修1</mark>、必修11"),
        ("Party and art", ("art",), "Party and <mark>art</mark>"),
    ],
)
def test_pieces_are_marked_where_they_stand(text: str, found: tuple[str, ...], shown: str) -> None:
    assert str(marked(text, found)) == shown


def test_names_in_a_line_are_escaped_once() -> None:
    line = Template("{% load search_marks %}{{ names|listed|marked:found }}")
    shown = line.render(Context({"names": ["O'Neil", "王芳"], "found": ("王芳",)}))

    assert shown == "O&#x27;Neil、<mark>王芳</mark>"


@given(st.text("李国平<&'a、", max_size=12), pieces)
def test_nothing_is_added_but_marks_around_what_was_found(text: str, found: list[str]) -> None:
    shown = marked(text, found)

    assert html.unescape(re.sub("</?mark>", "", shown)) == text
    assert set(map(html.unescape, re.findall("<mark>(.*?)</mark>", shown))) <= set(found)


def test_names_that_were_found_come_first_and_keep_their_order() -> None:
    assert found_first(["甲", "乙", "丙一", "丁"], ["丙", "丁"]) == ["丙一", "丁", "甲", "乙"]
    assert found_first(["甲", "乙"], []) == ["甲", "乙"]
