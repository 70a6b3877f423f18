"""Copying out of the app: by the terminal, by a program, into a file whose name is said. Each is really tried."""

from __future__ import annotations

import base64
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tui.conftest import Opened, until
from tests.tui.fake_engine import ORIGINAL, FakeEngine
from tests.tui.test_flows import compared, notice, press

WAYS = ("WAYLAND_DISPLAY", "DISPLAY", "TMUX")


@pytest.fixture(autouse=True)
def nothing_around(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No clipboard program is found, and files land here."""
    for variable in WAYS:
        monkeypatch.delenv(variable, raising=False)
    (programs := tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return programs


async def test_without_a_program_the_file_is_named_and_the_terminal_is_told(
    opened: Opened, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as pilot:
        await compared(pilot)
        sent: list[str] = []
        driver = pilot.app._driver
        assert driver is not None
        monkeypatch.setattr(driver, "write", sent.append)
        await press(pilot, "y")
        await until(pilot, lambda: "also in" in notice(pilot))
        await until(pilot, lambda: any("\x1b]52;" in text for text in sent))
        written = next(text for text in sent if "\x1b]52;" in text)
        payload = re.search(r"\x1b\]52;c;([^\a]*)\a", written)
        assert payload is not None
        assert base64.b64decode(payload[1]).decode() == ORIGINAL
        name = notice(pilot).rpartition(" in ")[2].strip()
        assert Path(name).read_text() == ORIGINAL
        assert Path(name).stat().st_mode & 0o077 == 0, "what was copied is nobody else's"


async def test_a_program_takes_it_and_one_that_fails_is_passed_over(
    opened: Opened, nothing_around: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = nothing_around.parent / "taken"
    for name, script in (("wl-copy", "exit 1"), ("xclip", f"/bin/cat > {taken}")):
        (nothing_around / name).write_text(f"#!/bin/sh\n{script}\n")
        (nothing_around / name).chmod(0o755)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    monkeypatch.setenv("DISPLAY", ":0")
    async with opened() as pilot:
        await compared(pilot)
        await press(pilot, "y")
        await until(pilot, lambda: notice(pilot).endswith("(xclip)"))
        assert taken.read_text() == ORIGINAL


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
async def test_in_tmux_it_can_be_pasted_there(
    opened: Opened, nothing_around: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = shutil.which("tmux", path=os.defpath + ":/usr/local/bin:/opt/homebrew/bin")
    if program is None:
        pytest.skip("tmux lies elsewhere")
    (nothing_around / "tmux").symlink_to(program)
    socket = tmp_path / "tmux"
    alone = [program, "-f", "/dev/null", "-S", str(socket)]
    subprocess.run([*alone, "new-session", "-d", "/bin/sleep 60"], check=True)
    try:
        monkeypatch.setenv("TMUX", f"{socket},0,0")
        async with opened() as pilot:
            await compared(pilot)
            await press(pilot, "y")
            await until(pilot, lambda: notice(pilot).endswith("(tmux)"))
        pasted = subprocess.run([*alone, "show-buffer"], check=True, capture_output=True, text=True).stdout
        assert pasted == ORIGINAL
    finally:
        subprocess.run([*alone, "kill-server"], check=False)
