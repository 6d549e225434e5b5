"""Small tools that draw forms with python-docx and raw XML, as Word and WPS leave them."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor
from PIL import Image, ImageDraw

CHINESE_LEVELS = (
    ("chineseCountingThousand", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
)
GREY = RGBColor(0xA6, 0xA6, 0xA6)


def new() -> Any:
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = "宋体"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    style.font.size = Pt(12)
    return document


def line(
    document: Any, text: str, *, centre: bool = False, bold: bool = False, size: float = 0, grey: bool = False
) -> Any:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)
    if grey:
        run.font.color.rgb = GREY
    if centre:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def page_break(document: Any) -> None:
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def grid(document: Any, rows: list[list[Any]], columns: int) -> Any:
    """A bordered table. A cell is text, or (text, colspan), or (text, colspan, rowspan); None stands
    under a merge.
    """
    table = document.add_table(len(rows), columns)
    table.style = "Table Grid"
    for number, row in enumerate(rows):
        column = 0
        for item in row:
            if item is None:
                column += 1
                continue
            text, across, down = (*item, 1, 1)[:3] if isinstance(item, tuple) else (item, 1, 1)
            cell = table.cell(number, column)
            if across > 1 or down > 1:
                cell = cell.merge(table.cell(number + down - 1, column + across - 1))
            write(cell, text)
            column += across
    return table


def write(cell: Any, text: str | list[str]) -> None:
    """Put lines into a cell, one paragraph each; «~» before a line makes it a grey hint, «*» makes it
    bold.
    """
    lines = text.split("\n") if isinstance(text, str) else text
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    for number, words in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.clear()
        run = paragraph.add_run(words.lstrip("~*"))
        if words.startswith("~"):
            run.font.color.rgb = GREY
        if words.startswith("*"):
            run.bold = True


def numbered(document: Any) -> str:
    """Add a numbered list 一、（一）1. to a document; the id for ``number``."""
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (style, text) in enumerate(CHINESE_LEVELS)
    )
    abstract = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>')
    numbering.insert(0, abstract)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    return "77"


def number(paragraph: Any, list_id: str, level: int) -> Any:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{list_id}"/></w:numPr>')
    )
    return paragraph


def picture(colour: str = "#a8322a", size: tuple[int, int] = (320, 200)) -> io.BytesIO:
    image = Image.new("RGB", size, colour)
    ImageDraw.Draw(image).ellipse((40, 30, 200, 170), fill="#faf8f4")
    stream = io.BytesIO()
    image.save(stream, "PNG")
    stream.seek(0)
    return stream


def text_box(words: str) -> Any:
    """A text box twice, for new programs and as VML for old ones, as Word and WPS write it."""
    content = f"<w:txbxContent><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:txbxContent>"
    return parse_xml(
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
        ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml">'
        '<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="900000" cy="300000"/>'
        '<wp:docPr id="9" name="文本框 1"/><a:graphic><a:graphicData'
        ' uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<wps:wsp><wps:spPr/><wps:txbx>{content}</wps:txbx><wps:bodyPr/></wps:wsp></a:graphicData></a:graphic>"
        "</wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def formula(xml: str) -> Any:
    return parse_xml(
        f'<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">{xml}</m:oMath>'
    )


def save(document: Any, path: Path) -> None:
    """Save with fixed times, so that building again changes nothing."""
    stream = io.BytesIO()
    document.core_properties.author = "不是作者"
    document.save(stream)
    rewrite(stream, path)


def rewrite(stream: io.BytesIO, path: Path, replace: dict[str, bytes] | None = None) -> None:
    """Write a package anew with fixed times, some parts replaced or added."""
    parts = {}
    with zipfile.ZipFile(stream) as old:
        for entry in old.infolist():
            parts[entry.filename] = old.read(entry)
    parts |= replace or {}
    parts.pop("docProps/thumbnail.jpeg", None)
    if b"thumbnail" in parts.get("_rels/.rels", b""):
        parts["_rels/.rels"] = re.sub(rb"<Relationship [^>]*thumbnail[^>]*/>", b"", parts["_rels/.rels"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new_file:
        for name, data in parts.items():
            new_file.writestr(zipfile.ZipInfo(name, (2026, 9, 1, 8, 0, 0)), data, zipfile.ZIP_DEFLATED)
