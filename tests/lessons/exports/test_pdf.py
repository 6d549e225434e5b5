"""The PDF form, read back with another library than the one that made it."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader

from lessons.exports import pdf, typesetting
from lessons.exports.pdf import to_pdf
from lessons.exports.printed import PrintedSection, is_short
from lessons.exports.typesetting import Manuscript, TypesettingError, typeset
from realtime.prose.hostile import from_html
from tests.factories.printed import PICTURE, printed_plan

A4_POINTS = (595, 842)


def opened(**other: Any) -> PdfReader:
    return PdfReader(io.BytesIO(to_pdf(printed_plan(**other))))


def text_of(reader: PdfReader) -> str:
    return "".join("".join(page.extract_text().split()) for page in reader.pages)


def fonts_of(reader: PdfReader) -> set[str]:
    found = set()
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for font in resources["/Font"].values():
            descendant = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = descendant["/FontDescriptor"].get_object()
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
            found.add(str(descendant["/BaseFont"]).split("+")[1])
    return found


def characters_of(path: Path) -> set[int]:
    with TTFont(path) as font:
        return set(font.getBestCmap())


def name_of(path: Path) -> str:
    with TTFont(path) as font:
        return str(font["name"].getDebugName(1))


def test_the_form_stands_on_a4_with_header_footer_and_every_section() -> None:
    reader = opened()

    assert {tuple(map(round, page.mediabox[2:])) for page in reader.pages} == {A4_POINTS}
    text = text_of(reader)
    for label in (
        "课题",
        "学科",
        "教材分析",
        "教学目标",
        "教学准备",
        "教学过程",
        "板书设计",
        "教学反思",
        "二、探究新知",
        "6分钟",
    ):
        assert label in text
    for number, page in enumerate(reader.pages, 1):
        whole = "".join(page.extract_text().split())
        assert "示例市第一中学刘秀兰、薛海峰" in whole
        assert f"第{number}页共{len(reader.pages)}页" in whole


LONG_NAME = "吕梁市离石区第二实验九年一贯制寄宿制附属示范学校" * 5
PEOPLE = ("刘秀兰", "薛海峰", "阿不都热依木·买买提明", "欧阳晓梅", "高雅琴", "冯国栋", "任丽君", "郭永强")
TOP_OF_THE_TEXT = A4_POINTS[1] - 25 * 72 / 25.4
EDGE = A4_POINTS[1] - 8 * 72 / 25.4  # printers leave that much white


def head_of(reader: PdfReader) -> dict[float, str]:
    """What stands above the text of the first page, by the height of its lines, from above."""
    lines: dict[float, str] = {}

    def seen(text: str, page: list[float], line: list[float], _font: Any, _size: float) -> None:
        height = round(line[5] * page[3] + page[5], 1)
        if height > TOP_OF_THE_TEXT and text.strip():
            lines[height] = lines.get(height, "") + text.strip()

    reader.pages[0].extract_text(visitor_text=seen)
    return dict(sorted(lines.items(), reverse=True))


@pytest.mark.parametrize("people", [1, 2, 8])
@pytest.mark.parametrize("length", [0, 20, 60, 120])
def test_the_head_of_a_page_is_two_lines_at_most(length: int, people: int) -> None:
    name, authors = LONG_NAME[:length], PEOPLE[:people]

    head = head_of(opened(unit=name, authors=authors, steps=1))

    assert 1 <= len(head) <= 2
    assert max(head) + 0.88 * 9 < EDGE
    words = "".join(head.values())
    assert ("…" in words) == (length == 120 or (length, people) == (60, 8))
    if length <= 20:
        assert sorted(words) == sorted(name + "、".join(authors))


def test_letters_without_a_space_stay_in_their_half_of_the_head() -> None:
    school, author = "Experimental" * 5, "Aleksandrowna" * 4

    reader = opened(unit=school, authors=(author,), steps=1)

    head = "".join(head_of(reader).values()).replace("\u200b", "")
    assert sorted(head) == sorted(school + author)
    assert len(head_of(reader)) == 2


def test_a_plan_may_stand_without_unit_and_authors() -> None:
    assert head_of(opened(unit="", authors=(), steps=1)) == {}


def test_the_heading_row_of_the_process_repeats() -> None:
    pages = ["".join(page.extract_text().split()) for page in opened(steps=12).pages]

    with_steps = [
        page for page in pages if any(phase in page for phase in ("情境导入", "合作交流", "小结升华"))
    ]
    assert len(with_steps) > 2
    assert all("环节教师活动学生活动设计意图" in page for page in with_steps)


def test_fonts_are_embedded_and_rare_characters_are_drawn() -> None:
    rare = "𠮷䶮𬭊𰻝𮧵"

    reader = opened(authors=(rare,), title=rare)

    assert rare in text_of(reader)
    assert {"NotoSerifSC-Regular", "NotoSansSC-Bold", "JiaoyanRareSong"} <= fonts_of(reader)
    fonts = [path for folder in typesetting.font_folders() for path in Path(folder).glob("*.ttf")]
    assert {ord(character) for character in rare} <= set().union(*(characters_of(path) for path in fonts))


def test_the_fallback_fonts_are_small_and_bear_their_own_names() -> None:
    folder = Path(typesetting.__file__).with_name("fonts")
    fonts = sorted(folder.glob("*.ttf"))

    assert sum(path.stat().st_size for path in fonts) <= 500 * 1024
    assert {name_of(path) for path in fonts} == {
        "Jiaoyan Rare Kai",
        "Jiaoyan Rare Song",
    }
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text(encoding="utf-8")


def test_the_file_says_of_itself_only_title_and_lead_author() -> None:
    about: Mapping[str, Any] = opened().metadata or {}

    assert {name: value for name, value in about.items() if "Date" not in name and name != "/Creator"} == {
        "/Title": "家书里的家国情怀——走近贺昌烈士",
        "/Author": "刘秀兰",
    }
    assert "Typst" in about["/Creator"]


def test_pictures_are_in_it_and_broken_ones_are_told() -> None:
    assert sum(len(page.images) for page in opened().pages) == 1
    assert sum(len(page.images) for page in opened(pictures={}).pages) == 0
    assert "家书" in text_of(opened(pictures={"0b6e1d8e-6a4f-4c1c-9d0a-0f1e2d3c4b5a": b"broken"}))


def test_an_empty_plan_is_a_form_to_fill_in() -> None:
    sections = (PrintedSection("教学目标"), PrintedSection("教学过程", steps=()))

    reader = opened(title="课", unit="", authors=(), facts=(), sections=sections, pictures={})

    assert len(reader.pages) == 1
    assert "教学目标" in text_of(reader)


def test_a_plan_without_any_section_is_set() -> None:
    assert len(opened(sections=()).pages) == 1


@pytest.mark.parametrize(
    "value",
    [
        '#import "@preview/x:0.1.0": *',
        '"); #read("/etc/passwd")',
        "$ \\ ` ] // /* <a> @b = - {",
        "x" * 500,
        "字" * 500,
    ],
)
def test_hostile_and_long_text_is_text(value: str) -> None:
    section = PrintedSection(value, from_html("<p></p>"))

    reader = opened(title=value, unit=value, authors=(value,), facts=((value, value),), sections=(section,))

    assert "".join(value.split())[:20] in text_of(reader).replace("“", '"').replace("”", '"')


def test_direction_marks_do_not_reach_the_paper() -> None:
    sections = (PrintedSection("a", from_html("<p>x\u202eexe</p>")),)

    assert "\u202e" not in text_of(opened(sections=sections))


def test_two_hundred_steps_are_all_there() -> None:
    assert text_of(opened(steps=200)).count("一、情境导入") == 40


# --- the process --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../../etc/passwd")',
        '#image("/proc/self/environ")',
        '#import "@preview/cetz:0.3.4": *',
    ],
)
def test_typst_reads_nothing_but_its_folder(source: str) -> None:
    with pytest.raises(TypesettingError):
        typeset(Manuscript(source))


def test_a_link_out_of_the_folder_is_not_needed_to_set_text() -> None:
    assert typeset(Manuscript("x")).startswith(b"%PDF")


def test_typst_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "SECONDS", 1)

    with pytest.raises(TypesettingError) as ended:
        typeset(Manuscript("#for a in range(90000) { for b in range(90000) { let c = a * b } }"))

    assert ended.value.final


def test_a_formula_that_does_not_compile_costs_only_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("realtime.prose.typst.math", lambda _formula: "$ unknown-word $")

    assert r"\frac{a}{b}" in text_of(opened())


def test_a_timeout_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def late(manuscript: Manuscript) -> bytes:
        tries.append(manuscript)
        raise TypesettingError("late", final=True)

    monkeypatch.setattr(pdf, "typeset", late)

    with pytest.raises(TypesettingError):
        to_pdf(printed_plan())
    assert len(tries) == 1


def test_several_pictures_of_one_field_go_on_to_the_next_page() -> None:
    tall = from_html(f"<p><img data-picture='{PICTURE}'></p>" * 6)
    buffer = io.BytesIO()
    Image.new("RGB", (900, 700), "navy").save(buffer, "PNG")

    reader = opened(sections=(PrintedSection("教学反思", tall),), pictures={PICTURE: buffer.getvalue()})

    assert sum(1 for page in reader.pages if page.images) >= 3


def test_a_text_with_a_picture_may_be_cut_between_pages() -> None:
    assert is_short(from_html("<p>一行</p>"), at=400)
    assert not is_short(from_html(f"<p>一行<img data-picture='{PICTURE}'></p>"), at=400)
