# ruff: noqa: SLF001 -- python-docx hands out its XML under names with an underscore
"""The small pieces of WordprocessingML that python-docx has no words for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any, Final, cast

from docx.opc.packuri import PackURI
from docx.opc.pkgwriter import PackageWriter
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Pt

SONG: Final = "宋体"
HEI: Final = "黑体"
LATIN: Final = "Times New Roman"
TWIPS_PER_LEVEL: Final = 420  # two characters of 五号
EMU_PER_TWIP: Final = 635

_AFTER_BORDERS: Final = [
    f"w:{name}"
    for name in [
        "shd",
        "tabs",
        "suppressAutoHyphens",
        "kinsoku",
        "wordWrap",
        "overflowPunct",
        "topLinePunct",
        "autoSpaceDE",
        "autoSpaceDN",
        "bidi",
        "adjustRightInd",
        "snapToGrid",
        "spacing",
        "ind",
        "contextualSpacing",
        "mirrorIndents",
        "suppressOverlap",
        "jc",
        "textDirection",
        "textAlignment",
        "outlineLvl",
        "rPr",
        "sectPr",
    ]
]
_PRESSED: Final = {"jpg", "jpeg", "png"}
_FORMATS: Final = {
    "decimal": ("decimal", "%{0}."),
    "cjk": ("chineseCountingThousand", "%{0}、"),
    "circled": ("decimalEnclosedCircle", "%{0}"),
    "lower-alpha": ("lowerLetter", "%{0}."),
    "paren": ("decimal", "（%{0}）"),
    "bullet": ("bullet", "●"),
}


def element(tag: str, *children: Any, **attributes: object) -> Any:
    """An element of the ``w:`` vocabulary with ``w:`` attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    for child in children:
        made.append(child)
    return made


def set_fonts(properties: Any, latin: str, chinese: str) -> None:
    """Both fonts of a style or run; without ``w:eastAsia`` Word takes its own for Chinese."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = element("rFonts")
        properties.insert(0, fonts)
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), latin)
    fonts.set(qn("w:eastAsia"), chinese)


def style_document(document: Any) -> None:
    """宋体 小四 (12 pt) with one and a half lines for the text, 黑体 for headings, in Word's own styles."""
    normal = document.styles["Normal"]
    normal.font.size = Pt(12)
    set_fonts(normal.element.get_or_add_rPr(), LATIN, SONG)
    normal.paragraph_format.line_spacing = 1.5
    normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
    for level, size in ((1, 15), (2, 14), (3, 12)):
        heading = document.styles[f"Heading {level}"]
        heading.font.size = Pt(size)
        heading.font.bold = True
        heading.font.color.rgb = None
        set_fonts(heading.element.get_or_add_rPr(), LATIN, HEI)
        heading.paragraph_format.space_before = heading.paragraph_format.space_after = Pt(6)
    set_fonts(document.styles["Title"].element.get_or_add_rPr(), LATIN, HEI)
    language = document.styles.element.find(".//" + qn("w:lang"))
    if language is not None:
        language.set(qn("w:eastAsia"), "zh-CN")


def modern(document: Any) -> None:
    """Have Word lay it out as documents of today, not in its compatibility mode, and drop the thumbnail."""
    links = document.part.package.rels
    for name in [name for name, link in links.items() if link.reltype.endswith("/thumbnail")]:
        del links[name]
    settings = document.settings.element
    compat = settings.find(qn("w:compat"))
    if compat is None:
        compat = element("compat")
        settings.append(compat)
    uri = "http://schemas.microsoft.com/office/word"
    for old in compat.findall(qn("w:compatSetting")):
        if old.get(qn("w:name")) == "compatibilityMode":
            compat.remove(old)
    compat.append(element("compatSetting", name="compatibilityMode", uri=uri, val=15))


class _Package:
    """What python-docx writes parts to: in this zip file pictures, pressed already, are not deflated once more."""

    def __init__(self, file: zipfile.ZipFile) -> None:
        self._file = file

    def write(self, uri: PackURI, blob: bytes) -> None:
        how = zipfile.ZIP_STORED if uri.ext.lower() in _PRESSED else zipfile.ZIP_DEFLATED
        self._file.writestr(uri.membername, blob, compress_type=how)


def saved(document: Any) -> bytes:
    """The .docx of a document, as python-docx's own ``save`` writes it but for the pictures."""
    package, writer, buffer = document.part.package, cast("Any", PackageWriter), io.BytesIO()
    for part in package.parts:
        part.before_marshal()
    with zipfile.ZipFile(buffer, "w") as file:
        to = _Package(file)
        writer._write_content_types_stream(to, package.parts)
        writer._write_pkg_rels(to, package.rels)
        writer._write_parts(to, package.parts)
    return buffer.getvalue()


