"""Web pages that were saved under a Word name, and web pages inside a .docx."""

import base64
from pathlib import Path

import pytest

from lessons.imports import limits, prescan, web
from lessons.imports.refusal import Refused
from lessons.imports.source import Cell, Para, Table, walk
from tests.lessons.imports import hostile
from tests.lessons.imports.reading_back import faults_of_tiling, recognised, summary

ROWS = """<tr><td>课题</td><td colspan=3>草原</td></tr><tr><td>学科</td><td>语文</td><td>年级</td><td>六年级</td></tr>
<tr><td>教学目标</td><td colspan=3>1.会写字词。<br>2.体会情景交融。</td></tr>
<tr><td>教学环节</td><td>教师活动</td><td>学生活动</td><td>设计意图</td></tr>
<tr><td rowspan=2>导入</td><td>听一首草原的歌。</td><td>说说感受。</td><td>激趣</td></tr>
<tr><td>出示课题。</td><td>齐读。</td><td></td></tr>
<tr><td>板书设计</td><td colspan=3>草原 美景 人情</td></tr>"""
PAGE = f"""<html><head><meta charset="utf-8"><title>下载教案</title><style>p {{}}</style></head>
<body><script>alert("教学重点")</script><h1 align=center>草原教学设计</h1><table>{ROWS}</table></body></html>"""
EXPECTED = {
    "columns": {"title": "草原", "subject": "语文", "grade": "六年级", "stage": "primary"},
    "fields": {"objectives": "1.会写字词。\n2.体会情景交融。", "board": "草原 美景 人情"},
    "steps": [
        {
            "minutes": None,
            "phase": "导入",
            "teacher": "听一首草原的歌。\n出示课题。",
            "student": "说说感受。\n齐读。",
            "intent": "激趣",
        }
    ],
    "others": [["aside", "cover", "草原教学设计"]],
}


def archive() -> bytes:
    lines = [
        "MIME-Version: 1.0",
        'Content-Type: multipart/related; boundary="x"',
        "",
        "--x",
        'Content-Type: text/html; charset="utf-8"',
        "Content-Transfer-Encoding: base64",
        "",
        base64.encodebytes(PAGE.encode()).decode(),
        "--x--",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize(
    "data",
    [
        PAGE.encode(),
        b"\xef\xbb\xbf" + PAGE.encode(),
        PAGE.replace("utf-8", "gb2312").encode("gb18030"),
        archive(),
    ],
    ids=["utf-8", "with a mark", "gb2312", "mht"],
)
def test_a_page_under_a_word_name_is_read_like_a_form(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "教案.doc"
    path.write_bytes(data)

    source, result = recognised(path)

    assert summary(source, result)["lessons"] == [EXPECTED]
    assert faults_of_tiling(source, result) == []


def page(body: str, tmp_path: Path) -> tuple[list[Para], list[tuple[str, str]]]:
    path = tmp_path / "a.doc"
    path.write_text(f"<html><body>{body}</body></html>", "utf-8")
    source = web.read_web(path)
    return [para for para in walk(source.blocks) if not para.blank], source.dropped


def test_lists_keep_their_numbers_and_bullets(tmp_path: Path) -> None:
    paras, _dropped = page("<ol><li>读<ul><li>轻声读</ul><li>写</ol>", tmp_path)

    assert [(para.text, para.bullet) for para in paras] == [("1. 读", -1), ("轻声读", 1), ("2. 写", -1)]


def test_marks_links_and_pictures_are_kept_or_listed(tmp_path: Path) -> None:
    body = (
        '<p><b>重</b>点 x<sup>2</sup> <a href="https://example.org/">网址</a><a href="javascript:x()">坏</a>'
    )
    paras, dropped = page(body + '<img src="http://example.org/a.png"></p>', tmp_path)

    assert [(i.text, i.marks) for i in paras[0].inlines] == [
        ("重", ("strong",)),
        ("点 x", ()),
        ("2", ("superscript",)),
        (" ", ()),
        ("网址", ("link:https://example.org/",)),
        ("坏", ()),
    ]
    assert dropped == [("link", "javascript:x()"), ("external", "http://example.org/a.png")]


def test_a_table_stands_on_its_grid_and_a_table_in_a_cell_stays_there(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_text(
        "<html><table><tr><td rowspan=2 colspan=99999999999>甲<td>乙</tr><tr><td>丙<table><tr><td>丁</table></table>"
    )

    table = web.read_web(path).blocks[0]

    assert isinstance(table, Table)
    cells = [
        (cell.text, cell.row, cell.column, cell.colspan, cell.rowspan) for row in table.rows for cell in row
    ]
    assert cells == [("甲", 0, 0, 1, 2), ("乙", 0, 1, 1, 1), ("丙\n丁", 1, 1, 1, 1)]
    assert [type(block) for block in inner(table).blocks] == [Para, Table]


def inner(table: Table) -> Cell:
    return table.rows[1][0]


def test_a_page_inside_a_package_is_read_in_its_place(tmp_path: Path) -> None:
    text = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>".format
    body = text("课题：趵突泉") + '<w:altChunk xmlns:r="' + hostile.OFFICE + '" r:id="c1"/>'
    body += text("教学过程：") + text("一、看图") + text("看趵突泉的照片，说说你看见了什么。")
    relation = (
        f'<Relationships xmlns="{hostile.RELATIONS}"><Relationship Id="c1" Type="{hostile.OFFICE}/aFChunk"'
        ' Target="chunk.htm"/></Relationships>'
    )
    extra: dict[str, bytes | str] = {
        "word/_rels/document.xml.rels": relation,
        "word/chunk.htm": "<html><body><p>教学目标：<i>有感情</i>地朗读课文。</p></body></html>",
    }

    source, result = recognised(hostile.package(tmp_path / "a.docx", body, extra=extra))

    assert summary(source, result)["lessons"][0]["fields"] == {"objectives": "有感情地朗读课文。"}
    assert faults_of_tiling(source, result) == []


def test_scan_refuses_a_page_with_too_many_pieces(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_text("<html>" + "<p>" * (limits.PIECES + 1))

    with pytest.raises(Refused, match="too_many_pieces"):
        prescan.scan(path)


def test_a_page_that_nests_without_end_is_refused_or_read(tmp_path: Path) -> None:
    path = tmp_path / "a.doc"
    path.write_text("<html>" + "<b>" * 100_000 + "山")

    assert prescan.scan(path).kind == "web"
    assert "".join(para.text for para in walk(web.read_web(path).blocks)) in {"", "山"}
