"""`patui signatures`: one JSON line for each line of the log, whatever bytes it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.cli.group import run


def printed(capfd: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    out = capfd.readouterr().out
    assert out == "" or out.endswith("\n")
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_has_its_number_signature_and_template(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "a.log"
    log.write_text("took 3 ms\n\ntook 45 ms\n")
    assert run(["signatures", str(log)]) == 0
    first, empty, last = printed(capfd)
    assert [first["line"], empty["line"], last["line"]] == [1, 2, 3]
    assert first["signature_id"] == last["signature_id"] != empty["signature_id"]
    assert (first["template"], empty["template"]) == ("took <*> ms", "")


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", 0),
        (b"no end", 1),
        (b"a\r\nb\r\n", 2),
        ("one\u2028line \x85 \x0c\x0b still\n".encode(), 1),
        (b"\xff\xfe\x00\x1b[31mred\n\n", 2),
        (b"x" * 200_000 + b"\nnext\n", 2),
        (b"\n" * 7, 7),
    ],
)
def test_lines_end_at_a_line_feed_only(
    content: bytes, lines: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(content)
    assert run(["signatures", str(log)]) == 0
    assert [one["line"] for one in printed(capfd)] == list(range(1, lines + 1))


def test_a_template_brings_no_control_character_to_the_terminal(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "a.log"
    log.write_bytes(b"\x1b]0;title\x07 and \xc2\x9b31m\n")
    assert run(["signatures", str(log)]) == 0
    out = capfd.readouterr().out
    assert out.isascii() and out.removesuffix("\n").isprintable()


def test_a_missing_file_is_broken_input(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["signatures", str(tmp_path / "none.log")]) == 3
    out, narration = capfd.readouterr()
    assert out == "" and "none.log" in narration and "Traceback" not in narration


def test_no_file_is_bad_usage() -> None:
    assert run(["signatures"]) == 2
