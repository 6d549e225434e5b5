"""The boxes of a facet: what is chosen, open, cut, and nothing hostile."""

import re

from search.facets import Value, facet
from search.templatetags.search_facets import facet_values

HOSTILE = "\"><script>alert(1)</script>&'"


def test_value_is_a_box_with_its_path_label_and_count() -> None:
    assert str(facet_values("stage", [Value("初中", "初中", 12)])) == (
        '<label class="box"><input type="checkbox" id="f-stage-%E5%88%9D%E4%B8%AD" name="stage" value="初中">'
        '<span>初中</span><span class="num count">12</span></label>\n'
    )


def test_what_is_finer_is_folded_until_something_of_it_is_chosen() -> None:
    counts = {"人教版›上册": 3, "北师大版›下册": 2}

    html = facet_values("textbook", facet("textbook", counts, ["北师大版›下册"]).values)

    assert re.findall(r'value="([^"]+)"( checked)?', html) == [
        ("人教版", ""), ("人教版›上册", ""), ("北师大版", ""), ("北师大版›下册", " checked"),
    ]  # fmt: skip
    assert re.findall(r'<details class="facet-below"( open)?>', html) == ["", " open"]


def test_more_than_is_shown_is_said_once() -> None:
    counts = {f"人教版›第 {nth} 册": 1 for nth in range(60)}

    html = facet_values("textbook", facet("textbook", counts, []).values)

    assert html.count("勾选后可以看到更多。") == 1
    assert html.count("checkbox") == 11


def test_values_are_escaped_wherever_they_stand() -> None:
    html = facet_values(
        "theme", [Value(HOSTILE, HOSTILE, 1, below=[Value(f"{HOSTILE}›{HOSTILE}", HOSTILE, 1)])]
    )

    assert "<script>" not in html
    assert set(re.findall(r"<([a-z]+)", html)) == {"label", "input", "span", "details", "summary"}
