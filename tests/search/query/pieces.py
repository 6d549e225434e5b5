"""Pieces of queries, for tests that type anything."""

from hypothesis import strategies as st

PIECES = st.sampled_from(
    [
        *("篇名:", "作者：", "title:", "主题:", "年份:2024", "年份:", "2020-", "至", "年", "-", "－", "—", "*", "'", "：", ":"),
        *("AND", "OR", "NOT", "ＯＲ", "or", "|", "(", ")", "（", "）", "“", "”", '"', "＂", "「", "」", "『"),
        *(" ", " ", " ", "\n", "\u3000", "\x1f", "\0", "甲", "乙丙", "x", "AB", "7", "\ud800", "，"),
    ]
)  # fmt: skip
