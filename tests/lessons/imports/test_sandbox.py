"""The limits hold: time, memory, network, secrets; a file that breaks them leaves a sentence and nothing
else.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from lessons.imports import limits, sandbox
from lessons.imports.refusal import Refused
from tests.lessons.imports import hostile

FILES = Path(__file__).parent / "files"
MEMORY = limits.MEMORY_BYTES


def run(
    folder: Path, program: str, *, cpu: int = 5, wall: float = 30, sockets: str = "none"
) -> tuple[int, str]:
    (folder / "program.py").write_text(program, encoding="utf-8")
    command = [sys.executable, "-I", str(folder / "program.py")]
    code = sandbox.run(command, folder=folder, cpu=cpu, memory=MEMORY, wall=wall, sockets=sockets)
    return code, (folder / "log").read_text(encoding="utf-8").strip()


def read(folder: Path, path: Path, kind: str = "docx") -> dict[str, object]:
    shutil.copy(path, folder / "input")
    return sandbox.read(folder, file="input", kind=kind, labels={})


OPEN_SOCKETS = """
import socket
for family in ("AF_INET", "AF_INET6", "AF_UNIX"):
    try:
        socket.socket(getattr(socket, family))
        print(family, "open")
    except OSError as error:
        print(family, error.errno)
"""


def test_run_opens_no_socket(tmp_path: Path) -> None:
    assert run(tmp_path, OPEN_SOCKETS) == (0, "AF_INET 13\nAF_INET6 13\nAF_UNIX 13")


def test_run_for_libreoffice_opens_local_sockets_alone(tmp_path: Path) -> None:
    assert run(tmp_path, OPEN_SOCKETS, sockets="unix") == (0, "AF_INET 13\nAF_INET6 13\nAF_UNIX open")


def test_run_has_no_more_memory_than_it_may(tmp_path: Path) -> None:
    program = (
        "try:\n    bytearray(600 * 2**20)\n    print('got it')\nexcept MemoryError:\n    print('refused')\n"
    )

    assert run(tmp_path, program) == (0, "refused")


def test_run_is_killed_when_its_processor_time_is_over(tmp_path: Path) -> None:
    code, _log = run(tmp_path, "while True: pass", cpu=1)

    assert code in {-24, -9}


def test_run_is_killed_with_its_children_when_the_time_is_over(tmp_path: Path) -> None:
    program = (
        "import os, time\n"
        "child = os.fork()\n"
        "if child:\n    open('child', 'w').write(str(child))\n"
        "time.sleep(60)\n"
    )

    with pytest.raises(Refused, match="too_much_work"):
        run(tmp_path, program, wall=2)

    child = int((tmp_path / "child").read_text())
    with pytest.raises(ProcessLookupError):
        wait_until_gone(child)


def wait_until_gone(process: int) -> None:
    """Raises ProcessLookupError once nothing runs under that number; a zombie counts as gone."""
    for _ in range(2000):
        os.kill(process, 0)
        if Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] == "Z":
            raise ProcessLookupError
        os.sched_yield()


def test_run_knows_no_secret_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "geheim")
    monkeypatch.setenv("DATABASE_URL", "postgres://geheim")

    _code, log = run(tmp_path, "import os\nprint(sorted(os.environ))")

    assert log == "['HOME', 'LANG', 'LC_ALL', 'PATH', 'TMPDIR']"


def test_run_writes_no_file_larger_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "OUTPUT_BYTES", 1000)

    run(tmp_path, "open('big', 'wb', buffering=0).write(b'x' * 5000)")

    assert (tmp_path / "big").stat().st_size <= 1000


def test_read_answers_with_the_recognised_lesson(tmp_path: Path) -> None:
    answer = read(tmp_path, FILES / "kindergarten.docx")

    assert answer["pictures"] == [{"number": 0, "file": "0.png", "width": 320, "height": 200}]
    assert answer["result"]["lessons"][0]["columns"]["title"]["value"] == "牙齿王国的小卫士"  # type: ignore[index]


def test_read_takes_the_administrators_labels(tmp_path: Path) -> None:
    process = "一、看\n看一座山，说出它的名字，再说说山上有什么。\n二、画\n用三种颜色画下这座山。"
    (tmp_path / "input").write_text(
        f"课题：山\n本课锦囊：看山。\n教学目标：知道山。\n教学过程\n{process}", "utf-8"
    )

    answer = sandbox.read(tmp_path, file="input", kind="text", labels={"本课锦囊": "preparation"})

    pieces = answer["result"]["lessons"][0]["pieces"]
    assert [piece["name"] for piece in pieces if piece.get("place") == "preparation"] == ["本课锦囊"]


def test_read_refuses_what_needs_too_much_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MEMORY_BYTES", 30 * limits.MIB)

    with pytest.raises(Refused) as caught:
        read(tmp_path, FILES / "merged.docx")

    assert caught.value.code in {"too_much_work", "crashed"}


def test_read_refuses_a_file_that_the_first_look_would_have_refused(tmp_path: Path) -> None:
    path = hostile.package(tmp_path / "deep.docx", hostile.nested_tables(400))

    with pytest.raises(Refused) as caught:
        read(tmp_path, path)

    assert caught.value.code in {"broken", "too_deep"}


def test_read_leaves_out_a_picture_with_too_many_pixels(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t>课题：山</w:t></w:r><w:r><w:drawing xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        f' xmlns:r="{hostile.OFFICE}"><a:blip r:embed="p1"/></w:drawing></w:r></w:p>'
    )
    relation = (
        f'<Relationships xmlns="{hostile.RELATIONS}"><Relationship Id="p1" Type="{hostile.OFFICE}/image"'
        ' Target="media/image1.png"/></Relationships>'
    )
    extra: dict[str, bytes | str] = {
        "word/_rels/document.xml.rels": relation,
        "word/media/image1.png": hostile.huge_picture(50_000, 50_000),
    }

    answer = read(tmp_path, hostile.package(tmp_path / "a.docx", body, extra=extra))

    assert answer["pictures"] == []
    assert answer["source"]["dropped"] == [["picture", "image1.png"]]  # type: ignore[index]


def test_read_never_opens_a_linked_picture(tmp_path: Path) -> None:
    body = (
        '<w:p><w:r><w:t>课题：山</w:t></w:r><w:r><w:drawing xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
        f' xmlns:r="{hostile.OFFICE}"><a:blip r:link="p1"/></w:drawing></w:r></w:p>'
    )
    extra = {"word/_rels/document.xml.rels": hostile.relations(("p1", "image", "file:///etc/passwd"))}

    answer = read(tmp_path, hostile.package(tmp_path / "a.docx", body, extra=extra))

    assert "root:" not in json.dumps(answer)
    assert answer["source"]["dropped"] == [["external", "file:///etc/passwd"]]  # type: ignore[index]


def test_read_keeps_the_words_of_a_link_that_runs_script_and_drops_the_link(tmp_path: Path) -> None:
    answer = read(tmp_path, FILES / "wps.docx")

    assert ["link", "javascript:alert(1)"] in answer["source"]["dropped"]  # type: ignore[index]
    assert "javascript" not in json.dumps(answer["source"]["blocks"])  # type: ignore[index]


def test_office_converts_an_old_file_or_says_that_it_is_not_there(tmp_path: Path) -> None:
    shutil.copy(FILES / "merged.doc", tmp_path / "input.doc")
    if sandbox.office() is None:
        with pytest.raises(Refused, match="no_office"):
            sandbox.convert(tmp_path, files=["input.doc"], to="docx:MS Word 2007 XML")
        return

    converted = sandbox.convert(tmp_path, files=["input.doc"], to="docx:MS Word 2007 XML")

    assert [path.name for path in converted] == ["input.docx"]
