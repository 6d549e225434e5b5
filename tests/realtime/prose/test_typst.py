"""Rich text as Typst: no text is ever code."""

import io
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from realtime.prose import formulas
from realtime.prose.formulas import MAX_LATEX, parse
from realtime.prose.grid import lay_out
from realtime.prose.hostile import from_html
from realtime.prose.omml import omml
from realtime.prose.tree import Mark, Node, doc, paragraph, text
from realtime.prose.typst import LIBRARY, Placed, to_typst
from realtime.prose.typst_math import math
from tests.realtime.prose.strategies import clean_trees

PICTURE = "0b6e1d8e-6a4f-4c1c-9d0a-0f1e2d3c4b5a"
FORMULAS = [
    r"\frac{a}{b}", r"x^2_1+\sqrt[3]{y}", r"\sum_{i=1}^{n} i", r"\left(\frac12\right)",
    r"\begin{cases}x&1\\y&2\end{cases}", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\overrightarrow{AB}\cdot\vec{a}",
    r"\text{面积}=\pi r^2", r"\sin x\le 30^\circ", r"\hat{x}\overline{AB}\underline{x}", r"\mathbb{R}\in\emptyset",
    r"2H_2+O_2\xrightarrow{点燃}2H_2O", r"\displaystyle\int_0^1 x\,dx", r"\lim_{x\to0}\frac{\sin x}{x}", r"f'(x)",
    r"\binom{n}{k}", r"|x|", r"\underbrace{a}_{b}", r"\left.\frac{dy}{dx}\right|_{x=0}", r"\ce{H2O}", r"\{1,2\}",
    r"x_{1,2}=\frac{-b\pm\sqrt{b^2-4ac}}{2a}", r"\begin{aligned}a&=b\\c&=d\end{aligned}", r"\sqrt{}", r"\frac{}{}", r"{}_a^b",
    r"\left\{\begin{aligned}x+y=5 \\ x-y=1\end{aligned}\right.", r"\left\{x\right.", r"\left\langle x\right|", r"\langle a",
    r"\lfloor x\rfloor\lceil y",
]  # fmt: skip
HOSTILE = [
    '#import "x"', "$x$", "\\", "\\u{41}", "`raw`", "]", "[", "// comment", "/* comment", '"); read("/etc/passwd"); ("',
    '#read("/etc/passwd")', "<label>", "@ref", "= heading", "- item", "{ }", "#{", "*/", "~", "--", "'\"'", '\\"',
]  # fmt: skip


def typeset(code: str, root: Path) -> str:
    """The text of the PDF; the machine's fonts are not asked."""
    source = LIBRARY.read_text(encoding="utf-8") + "\n#" + code + "\n"
    (root / "main.typ").write_text(source, encoding="utf-8")
    pdf = typst.compile(str(root / "main.typ"), root=str(root), ignore_system_fonts=True)
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_text_is_a_string_literal() -> None:
    tree = doc([paragraph('a"b\\c#d', text("红", Mark("color", {"name": "red"}), Mark("strong")))])

    code = to_typst(tree, pictures={}, width=400)

    assert code == ('{\nparagraph("", 0, {\ntext("a\\"b\\\\c#d")\nstrong(tinted("red", text("红")))\n})\n}')


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_stands_on_the_paper_as_it_is(value: str, tmp_path: Path) -> None:
    node = Node("formula", attrs={"latex": value})
    tree = doc([paragraph("A" + value + "Z", text(value, Mark("em"))), paragraph(node)])

    shown = typeset(to_typst(tree, pictures={}, width=400), tmp_path)

    compact = "".join(shown.split())
    assert f"A{''.join(value.split())}Z" in compact.replace("“", '"').replace("”", '"')


@settings(max_examples=25, deadline=None)
@given(clean_trees)
def test_any_rich_text_compiles(tree: Node) -> None:
    source = LIBRARY.read_text(encoding="utf-8") + "\n#" + to_typst(tree, pictures={}, width=400)

    assert typst.compile(source.encode(), ignore_system_fonts=True).startswith(b"%PDF")


@pytest.mark.parametrize("latex", FORMULAS)
def test_common_formulas_are_set_by_both(latex: str) -> None:
    formula = parse(latex)

    assert formula is not None
    assert typst.compile(f"#({math(formula)})".encode(), ignore_system_fonts=True).startswith(b"%PDF")
    assert omml(formula).tag.endswith("}oMath")


