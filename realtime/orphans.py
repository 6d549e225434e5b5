"""Items inside of what is no type (失父), which an update can be forged to have.

A page takes such an item for garbage, and so do all after it; Yrs refuses the whole update. At the door the sender is
refused with it. But an item may wait until its parent comes, and be wrong only then: then it is written as the pages
see it, for who brought the parent has done nothing.
"""

from realtime import grammar, wire
from realtime.grammar import Id, Section


def may_have_any(update: bytes) -> bool:
    """Whether an update has items that name their parent by its id."""
    return any(item.inside for _, items in grammar.read(update).sections for item in items)


def as_pages_see_them(update: bytes, whole: bytes) -> bytes:
    """An update with its orphans written as garbage; ``whole`` is the document before it."""
    sections = [(data, section) for data in (whole, update) for section in grammar.read(data).sections]
    named = {item.inside for _, (_, items) in sections for item in items if item.inside}
    wrong = {
        parent for parent in named if any(_is_no_type(parent, data, section) for data, section in sections)
    }
    parts, at = [], 0
    for _, items in grammar.read(update).sections:
        for item in items:
            if item.inside in wrong:
                parts += [update[at : item.start], bytes((grammar.GARBAGE,)), wire.uint(item.length)]
                at = item.end
    return b"".join((*parts, update[at:]))


def _is_no_type(parent: Id, data: bytes, section: Section) -> bool:
    client, clock = parent
    return client == section.client and any(
        item.clock <= clock < item.until
        and not item.is_gap
        and grammar.kind(data, item) not in grammar.MAY_BE_PARENT
        for item in section.items
    )
