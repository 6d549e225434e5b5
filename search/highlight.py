"""stand-in"""
from dataclasses import dataclass
from collections.abc import Sequence
import re
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from search.query.tree import *
from search.types import Entry
@dataclass(frozen=True, slots=True)
class Snippet:
    label: str
    html: SafeString
def _texts(tree):
    if isinstance(tree,(Words,Phrase)): return [t for t in tree.text.split()]
    if isinstance(tree,Not) or tree is None: return []
    return [t for n in tree.nodes for t in _texts(n)]
def _mark(text, words):
    out=escape(text)
    for w in words:
        out=re.sub(re.escape(escape(w)), lambda m:"\0"+m[0]+"\1", out)
    return mark_safe(out.replace("\0","<mark>").replace("\1","</mark>"))
def highlighted(tree: Node | None, entry: Entry) -> tuple[SafeString, tuple[Snippet, ...]]:
    w=_texts(tree)
    s=[Snippet(p.label,_mark(p.text[:120],w)) for p in entry.parts if any(x in p.text for x in w)] or [Snippet(p.label,_mark(p.text[:120],w)) for p in entry.parts[:1]]
    return _mark(entry.title,w), tuple(s[:3])
