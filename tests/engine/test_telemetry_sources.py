"""What `doctor` says of each source, and how long things are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.actions.cleaning import clean_up
from engine.actions.draining import Drain
from engine.actions.enabling import carry_out, plan_enabling
from engine.actions.importing import import_commands
from engine.actions.set_up import doctor
from engine.actions.telemetry_sources import Source, sources
from engine.enabling.part import Place
from engine.enabling.shell_hooks import SHELL_HOOKS
from engine.model import Execution
from engine.recording import keep
from engine.store import executions
from engine.workspace import Workspace, open_workspace

NOW = 1_763_769_600.0


def named(workspace: Workspace, name: str) -> Source:
    return next(one for one in sources(workspace) if one.name == name)


def test_each_source_is_known_to_be_there_and_to_deliver(
    tmp_path: Path, own_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.actions.telemetry_sources.shutil.which", lambda name: f"/bin/{name}")
    (tmp_path / ".git").mkdir()
    with open_workspace(tmp_path) as workspace:
        assert all(one.last == 0.0 and not one.is_installed for one in sources(workspace))
        assert not workspace.database_path.exists()  # looking makes nothing
        (own_user / ".bashrc").write_text("")
        place = Place(tmp_path, own_user, own_user / "config", ("/opt/patui",), {})
        carry_out(plan_enabling(place, SHELL_HOOKS))
        workspace.spool.mkdir(parents=True)
        line = f"1\t{int(NOW * 1e6)}\t0\t0\ts\t{tmp_path}\tls\n"
        (workspace.spool / "zsh-1.spool").write_text(line)
        Drain(workspace).run()
        (tmp_path / "history").write_text("ls\n")
        import_commands(workspace, "bash", tmp_path / "history")
        assert named(workspace, "bash").is_installed is True and named(workspace, "fish").is_installed is False
        assert named(workspace, "zsh").last >= NOW and named(workspace, "bash").last == 0.0
        assert named(workspace, "imports").last > 0 and named(workspace, "imports").hint == "bash"
    says = {check.name: check.says for check in doctor(str(tmp_path))}
    assert says["source: bash"].startswith("installed, has told nothing yet")
    assert "kept 180 days, outputs 30" in says["database"] and says["source: agent-hooks"].startswith("not installed")


def test_how_long_things_are_kept_is_configured(tmp_path: Path, own_user: Path) -> None:
    def left(config: str) -> tuple[int, int]:
        (own_user / "config" / "patui").mkdir(parents=True, exist_ok=True)
        (own_user / "config" / "patui" / "settings.yaml").write_text(config)
        with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
            clean_up(workspace)
            rows = executions.recent(workspace.store)
            return len(rows), sum(bool(executions.output(workspace.store, row.id)) for row in rows)

    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        ages = (1, 20, 40, 100, 200)
        keep(workspace.store, [Execution(NOW - d * 86_400, command="x", success=False, error_output="e") for d in ages])
    assert left("") == (4, 2)
    assert left("keep_outputs_days: 10\nkeep_executions_days: 90\n") == (3, 1)
