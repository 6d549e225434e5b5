"""The parts of a .docx package and the names of WordprocessingML."""

from __future__ import annotations

import posixpath
import zipfile
from pathlib import Path

from lxml import etree

from lessons.imports.prescan import XML_NAME
from lessons.imports.refusal import Refused

Element = etree._Element  # noqa: SLF001 - the name that its stubs give

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"

# "Strict Open XML" says the same under other names.
STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R),
    (b"http://purl.oclc.org/ooxml/drawingml/main", A),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", M),
    (b"http://purl.oclc.org/ooxml/drawingml/diagram", DGM),
)


def parse(data: bytes) -> Element:
    """XML without entities, network or comments; what is deeper or longer than libxml2 allows is refused."""
    for strict, name in STRICT:
        if strict in data:
            data = data.replace(strict, name[1:-1].encode())
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refused("broken", str(error)) from error


def value(element: Element | None, name: str = "val", default: str = "") -> str:
    """The attribute ``w:<name>`` of an element that may be absent."""
    return default if element is None else element.get(W + name) or default


def number(text: str, default: int = 0, *, least: int = 0, most: int) -> int:
    """A whole number out of a file, held within bounds; the default where it is none (« ², 10⁹⁹ »)."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        return default
    return max(least, min(int(text[:12]), most))


def child(element: Element | None, *names: str) -> Element | None:
    """The first ``w:`` child along a path of names."""
    for name in names:
        if element is None:
            return None
        element = element.find(W + name)
    return element


def is_on(properties: Element | None, name: str) -> bool | None:
    """A switch such as ``w:b``: on, off, or None where nothing is said."""
    element = child(properties, name)
    if element is None:
        return None
    return value(element, default="1") not in {"0", "false", "off", "none"}


class Package:
    """A .docx opened for reading (文件包)."""

    def __init__(self, path: Path) -> None:
        self.archive = zipfile.ZipFile(path)
        self.names = set(self.archive.namelist())
        self.main = self._main()

    def _main(self) -> str:
        for target, kind, external in self.relations("").values():
            if kind == "officeDocument" and not external and target in self.names:
                return target
        return "word/document.xml"

    def read(self, name: str) -> bytes:
        return self.archive.read(name)

    def xml(self, name: str) -> Element | None:
        """A part parsed, or None where the package has no such part. The pre-scan looked at these names alone."""
        return parse(self.read(name)) if name in self.names and XML_NAME.search(name) else None

    def relations(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Relationship id → (target part or address, last word of its type, is external) of a part."""
        folder, name = posixpath.split(part)
        root = self.xml(posixpath.join(folder, "_rels", f"{name}.rels"))
        found = {}
        for relation in root.iter(RELATIONSHIP) if root is not None else ():
            external = relation.get("TargetMode") == "External"
            target = relation.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            found[relation.get("Id", "")] = (target, relation.get("Type", "").rpartition("/")[2], external)
        return found

    def related(self, kind: str) -> list[str]:
        """Parts of a kind that belong to the main document: numbering, styles, header, footer, footnotes."""
        relations = self.relations(self.main).values()
        return sorted({target for target, name, external in relations if name == kind and not external})
