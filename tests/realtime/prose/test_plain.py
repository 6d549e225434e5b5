"""Rich text as plain text."""

import json
from pathlib import Path

import pytest

from realtime.prose.plain import to_text
from realtime.prose.schema import from_json

GOLDEN = {
    case["name"]: case["tree"]
    for case in json.loads(Path(__file__).with_name("golden.json").read_text(encoding="utf-8"))
}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("plain paragraph", ["增强<国家>认同 & “责任”"]),
        ("headings", ["一", "二", "三"]),
        ("lists", ["甲", "乙", "丙", "丁"]),
        ("table", ["头", "左\t右"]),
        ("picture, formula, break and rule", ['贺昌 "家书"', "a<b", "", "引"]),
    ],
)
def test_each_line_is_a_line(name: str, lines: list[str]) -> None:
    assert to_text(from_json(GOLDEN[name])) == "\n".join(lines)
