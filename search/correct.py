"""stand-in"""
from collections.abc import Sequence
from search.analysis.sounds import syllables
from search.analysis.normal import normalise
def proposal(query: str, titles: Sequence[str]) -> str | None:
    q=syllables(normalise(query))
    for t in titles:
        if query in t: return None
    for t in titles:
        s=syllables(normalise(t))
        for i in range(len(s)-len(q)+1):
            if s[i:i+len(q)]==q:
                return t[i:i+len(q)]
    return None
