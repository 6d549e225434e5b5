"""Signs of the fonts Symbol and Wingdings (符号字体): boxes, ticks, bullets, Greek letters, as Unicode spells them.

Word stores such a sign by its place in the font, so one number is λ in Symbol and ● in Wingdings.
"""

from __future__ import annotations

UNKNOWN = "〓"  # the printer's sign for a sign that is missing
PRIVATE = range(0xF020, 0xF100)
PRIVATE_USE = range(0xE000, 0xF900)


def _from(start: int, signs: str) -> dict[int, str]:
    return {start + n: sign for n, sign in enumerate(signs) if sign != UNKNOWN}


SYMBOL = {
    **_from(0x20, " !∀#∃%&∍()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾"),
    **_from(0x61, "αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"),
    **_from(0xA0, "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑"),
    **_from(0xF1, "〉∫"),
}
WINGDINGS = {
    **_from(0x20, " ✏✂✁👓🔔📖🕯☎✆✉✉📪📫📬📭📁📂📄📄📄🗄⌛⌨🖱🖱🖥💾💾💾✇✍✍✌👌👍👎☜☞☝☟✋☺😐☹💣☠⚐⚑✈☼💧❄✞✞✞✠✡☪☯ॐ☸"),
    **_from(0x5E, "♈♉♊♋♌♍♎♏♐♑♒♓&&●❍■□□❑❒◆◆◆❖◆⌧⌃⌘❀✿“”"),
    **_from(0x80, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
    **_from(0x9E, "·•▪○○○◉◎○▪☐▲✦★✶✴✹✵"),
    **_from(0xB0, "⊕✛◇□〓✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛"),
    **_from(0xD5, "⌫⌦➢➢➢➢←→↑↓←→↑↓↖↗↙↘←➔↑↓↖↗↙↘⇦⇨⇧⇩⇔⇳↖↗↙↘▭▫✗✓☒☑"),
}
WINGDINGS_2 = {
    **_from(0x4F, "✗✓☒☑☒☒"),
    **_from(0x69, "⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿"),
    **_from(0x95, "·•●●"),
    **_from(0x9F, "▪■■□☐☐"),
}
WINGDINGS_3 = _from(0x70, "▲▼△▽◀▶◁▷◣◢◤◥") | _from(0x7C, "◀▶▲▼")
FONTS = {
    "symbol": SYMBOL,
    "wingdings": WINGDINGS,
    "wingdings 2": WINGDINGS_2,
    "wingdings 3": WINGDINGS_3,
}


def sign(font: str, code: str) -> str:
    """What ``w:sym`` shows: the sign at a place of a font; in other fonts the number is Unicode's own."""
    number = int(code, 16) if code and all(digit in "0123456789abcdefABCDEF" for digit in code[:6]) else 0
    table = FONTS.get(font.lower())
    if table is not None and number in PRIVATE:
        return table.get(number & 0xFF, UNKNOWN)
    if number in PRIVATE_USE:
        return WINGDINGS.get(number & 0xFF, UNKNOWN) if number in PRIVATE else UNKNOWN
    return chr(number) if 0x20 <= number < 0xD800 or 0xF900 <= number < 0x110000 else ""  # noqa: PLR2004 - no control, no half


def written(font: str, text: str) -> str:
    """The same signs where they stand amid a run's text."""
    table = FONTS.get(font.lower())
    if table is None or not any(ord(character) in PRIVATE for character in text):
        return text
    return "".join(
        table.get(ord(character) & 0xFF, UNKNOWN) if ord(character) in PRIVATE else character
        for character in text
    )
