"""Updates that hurt a document which trusts them (pycrdt 0.14.13), and one that does not."""

import pycrdt

POISON = bytes.fromhex("0101f39cc6878ef0b6020b0201016d0103017c3f80000000")
"""Is applied; then neither pycrdt nor Yjs can read the document's own encoding."""

PANIC = bytes.fromhex(
    "010101f39cc6878ef0b6020004010102f39cc6878ef0b602180700f39cc6878ef0b60216060400f39cc6878ef0b6021811"
    "f0a0aeb7e9878ee5aeb620e6aeb5e890bd00"
)
"""Survives the check of the bytes; integrating it panics in Rust and leaves the document half changed."""

DEPENDENT_POISON = bytes.fromhex("0101f39cc6878ef0b602008207020103017c3f0000")
"""Hurts only a document in which client 7 has at least three items: an empty one sees nothing wrong."""


def by_client_seven(text: str = "abcdef") -> bytes:
    """An update of client 7 that writes a text."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=7)
    doc.get("t", type=pycrdt.Text).insert(0, text)
    return doc.get_update()


def keystrokes(*texts: str, client_id: int = 1) -> list[bytes]:
    """One update for each text, typed one after the other at the end."""
    doc: pycrdt.Doc[pycrdt.Text] = pycrdt.Doc(client_id=client_id)
    text = doc.get("t", type=pycrdt.Text)
    seen: list[bytes] = []
    doc.observe(lambda event: seen.append(event.update))
    for part in texts:
        text.insert(len(text), part)
    return seen


def text_of(doc: "pycrdt.Doc[pycrdt.Text]") -> str:
    return str(doc.get("t", type=pycrdt.Text))
