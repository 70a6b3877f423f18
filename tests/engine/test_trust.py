from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BrokenInput
from engine.trust import Trust


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return Trust(tmp_path / "state" / "trust")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "repo" / "patterns" / "a.yaml"


def test_only_this_content_at_this_path_is_trusted(trust: Trust, file: Path) -> None:
    assert not trust.is_trusted(file, b"x")
    trust.approve(file, b"x")
    trust.approve(file, b"x")
    assert trust.is_trusted(file, b"x")
    assert not trust.is_trusted(file, b"x ")
    assert not trust.is_trusted(file.with_name("b.yaml"), b"x")
    assert not trust.is_own_draft(file, b"x")
    assert Trust(trust.directory).is_trusted(file, b"x")


def test_each_approved_content_stays_approved_until_revoked(trust: Trust, file: Path) -> None:
    trust.approve(file, b"one")
    trust.approve(file, b"two")
    trust.mark_draft(file, b"three")
    assert trust.is_trusted(file, b"one") and trust.is_trusted(file, b"two")
    trust.approve(file.with_name("other"), b"one")
    trust.revoke(file)
    assert not trust.is_trusted(file, b"one") and not trust.is_own_draft(file, b"three")
    assert trust.is_trusted(file.with_name("other"), b"one")
    trust.revoke(file)


def test_a_draft_is_what_was_last_written(trust: Trust, file: Path) -> None:
    trust.mark_draft(file, b"one")
    trust.mark_draft(file, b"two")
    assert trust.is_own_draft(file, b"two")
    assert not trust.is_own_draft(file, b"one")
    assert not trust.is_trusted(file, b"two")


def test_a_link_is_the_file_it_leads_to(trust: Trust, file: Path, tmp_path: Path) -> None:
    file.parent.mkdir(parents=True)
    (tmp_path / "link").symlink_to(file.parent)
    trust.approve(tmp_path / "link" / "a.yaml", b"x")
    assert trust.is_trusted(file, b"x")
    assert trust.is_trusted(file.parent / ".." / "patterns" / "a.yaml", b"x")
    (tmp_path / "link").unlink()
    (tmp_path / "link").symlink_to(tmp_path)
    assert not trust.is_trusted(tmp_path / "link" / "a.yaml", b"x")


def test_records_are_the_users_own(trust: Trust, file: Path) -> None:
    old = os.umask(0)
    try:
        trust.approve(file, b"secret pattern")
    finally:
        os.umask(old)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in trust.directory.rglob("*") if path.is_dir()}
    assert modes | {stat.S_IMODE(trust.directory.stat().st_mode)} == {0o700}
    records = [path for path in trust.directory.rglob("*") if path.is_file()]
    assert [stat.S_IMODE(path.stat().st_mode) for path in records] == [0o600]
    trust.directory.chmod(0o777)
    assert not trust.is_trusted(file, b"secret pattern")


def test_what_cannot_be_recorded_is_told(tmp_path: Path, file: Path) -> None:
    (tmp_path / "state").write_text("a file")
    trust = Trust(tmp_path / "state")
    with pytest.raises(BrokenInput, match="cannot be recorded"):
        trust.approve(file, b"x")
    assert not trust.is_trusted(file, b"x")
    trust.revoke(file)


@given(st.binary(max_size=5), st.binary(max_size=5), st.sampled_from(["a", "a0", "a\0"]))
def test_no_two_contents_share_a_record(one: bytes, two: bytes, name: str) -> None:
    trust = Trust(Path("/nowhere"))
    paths = [Path("/r/a"), Path(f"/r/{name}".replace("\0", "1"))]
    keys = {(path, content): trust._file("approved", path, content) for path in paths for content in (one, two)}
    assert len(set(keys.values())) == len(keys)


def test_odd_file_names(trust: Trust, tmp_path: Path) -> None:
    trust.approve(tmp_path / "caf\udce9\n", b"\xff")
    assert trust.is_trusted(tmp_path / "caf\udce9\n", b"\xff")
