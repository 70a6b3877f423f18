"""Parts in other programs' files: shown, written once, taken out to the byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.actions.enabling import PartPlan, carry_out, diff_of, is_enabled, plan_disabling, plan_enabling
from engine.enabling.blocks import with_block, without_block
from engine.enabling.part import Part, PartFile, Place
from engine.enabling.parts import PARTS
from engine.errors import BrokenInput, Conflict, UnsafePath
from tui.cli.group import run

Parts = {part.name: part for part in PARTS}


@pytest.fixture
def place(own_user: Path, tmp_path: Path) -> Place:
    return Place(tmp_path, own_user, own_user / ".config", ("/opt/patui",), {"SHELL": "/bin/bash"})


def done(plan: PartPlan) -> PartPlan:
    assert carry_out(plan) == []
    return plan


@pytest.mark.parametrize(
    "before",
    [None, b"", b"\n", b"alias ll='ls -l'\n", b"no line end", b"caf\xe9 \xff\n", b"a\r\nb\r\n", b"\n\n\nx\n\n\n"],
)
def test_a_start_file_is_the_same_after_enabling_and_disabling(place: Place, before: bytes | None) -> None:
    part, rc = Parts["shell-hooks"], place.home / ".bashrc"
    if before is not None:
        rc.write_bytes(before)
    assert not is_enabled(place, part)
    done(plan_enabling(place, part))
    assert b"/opt/patui hook init bash" in rc.read_bytes() and rc.read_bytes().startswith(before or b"")
    assert is_enabled(place, part) and plan_enabling(place, part).is_done
    done(plan_disabling(place, part))
    assert (rc.read_bytes() if rc.exists() else None) == before
    assert plan_disabling(place, part).is_done


def test_what_was_written_since_stays(place: Place) -> None:
    part, rc = Parts["shell-hooks"], place.home / ".bashrc"
    rc.write_text("one\n")
    done(plan_enabling(place, part))
    rc.write_text(rc.read_text() + "two\n")
    assert plan_enabling(place, part).is_done
    done(plan_disabling(place, part))
    assert rc.read_text() == "one\ntwo\n"


def test_another_patui_renews_its_lines_in_their_place(place: Place) -> None:
    part, rc = Parts["shell-hooks"], place.home / ".bashrc"
    rc.write_text("one\n")
    done(plan_enabling(place, part))
    rc.write_text(rc.read_text() + "two\n")
    moved = Place(place.root, place.home, place.config, ("/usr/bin/patui",), place.environment)
    done(plan_enabling(moved, part))
    text = rc.read_text()
    assert text.count(">>> patui") == 1 and "/opt/patui" not in text and text.endswith("two\n")
    done(plan_disabling(moved, part))
    assert rc.read_text() == "one\ntwo\n"


@given(st.text(alphabet=st.sampled_from("ab#>< \n\r\tpatui"), max_size=80), st.text(max_size=30))
def test_a_block_goes_in_once_and_comes_out_alone(text: str, lines: str) -> None:
    lines = "x" + lines.replace("# ", "")
    once = with_block(text, "p", lines)
    if "\r" not in text + lines:
        assert with_block(once, "p", lines) == once
        assert without_block(once, "p") in (text, text + "\n")


SETTINGS: list[object] = [
    {},
    {"model": "x", "hooks": {}},
    {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "audit"}]}]}, "é": [1.5]},
]


@pytest.mark.parametrize("document", SETTINGS)
@pytest.mark.parametrize("written", [lambda d: json.dumps(d), lambda d: json.dumps(d, indent=4) + "\n"])
def test_an_agents_settings_keep_all_that_is_not_ours(
    place: Place, document: object, written: Callable[[object], str]
) -> None:
    part, file = Parts["agent-hooks"], place.home / ".claude" / "settings.json"
    file.parent.mkdir()
    file.write_text(written(document), "utf-8")
    before = file.read_bytes()
    done(plan_enabling(place, part))
    hooks = json.loads(file.read_text("utf-8"))["hooks"]
    assert set(hooks) == {"PreToolUse", "PostToolUse", "PostToolUseFailure", "Stop"}
    assert file.read_text("utf-8").count("/opt/patui hook agent") == 4
    assert plan_enabling(place, part).is_done
    done(plan_disabling(place, part))
    assert file.read_bytes() == before
    done(plan_enabling(place, part))
    changed = {**json.loads(file.read_text("utf-8")), "theme": "dark"}
    file.write_text(json.dumps(changed))
    done(plan_disabling(place, part))
    left = json.loads(file.read_text("utf-8"))
    assert isinstance(document, dict)
    assert left == {**{name: value for name, value in document.items() if name != "hooks" or value}, "theme": "dark"}


@pytest.mark.parametrize("text", ["{", "[]", '{"hooks": []}', '{"hooks": {"Stop": 1}}', "// x\n{}", '{"a": 1, "a": 2}'])
def test_settings_that_cannot_be_read_are_left_alone(place: Place, text: str) -> None:
    file = place.home / ".claude" / "settings.json"
    file.parent.mkdir()
    file.write_text(text)
    with pytest.raises(BrokenInput, match="nothing in it was changed"):
        plan_enabling(place, Parts["agent-hooks"])
    assert file.read_text() == text and not is_enabled(place, Parts["agent-hooks"])


def test_codex_gets_its_own_file_and_loses_it(place: Place) -> None:
    (place.home / ".codex").mkdir()
    done(plan_enabling(place, Parts["agent-hooks"]))
    assert set(json.loads((place.home / ".codex/hooks.json").read_text())["hooks"]) == {
        "PreToolUse",
        "PostToolUse",
        "Stop",
    }
    done(plan_disabling(place, Parts["agent-hooks"]))
    assert list((place.home / ".codex").iterdir()) == []


def test_a_file_that_changed_since_it_was_shown_is_not_written(place: Place) -> None:
    plan = plan_enabling(place, Parts["shell-hooks"])
    (place.home / ".bashrc").write_text("new\n")
    with pytest.raises(Conflict):
        carry_out(plan)
    assert (place.home / ".bashrc").read_text() == "new\n"


def test_a_users_link_is_followed_and_a_workspaces_is_not(place: Place, tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.write_text("one\n")
    (place.home / ".bashrc").symlink_to(dotfiles)
    done(plan_enabling(place, Parts["shell-hooks"]))
    assert (place.home / ".bashrc").is_symlink() and "patui" in dotfiles.read_text()

    def put(text: str) -> str:
        return text + "ours\n"

    def files(place: Place) -> list[PartFile]:
        return [PartFile(place.root / "deep/er/hook", put, lambda text: text.replace("ours\n", ""), True)]

    part = Part("own", "says", files)
    plan = done(plan_enabling(place, part))
    assert (tmp_path / "deep/er/hook").stat().st_mode & 0o111 and diff_of(plan.edits[0]) == ["+ours"]
    done(plan_disabling(place, part))
    assert not (tmp_path / "deep").exists()
    (tmp_path / "deep").symlink_to(tmp_path)
    with pytest.raises(UnsafePath):
        plan_enabling(place, part)


def test_commands_are_run_and_what_they_complain_of_is_told(place: Place) -> None:
    def files(place: Place) -> list[PartFile]:
        return [PartFile(place.home / "unit", lambda text: "unit", lambda text: "")]

    part = Part("timer", "says", files, commands=lambda place, on: [["false"], ["true"]] if on else [["no-such-thing"]])
    assert carry_out(plan_enabling(place, part)) == ["false: exit 1"]
    (complaint,) = carry_out(plan_disabling(place, part))
    assert complaint.startswith("no-such-thing: ") and not (place.home / "unit").exists()


def test_the_commands(
    own_user: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHELL", "/bin/bash")
    (own_user / ".bashrc").write_text("one\n")
    (own_user / ".claude").mkdir()

    def patui(*words: str, code: int = 0) -> tuple[str, str]:
        capfd.readouterr()
        assert run(words) == code
        return capfd.readouterr()

    _, shown = patui("enable", "--all", "--dry-run")
    assert "hook init bash" in shown and "PostToolUse" in shown
    patui("enable", "--all", code=1)  # nobody to ask
    assert (own_user / ".bashrc").read_text() == "one\n"
    patui("enable", "--all", "--yes")
    assert "patui" in (own_user / ".bashrc").read_text()
    assert not (own_user / ".claude/settings.json").exists()  # that takes a yes of its own
    patui("enable", "agent-hooks", "--yes")
    listed = json.loads(patui("enable", "--json")[0])["parts"]
    assert {"shell-hooks", "agent-hooks"} <= {part["name"] for part in listed if part["enabled"]}
    answer = json.loads(patui("disable", "--yes", "--json")[0])
    assert {part["state"] for part in answer["parts"]} == {"disabled"}
    assert (own_user / ".bashrc").read_text() == "one\n"
    assert not (own_user / ".claude/settings.json").exists()
    patui("enable", "nonsense", code=2)
