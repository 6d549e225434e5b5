"""HTML out is escaped and classed; HTML in may be anything."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from lxml.html import fragment_fromstring

from realtime.prose.hostile import MAX_CHARACTERS, TooLongError
from realtime.prose.html import from_html, to_html
from realtime.prose.schema import clean, from_json, plain_text
from realtime.prose.tree import Mark, Node, doc, paragraph, text
from tests.realtime.prose.strategies import clean_trees, wild_trees

GOLDEN = json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))
WORD = Path(__file__).with_name("html")
RED = Mark("color", {"name": "red"})


def address(picture: str) -> str:
    return f"/documents/pictures/{picture}"


def written(node: Node) -> str:
    return to_html(node, picture_url=address)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_html_is_what_the_browser_writes(case: dict[str, str]) -> None:
    tree = from_json(case["tree"])

    assert written(tree) == case["html"]
    assert from_html(case["html"]) == tree


@given(clean_trees)
def test_a_clean_tree_survives_html(tree: Node) -> None:
    assert from_html(written(tree)) == tree


ALLOWED = {
    "p": {"class"}, "h3": {"class", "data-level"}, "h4": {"class", "data-level"}, "h5": {"class", "data-level"},
    "blockquote": set(), "ul": set(), "ol": {"start", "class"}, "li": set(), "table": set(), "tbody": set(), "tr": set(),
    "td": {"colspan", "rowspan", "data-colwidth", "width"}, "th": {"colspan", "rowspan", "data-colwidth", "width"},
    "hr": set(), "br": set(), "img": {"class", "src", "data-picture", "alt", "width"}, "strong": set(), "em": set(),
    "u": set(), "s": set(), "sup": set(), "sub": set(), "span": {"class", "data-latex"}, "a": {"href", "target", "rel"},
}  # fmt: skip


@given(wild_trees)
def test_whatever_a_peer_wrote_html_has_only_our_tags_and_attributes(tree: Node) -> None:
    root = fragment_fromstring(written(tree), create_parent="div")

    for element in root.iterdescendants():
        assert set(element.keys()) <= ALLOWED[str(element.tag)]
        assert element.get("href", "https:").startswith(("https:", "http:", "mailto:"))
        assert element.get("src", "/documents/").startswith("/documents/pictures/") or element.tag != "img"


def test_pictures_without_an_address_stand_as_their_description() -> None:
    tree = doc(
        [paragraph(Node("image", attrs={"picture": "0b6e1d8e-6a4f-4c1c-9d0a-0f1e2d3c4b5a", "alt": "<图>"}))]
    )

    html = to_html(tree, picture_url=None)

    assert html == '<p><span class="picture-missing" role="img" aria-label="&lt;图&gt;">&lt;图&gt;</span></p>'


MXSS = [
    "<script>alert(1)</script>x",
    "<img src=x onerror=alert(1)>x",
    "<svg><style><img src=x onerror=alert(1)></style></svg>x",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">x',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">x',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>x",
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java&#x09;script:alert(1)">x</a>',
    '<a href="data:text/html;base64,PHN2Zz4=">x</a>',
    '<p style="background:url(javascript:alert(1))">x</p>',
    '<p style="x:expression(alert(1))">x</p>',
    "<p class='ta-center\" onmouseover=alert(1)'>x</p>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>x',
    "<!--[if gte mso 9]><xml><o:x onload=alert(1)/></xml><![endif]-->x",
    "<template><script>alert(1)</script></template>x",
    "<xmp><img src=x onerror=alert(1)></xmp>x",
    "<plaintext><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>x",
    "<span class=formula data-latex='\"><script>alert(1)</script>'>y</span>x",
    "<img data-picture='\"><script>' alt='\"><script>alert(1)</script>'>x",
    "<td colspan='1\" onclick=\"alert(1)'>x</td>",
    "<object data=x><param></object><embed src=x>x",
    "<base href=//evil><link rel=stylesheet href=//evil><meta http-equiv=refresh content='0;url=//evil'>x",
    "<a href='https://x' style='position:fixed' id=location name=cookie>x</a>",
]  # fmt: skip


@pytest.mark.parametrize("html", MXSS)
def test_hostile_html_leaves_only_text(html: str) -> None:
    result = written(from_html(html))

    seen = [
        (str(element.tag), str(name), str(value))
        for element in fragment_fromstring(result, create_parent="p").iter()
        for name, value in element.items() or [("", "")]
    ]
    allowed = {"p", "span", "a", "table", "tbody", "tr", "td"}
    assert {tag for tag, _, _ in seen} <= allowed
    assert not any(
        name.startswith("on") or name in {"style", "id", "src", "srcdoc", "name"} for _, name, _ in seen
    )
    assert all(value.startswith(("https:", "http:", "mailto:")) for _, name, value in seen if name == "href")
    assert from_html(result) == from_html(written(from_html(result)))


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        ("", doc()),
        (" \n ", doc()),
        ("甲<br>乙", doc([paragraph("甲", Node("hard_break"), "乙")])),
        ("<div>甲</div><div>乙</div>", doc([paragraph("甲"), paragraph("乙")])),
        ("<div>甲<p>乙</p>丙</div>", doc([paragraph("甲"), paragraph("乙"), paragraph("丙")])),
        ("<p>\n  多  行\n  文字 </p>", doc([paragraph("多 行 文字")])),
        ("<p><b>甲 </b> 乙</p>", doc([paragraph(text("甲 ", Mark("strong")), "乙")])),
        ("<p>&nbsp;</p>", doc([paragraph()])),
        ("<pre>a\n  b</pre>", doc([paragraph("a", Node("hard_break"), "  b")])),
        ("<h1>一</h1><h6>六</h6>", doc([Node("heading", content=(text("一"),)), Node("heading", attrs={"level": 3}, content=(text("六"),))])),
        ("<p style='text-align:center;text-indent:24pt'>甲</p>", doc([paragraph("甲", align="center", indent=2)])),
        ("<p align=right>甲</p>", doc([paragraph("甲", align="right")])),
        ("<span style='color:#FF0000'>红</span>", doc([paragraph(text("红", RED))])),
        ("<font color=red>红</font>", doc([paragraph(text("红", RED))])),
        ("<font color=#000>黑</font>", doc([paragraph("黑")])),
        ("<span style='background:yellow;mso-highlight:yellow'>底</span>", doc([paragraph(text("底", Mark("highlight", {"name": "orange"})))])),
        ("<span style='font-weight:700;text-decoration:underline'>粗</span>", doc([paragraph(text("粗", Mark("strong"), Mark("underline")))])),
        ("<b style='font-weight:normal'>不粗</b>", doc([paragraph("不粗")])),
        ("<ul>散<li>甲</li><ul><li>乙</li></ul></ul>",
         doc([Node("bullet_list", content=(
             Node("list_item", content=(paragraph("散"),)),
             Node("list_item", content=(paragraph("甲"), Node("bullet_list", content=(Node("list_item", content=(paragraph("乙"),)),)))),
         ))])),
        ("<ol type=a start=2><li>甲</ol>",
         doc([Node("ordered_list", attrs={"start": 2, "style": "lower-alpha"}, content=(Node("list_item", content=(paragraph("甲"),)),))])),
        ("<table><thead><tr><th>头</th></tr></thead><tr><td width=120>右</td></tr></table>",
         doc([Node("table", content=(
             Node("table_row", content=(Node("table_header", content=(paragraph("头"),)),)),
             Node("table_row", content=(Node("table_cell", attrs={"colwidth": (120,)}, content=(paragraph("右"),)),)),
         ))])),
        ("<a href='https://a.cn'>链</a>", doc([paragraph(text("链", Mark("link", {"href": "https://a.cn"})))])),
        ("<img src='https://evil.example/1.png' alt='图'>", doc([paragraph("图")])),
    ],
)  # fmt: skip
def test_foreign_html_is_understood(html: str, tree: Node) -> None:
    assert from_html(html) == tree


def test_word_list_paragraphs_become_lists() -> None:
    def item(level: int, marker: str, value: str) -> str:
        ignored = f"<![if !supportLists]><span lang=EN-US><span style='mso-list:Ignore'>{marker}<span>&nbsp;&nbsp;</span></span></span><![endif]>"
        return f"<p class=MsoListParagraph style='margin-left:18pt;mso-list:l0 level{level} lfo1'>{ignored}{value}<o:p></o:p></p>"

    tree = from_html(
        item(1, "一、", "甲")
        + item(2, "（1）", "乙")
        + item(1, "二、", "丙")
        + item(1, "·", "丁")
        + "<p>尾</p>"
    )

    inner = Node(
        "ordered_list", attrs={"style": "paren"}, content=(Node("list_item", content=(paragraph("乙"),)),)
    )
    assert tree == doc([
        Node("ordered_list", attrs={"style": "cjk"}, content=(
            Node("list_item", content=(paragraph("甲"), inner)),
            Node("list_item", content=(paragraph("丙"),)),
        )),
        Node("bullet_list", content=(Node("list_item", content=(paragraph("丁"),)),)),
        paragraph("尾"),
    ])  # fmt: skip


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 60_000 + "底",
        "".join(f"<font color=#{n:06x}>" for n in range(3000)) + "<p>x</p>" * 3000 + "底",
        "<ul><li>" * 20_000 + "底",
        "<table><tr><td>" * 20_000 + "底",
        "<b><p>" * 20_000 + "底",
    ],
    ids=["div", "font", "ul", "table", "adoption"],
)
def test_a_trap_for_parsers_costs_little_and_keeps_its_text(html: str) -> None:
    assert plain_text(from_html(html)).endswith("底")


def test_html_longer_than_any_page_is_refused() -> None:
    with pytest.raises(TooLongError):
        from_html("x" * (MAX_CHARACTERS + 1))


def test_nesting_that_is_allowed_stays_within_the_white_list() -> None:
    tree = from_html("<blockquote>" * 400 + "底")

    assert clean(tree) == tree
    assert plain_text(tree) == "底"