def add_numbering(part: Any, style: str, start: int) -> int:
    """A list's own numbering definition in the document; the number that its paragraphs name.

    Each list has its own, so that each begins where it should.
    """
    numbering = part.numbering_part.element
    taken = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
    number = max(taken, default=0) + 1
    form, pattern = _FORMATS[style]
    abstract = element("abstractNum", element("multiLevelType", val="hybridMultilevel"), abstractNumId=number)
    for level in range(9):
        abstract.append(_level(level, form, pattern.format(level + 1), start))
    first = numbering.find(qn("w:num"))
    if first is None:
        numbering.append(abstract)
    else:
        first.addprevious(abstract)
    made = numbering.add_num(number)
    return int(made.numId)


def _level(level: int, form: str, pattern: str, start: int) -> Any:
    left = TWIPS_PER_LEVEL * (level + 1)
    made = element(
        "lvl",
        element("start", val=start),
        element("numFmt", val=form),
        element("lvlText", val=pattern),
        element("lvlJc", val="left"),
        element("pPr", element("ind", left=left, hanging=TWIPS_PER_LEVEL)),
        ilvl=level,
    )
    fonts = element("rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=SONG)
    made.append(element("rPr", fonts))
    return made


def number_paragraph(paragraph: Any, number: int, level: int) -> None:
    """Make a paragraph an item of a list."""
    properties = paragraph._p.get_or_add_pPr()
    properties.get_or_add_numPr().get_or_add_ilvl().val = min(level, 8)
    properties.numPr.get_or_add_numId().val = number


def indent_first_line(paragraph: Any, characters: int) -> None:
    """首行缩进 in characters, which follow the font's size; in points for readers that know none."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(100 * characters))
    indent.set(qn("w:firstLine"), str(240 * characters))


def shade(run: Any, colour: str) -> None:
    """A ground of any colour behind a run; Word's own highlighter has only garish ones."""
    run._r.get_or_add_rPr().append(element("shd", val="clear", color="auto", fill=colour))


def underline_paragraph(paragraph: Any) -> None:
    """A line below a paragraph, over its whole width."""
    line = element("pBdr", element("bottom", val="single", sz=4, space=1, color="auto"))
    paragraph._p.get_or_add_pPr().insert_element_before(line, *_AFTER_BORDERS)


def field(paragraph: Any, instruction: str, shown: str) -> None:
    """A field such as PAGE, with what stands there until Word counts."""
    for kind, text in (("begin", ""), ("", instruction), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        if kind == "":
            code = element("instrText")
            code.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            code.text = f" {text} "
            run._r.append(code)
        elif kind != "shown":
            run._r.append(element("fldChar", fldCharType=kind))


def new_table(widths: Sequence[int]) -> Any:
    """A table with lines and columns of exactly these widths (EMU), without rows yet."""
    borders = (
        element(side, val="single", sz=4, space=0, color="auto")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    twips = [width // EMU_PER_TWIP for width in widths]
    margins = (element(side, w=85, type="dxa") for side in ("left", "right"))
    properties = element(
        "tblPr",
        element("tblW", w=sum(twips), type="dxa"),
        element("jc", val="left"),
        element("tblBorders", *borders),
        element("tblLayout", type="fixed"),
        element("tblCellMar", *margins),
    )
    return element("tbl", properties, element("tblGrid", *(element("gridCol", w=width) for width in twips)))


def new_row(table: Any, *, heading: bool = False, whole: bool = False) -> Any:
    """One more row; a heading is repeated on every page, a whole one is not cut at a page's end."""
    row = element("tr")
    signs = [element("cantSplit")] * whole + [element("tblHeader")] * heading
    if signs:
        row.append(element("trPr", *signs))
    table.append(row)
    return row


def new_cell(row: Any, width: int, *, span: int = 1, merge: str = "", align: str = "", fill: str = "") -> Any:
    """One more cell, with the one empty paragraph that each must have."""
    properties = element("tcPr", element("tcW", w=width // EMU_PER_TWIP, type="dxa"))
    if span > 1:
        properties.append(element("gridSpan", val=span))
    if merge:
        properties.append(element("vMerge", val=merge))
    if fill:
        properties.append(element("shd", val="clear", color="auto", fill=fill))
    if align:
        properties.append(element("vAlign", val=align))
    cell = element("tc", properties, element("p"))
    row.append(cell)
    return cell
