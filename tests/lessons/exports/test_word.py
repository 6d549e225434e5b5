"""The Word form, read back."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader

from lessons.exports.printed import PrintedSection
from lessons.exports.word import to_docx
from realtime.prose.hostile import from_html
from tests.factories.printed import PICTURE, printed_plan
from tests.realtime.prose.ooxml import disorder


def opened(**other: Any) -> Any:
    return Document(io.BytesIO(to_docx(printed_plan(**other))))


def texts(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def has(row: Any, sign: str) -> bool:
    return row._tr.trPr is not None and row._tr.trPr.find(qn(f"w:{sign}")) is not None


def test_the_form_is_four_tables_in_the_order_of_the_template() -> None:
    document = opened()

    facts, before, process, after = document.tables
    assert texts(facts)[0][1:] == ["家书里的家国情怀——走近贺昌烈士"] * 3
    assert texts(facts)[1] == ["学科", "思想政治", "年级", "高一"]
    assert texts(facts)[3] == ["单元", "第一单元", "第一单元", "第一单元"]
    assert [row[0] for row in texts(before)] == ["教材分析", "教学目标", "教学准备"]
    assert [row[0] for row in texts(process)][1:3] == ["一、情境导入\n5 分钟", "二、探究新知\n6 分钟"]
    assert [row[0] for row in texts(after)] == ["板书设计", "教学反思"]


def test_the_process_is_headed_as_it_is_on_the_plans_page() -> None:
    assert texts(opened().tables[2])[0] == ["环节", "教师活动", "学生活动", "设计意图"]


def test_the_heading_row_of_the_process_repeats_and_short_rows_stay_whole() -> None:
    process = opened().tables[2]

    assert [has(row, "tblHeader") for row in process.rows] == [True] + [False] * 5
    assert [has(row, "cantSplit") for row in process.rows] == [True, True, False, False, True, True]


def test_the_page_is_a4_with_unit_and_authors_above_and_page_numbers_below() -> None:
    [page] = opened().sections

    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    assert page.header.paragraphs[0].text == "示例市第一中学\t刘秀兰、薛海峰"
    fields = [code.text.strip() for code in page.footer._element.iter(qn("w:instrText"))]
    assert fields == ["PAGE", "NUMPAGES"]


def test_the_file_says_of_itself_only_title_and_lead_author() -> None:
    about = opened().core_properties

    assert (about.title, about.author, about.language) == (
        "家书里的家国情怀——走近贺昌烈士",
        "刘秀兰",
        "zh-CN",
    )
    assert (about.last_modified_by, about.comments, about.keywords, about.subject, about.category) == (
        "",
    ) * 5


def test_no_part_of_the_package_names_the_library_or_the_machine() -> None:
    package = zipfile.ZipFile(io.BytesIO(to_docx(printed_plan())))

    everything = b"".join(
        package.read(name) for name in package.namelist() if name.endswith((".xml", ".rels"))
    )
    for word in (b"python-docx", b"/home/", b"/tmp/", b"\\Users\\"):
        assert word not in everything


def test_pictures_stand_in_the_package_as_they_are_and_texts_are_pressed() -> None:
    package = zipfile.ZipFile(io.BytesIO(to_docx(printed_plan())))

    how = {entry.filename: entry.compress_type for entry in package.infolist()}
    [picture] = [name for name in how if name.startswith("word/media/")]
    assert {name for name, way in how.items() if way == zipfile.ZIP_STORED} == {picture}
    assert package.read(picture) == printed_plan().pictures[PICTURE]
    assert package.testzip() is None


def test_word_finds_everything_in_its_order() -> None:
    document = opened()

    [page] = document.sections
    parts = document.element, page.header._element, page.footer._element, document.styles.element
    assert [disorder(part) for part in parts] == [[], [], [], []]


def test_word_does_not_open_it_in_compatibility_mode() -> None:
    settings = opened().settings.element

    [mode] = settings.xpath("./w:compat/w:compatSetting[@w:name='compatibilityMode']/@w:val")
    assert mode == "15"


def test_the_paragraph_behind_the_last_table_fills_no_page_of_its_own() -> None:
    last = opened().element.body.xpath("./w:p")[-1]

    assert last.getnext().tag == qn("w:sectPr")
    assert last.xpath("./w:pPr/w:spacing/@w:line | ./w:pPr/w:spacing/@w:lineRule") == ["20", "exact"]
    assert last.xpath("./w:pPr/w:rPr/w:sz/@w:val") == ["2"]


def test_an_empty_plan_is_a_form_to_fill_in() -> None:
    empty = {"title": "课", "unit": "", "authors": (), "facts": (), "pictures": {}}
    sections = (PrintedSection("教学目标"), PrintedSection("教学过程", steps=()))

    document = opened(sections=sections, **empty)

    assert texts(document.tables[2])[1] == ["", "", "", ""]


def test_a_plan_without_any_section_is_written() -> None:
    assert len(opened(sections=()).tables) == 1


def test_very_long_and_rare_names_stay_themselves() -> None:
    name = "𠮷䶮𬭊𰻝𮧵" * 40

    document = opened(title=name, authors=(name, "b"))

    assert texts(document.tables[0])[0][1] == name
    assert document.core_properties.author == name[:255]


def test_hostile_text_is_text() -> None:
    value = "</w:t>&lt;{{ 7*7 }}<!--"

    document = opened(title=value, sections=(PrintedSection(value, from_html("<p>&lt;/w:tc&gt;</p>")),))

    assert texts(document.tables[1]) == [[value, "</w:tc>"]]


def test_two_hundred_steps_are_all_there() -> None:
    assert len(opened(steps=200).tables[2].rows) == 201


@pytest.mark.slow
def test_another_reader_opens_it(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "plan.docx").write_bytes(to_docx(printed_plan()))
    home = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"

    subprocess.run(
        [office, home, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "plan.docx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip

    pages = [page.extract_text() for page in PdfReader(tmp_path / "plan.pdf").pages]
    assert "教材分析" in pages[0]
    assert all(f"第 {number} 页" in page for number, page in enumerate(pages, 1))
    assert sum("设计意图" in page for page in pages) >= 2