@settings(max_examples=60, deadline=None)
@given(st.text("ab1{}\\_^&#$\"'()[],;/|~ 面frcsqtleigh", max_size=40))
def test_any_formula_either_compiles_or_is_not_read(latex: str) -> None:
    formula = parse(latex)

    if formula is not None:
        assert typst.compile(f"#({math(formula)})".encode(), ignore_system_fonts=True).startswith(b"%PDF")
        omml(formula)


@pytest.mark.parametrize(
    "latex", ["", "  ", "x" * (MAX_LATEX + 1), "{" * 900 + "}" * 900, "\\frac" * 300, "x^" * 900, "a_{" * 500]
)
def test_formulas_beyond_reason_are_not_read(latex: str) -> None:
    assert parse(latex) is None


def rows(latex: str) -> int:
    """In how many lines Word sets a formula's equations."""
    formula = parse(latex)
    assert formula is not None
    return len(omml(formula).findall(".//{*}m/{*}mr"))


@pytest.mark.parametrize("name", ["aligned", "align*", "gathered", "split", "cases", "matrix"])
def test_equations_under_one_another_stay_so(name: str) -> None:
    assert rows(rf"\left\{{\begin{{{name}}}x+y=5 \\ x-y=1\end{{{name}}}\right.") == 2


def test_equations_stand_to_the_left_in_both(tmp_path: Path) -> None:
    formula = parse(r"\begin{aligned}x&=5 \\ y&=1\end{aligned}")

    assert formula is not None
    assert [node.values() for node in omml(formula).iter("{*}mcJc")] == [["left"]]
    assert math(formula) == '$mat(delim: #none, align: #left, x, \\= "5"; y, \\= "1")$'


def test_a_formula_that_is_not_read_stands_as_its_source(tmp_path: Path) -> None:
    tree = doc([paragraph(Node("formula", attrs={"latex": r"\frac{"}))])

    assert typeset(to_typst(tree, pictures={}, width=400), tmp_path).strip() == r"\frac{"


def test_formulas_can_be_left_as_source() -> None:
    tree = doc([paragraph(Node("formula", attrs={"latex": "a"}))])

    assert 'raw("a")' in to_typst(tree, pictures={}, width=400, formulas=False)


def test_pictures_fit_their_line_and_cell() -> None:
    image = f'<img data-picture="{PICTURE}" alt="图" width="2000">'
    tree = from_html(f"<p>{image}</p><table><tr><td width=100>{image}</td><td width=300>x</td></tr></table>")

    code = to_typst(tree, pictures={PICTURE: Placed("/0.png", 800, 400)}, width=400)

    assert 'image("/0.png", width: 400.00pt, alt: "图")' in code
    assert 'image("/0.png", width: 90.00pt, alt: "图")' in code


def test_a_picture_that_is_not_there_stands_as_its_description() -> None:
    tree = doc([paragraph(Node("image", attrs={"picture": PICTURE, "alt": "图"}))])

    assert 'missing("图")' in to_typst(tree, pictures={}, width=400)


def test_direction_marks_do_not_reach_the_paper() -> None:
    assert "\u202e" not in to_typst(doc([paragraph("a\u202eb")]), pictures={}, width=400)


def test_reading_a_formula_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formulas, "_MAX_PIECES", 3)

    assert parse("a+b+c+d") is None


def test_a_heading_cell_that_reaches_into_the_body_repeats_no_heading() -> None:
    """Found by the property test: Typst refuses a header that holds half a cell."""

    def row(kind: str, *spans: int) -> Node:
        cells = (Node(kind, {"colspan": 1, "rowspan": span}, (paragraph("格"),)) for span in spans)
        return Node("table_row", content=tuple(cells))

    whole = (row("table_header", 1, 1), row("table_header", 1, 1), row("table_cell", 1, 1))
    reaching = (
        row("table_header", 1, 1),
        row("table_header", 2, 1),
        row("table_cell", 1),
        row("table_cell", 1, 1),
    )

    assert lay_out(Node("table", content=whole)).heading_rows == 2
    assert lay_out(Node("table", content=reaching)).heading_rows == 0
