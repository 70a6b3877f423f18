"""Schedule, git hook and workflow as parts: put in beside what is there, and taken out to the byte."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine import documents
from engine.actions import crontab
from engine.actions.analyze import analyze
from engine.actions.enabling import carry_out, is_enabled, plan_disabling, plan_enabling
from engine.actions.summary import summary
from engine.enabling import schedule
from engine.enabling.git_hooks import GIT_HOOKS
from engine.enabling.part import Place
from engine.enabling.schedule import SCHEDULE, cron_line, service_text, timer_text
from engine.enabling.workflow import CI, PATH, workflow_text
from engine.errors import BrokenInput
from engine.workspace import open_workspace


@pytest.fixture
def place(own_user: Path, repository: Path) -> Place:
    return Place(repository, own_user, own_user / ".config", ("/bin/true",), {"XDG_RUNTIME_DIR": str(own_user)})


# ── schedule ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["plain", "with space", "per%cent", "dol$lar", 'quo"te', "it's", "back\\slash"])
def test_the_words_of_a_schedule_survive_their_quoting(place: Place, name: str) -> None:
    place = replace(place, root=Path("/w") / name)
    line = cron_line(place)
    minute, *_, command = line.split(" ", 5)
    assert 0 <= int(minute) < 60
    words = shlex.split(command.replace("\\%", "%").removesuffix(" >/dev/null 2>&1"))
    assert words[1:] == ["-P", "-m", "tui", "-C", f"/w/{name}", "tick"] and Path(words[0]).is_absolute()
    assert not re.search(r"(?<!\\)%", line)
    start = next(one for one in service_text(place).splitlines() if one.startswith("ExecStart="))
    quoted = re.findall(r'"((?:[^"\\]|\\.)*)"', start)
    plain = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%").replace("$$", "$") for word in quoted]
    assert plain[1:] == words[1:]
    assert "Persistent=true" in timer_text(place)


def test_state_that_lies_elsewhere_is_named(place: Place) -> None:
    place = replace(place, environment={"XDG_STATE_HOME": "/a b/$x"})
    assert 'Environment="XDG_STATE_HOME=/a b/$x"' in service_text(place)
    assert "env 'XDG_STATE_HOME=/a b/$x' " in cron_line(place)


def fake_crontab(folder: Path, monkeypatch: pytest.MonkeyPatch, before: str | None) -> Path:
    folder.mkdir()
    table = folder / "table"
    if before is not None:
        table.write_text(before)
    script = folder / "crontab"
    script.write_text(f'#!/bin/sh\nif [ "$1" = -l ]; then cat {table}; else cat > {table}; fi\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return table


@pytest.mark.parametrize("before", [None, "", "5 4 * * * backup\n", "MAILTO=me\n\n5 4 * * * backup"])
def test_cron_gets_a_line_and_loses_it_again(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    table = fake_crontab(tmp_path / "bin", monkeypatch, before)
    plan = plan_enabling(place, SCHEDULE)
    assert len(plan.edits) == 1 and plan.commands  # shown first
    assert carry_out(plan) == [] and is_enabled(place, SCHEDULE)
    assert cron_line(place) in table.read_text().splitlines()
    assert plan_enabling(place, SCHEDULE).is_done
    assert carry_out(plan_disabling(place, SCHEDULE)) == []
    assert table.read_text().rstrip("\n") == (before or "").rstrip("\n")
    assert not is_enabled(place, SCHEDULE) and not plan.edits[0].path.exists()


def test_the_line_is_put_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = fake_crontab(tmp_path / "bin", monkeypatch, "1 1 * * * x\n")
    line = tmp_path / "schedule-ab.cron"
    for command in ("2 * * * * one\n", "3 * * * * two\n"):
        line.write_text(command)
        crontab.put(line)
    assert "one" not in table.read_text() and table.read_text().count("two") == 1
    crontab.take(line)
    crontab.take(line)
    assert table.read_text() == "1 1 * * * x\n"


def test_with_a_systemd_of_the_user_there_are_two_units(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "has_systemd", lambda place: True)
    plan = plan_enabling(place, SCHEDULE)
    assert [edit.path.suffix for edit in plan.edits] == [".service", ".timer"]
    assert [words[:2] for words in plan.commands] == [("systemctl", "--user")] * 2


def test_without_either_it_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "neither" in plan_enabling(place, SCHEDULE).against


# ── git hooks ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("before", [None, "#!/bin/sh\nexit 3\n", "#!/usr/bin/env bash\nset -e\nfalse\n"])
def test_a_hook_that_is_there_still_decides(place: Place, before: str | None) -> None:
    hook = place.root / ".git" / "hooks" / "pre-commit"
    hook.unlink(missing_ok=True)
    if before is not None:
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(before)
        hook.chmod(0o755)
    codes = [subprocess.run([hook], check=False).returncode if before else 0]
    carry_out(plan_enabling(place, GIT_HOOKS))
    assert "/bin/true hook git" in hook.read_text() and plan_enabling(place, GIT_HOOKS).is_done
    codes.append(subprocess.run([hook], check=False).returncode)
    assert codes[0] == codes[1]
    carry_out(plan_disabling(place, GIT_HOOKS))
    assert (hook.read_text() if hook.exists() else None) == before


def test_another_folder_of_hooks_is_respected(place: Place) -> None:
    subprocess.run(["git", "-C", str(place.root), "config", "core.hooksPath", "tools/hooks"], check=True)
    (edit,) = plan_enabling(place, GIT_HOOKS).edits
    assert edit.path == place.root / "tools/hooks/pre-commit" and edit.executable


def test_a_hook_that_is_no_shell_script_is_left_alone(place: Place) -> None:
    hook = place.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/usr/bin/env python3\nprint('mine')\n")
    with pytest.raises(BrokenInput, match="no shell script"):
        plan_enabling(place, GIT_HOOKS)


# ── CI ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def read(place: Place) -> dict[str, Any]:
    document = documents.load(workflow_text(place), "workflow")
    assert isinstance(document, dict)
    return document


def test_the_workflow_has_the_plans_jobs_with_least_permissions(place: Place) -> None:
    found = read(place)
    assert found.keys() <= {"name", "on", "permissions", "concurrency", "jobs"} and found["permissions"] == {}
    assert [one["cron"] for one in found["on"]["schedule"]] == ["0 */6 * * *", "0 0 * * 0", "0 0 1 * *"]
    assert list(found["jobs"]) == ["detect_patterns", "performance_report", "cleanup_patterns"]
    for name, job in found["jobs"].items():
        wanted = {"contents": "write", "pull-requests": "write"} if name == "detect_patterns" else {"contents": "read"}
        assert job["permissions"] == wanted and job["runs-on"] == "ubuntu-latest" and job["timeout-minutes"] > 0
        assert any(cron["cron"] in job["if"] for cron in found["on"]["schedule"])
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            if "uses" in step:
                assert re.fullmatch(r"actions/[a-z-]+@v\d+", step["uses"])
            # What comes from outside is never pasted into a script.
            assert "${{" not in step.get("run", "")
        assert job["steps"][0]["with"] == {"fetch-depth": 0}
    script = found["jobs"]["detect_patterns"]["steps"][-1]["run"]
    assert "gh pr create --draft" in script and "patterns/reports/pattern_candidates.md" in script
    subprocess.run(["sh", "-n", "-c", script], check=True)


@pytest.mark.skipif(not shutil.which("actionlint"), reason="actionlint is not installed")
def test_actionlint_has_nothing_to_say(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(workflow_text(place))
    done = subprocess.run(["actionlint", str(file)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(not shutil.which("check-jsonschema"), reason="check-jsonschema is not installed")
def test_the_workflow_is_valid_by_the_published_schema(place: Place, tmp_path: Path) -> None:
    file = tmp_path / "workflow.yml"
    file.write_text(workflow_text(place))
    done = subprocess.run(
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
@pytest.mark.parametrize("name", ["shop", 'with space $x %h "q"'])
def test_systemd_has_nothing_to_say_about_the_units(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    place = Place(tmp_path / name, tmp_path, tmp_path / "config", ("patui",), {"XDG_STATE_HOME": "/tmp/a b%"})
    stem = f"patui-{schedule.mark_of(place.root)}"
    (tmp_path / f"{stem}.service").write_text(service_text(place))
    timer = tmp_path / f"{stem}.timer"
    timer.write_text(timer_text(place))
    done = subprocess.run(["systemd-analyze", "verify", str(timer)], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if stem in line]
    assert (done.returncode, said) == (0, [])


def test_the_workflow_is_written_once_and_taken_out(place: Place) -> None:
    assert CI.asks_alone  # .github/workflows is a protected place
    carry_out(plan_enabling(place, CI))
    assert (place.root / PATH).read_text() == workflow_text(place) and plan_enabling(place, CI).is_done
    carry_out(plan_disabling(place, CI))
    assert not (place.root / ".github").exists()


def test_a_workflow_of_somebody_else_is_left_alone(place: Place) -> None:
    (place.root / PATH).parent.mkdir(parents=True)
    (place.root / PATH).write_text("name: mine\n")
    with pytest.raises(BrokenInput, match="is not patui's"):
        plan_enabling(place, CI)


def test_a_summary_names_patterns_and_no_people_paths_or_commands(repository: Path) -> None:
    with open_workspace(repository) as workspace:
        (row,) = analyze(workspace)
        document = summary(workspace)
    (one,) = document["patterns"]
    assert one["pattern_id"] == row.pattern_id and one["support"] == 8 and one["file_types"] == [".py"]
    assert document["telemetry"] is False
    assert not re.search(r"Ada|jobs/|/", str(document))
