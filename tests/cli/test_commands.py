"""The command line as a person and a script use it: shapes of JSON.md, exit codes, and no traceback for a mistake."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.errors import TemplateError
from tui.cli.group import run


class Line:
    """Runs command lines in one directory and keeps what they printed."""

    def __init__(self, root: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self._capfd = root, capfd
        monkeypatch.chdir(root)

    def __call__(self, *words: str, code: int = 0) -> str:
        self._capfd.readouterr()
        ended = run(words)
        out, self.narration = self._capfd.readouterr()
        assert ended == code, f"exit {ended}: {out}{self.narration}"
        assert "Traceback" not in self.narration
        return out

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code))


@pytest.fixture
def line(repository: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    return Line(repository, capfd, monkeypatch)


def test_scan_shows_the_family_and_writes_nothing(line: Line) -> None:
    found = line.json("scan")
    (family,) = found["families"]
    assert family["kind"] == "file"
    assert family["files"][0] == "jobs/billing.py" and len(family["files"]) == 8
    assert 0.0 < family["confidence"] <= 1.0
    assert not (line.root / "patterns").exists()


def test_from_history_to_an_applied_pattern_and_back(line: Line) -> None:
    (candidate,) = line.json("analyze")["candidates"]
    assert candidate["status"] == "pending" and candidate["support"] == 8
    assert candidate["hours_saved"] > 0
    assert (line.root / candidate["path"]).is_file()
    identity = candidate["pattern_id"]

    line("apply", identity, "--path", "jobs/shipping_labels.py", code=1)
    assert "approve" in line.narration

    approved = line.json("approve", identity)
    assert approved["status"] == "approved" and approved["pattern_id"] == identity
    assert (line.root / approved["path"]).parent.name == "templates"

    done = line.json("apply", identity, "--path", "jobs/shipping_labels.py")
    text = (line.root / "jobs/shipping_labels.py").read_text()
    assert done["paths"][-1] == "jobs/shipping_labels.py"
    assert "class ShippingLabelsJob(Job):" in text and '"""The shipping labels job."""' in text

    undone = line.json("undo")
    assert undone["removed"] and not (line.root / "jobs/shipping_labels.py").exists()
    line("undo", code=1)


def test_opening_leaves_git_status_clean(line: Line) -> None:
    line("analyze")
    status = subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True)
    assert status.stdout == ""


def test_a_rejected_candidate_is_not_proposed_again(line: Line) -> None:
    identity = line.json("analyze")["candidates"][0]["pattern_id"]
    assert line.json("reject", identity, "--why", "no")["status"] == "rejected"
    assert line.json("analyze", code=1)["candidates"] == []
    (row,) = line.json("candidates", "--all")["candidates"]
    assert (row["status"], row["why"]) == ("rejected", "no")


def test_induce_then_fit_then_render_gives_each_file_byte_for_byte(line: Line) -> None:
    files = [f"jobs/{name}.py" for name in ("billing", "stock_levels", "search")]
    drafted = line.json("induce", *files)
    assert {"pattern_id", "path", "template", "variables", "presets", "confidence"} <= drafted.keys()
    for file in files:
        fitted = line.json("fit", drafted["path"], file, "--as", file)
        assert fitted["exact"] is True and fitted["similarity"] == 1.0 and fitted["missed"] == []
        Path("values.json").write_text(json.dumps(fitted["values"]))
        preset = ["--preset", fitted["preset"]] if fitted["preset"] else []
        assert (
            line("render", drafted["pattern_id"], "--path", file, "--values", "values.json", *preset)
            == (line.root / file).read_text()
        )


def test_many_targets_in_one_run(line: Line) -> None:
    drafted = line.json("induce", "jobs/billing.py", "jobs/search.py", "jobs/audit.py")
    Path("t.jsonl").write_text('{"file": "jobs/returns.py", "as": "jobs/returns.py"}\n{"as": "x"}\n')
    good, bad = map(json.loads, line("fit", drafted["pattern_id"], "--targets", "t.jsonl", code=2).splitlines())
    assert set(good) == {"preset", "values", "exact", "similarity", "missed"}
    assert bad["line"] == 2 and bad["ok"] is False
    Path("r.jsonl").write_text(json.dumps({"path": "jobs/new_one.py", "values": good["values"]}) + "\n")
    (made,) = map(json.loads, line("render", drafted["pattern_id"], "--targets", "r.jsonl").splitlines())
    assert made["path"] == "jobs/new_one.py" and "class NewOneJob(Job):" in made["text"]


def test_a_draft_that_was_edited_is_approved_as_it_is_or_refused_with_its_problems(line: Line) -> None:
    candidate = line.json("analyze")["candidates"][0]
    draft = line.root / candidate["path"]
    good = draft.read_text()
    draft.write_text(good.replace("kind: file", "kind: nonsense"))
    line("approve", candidate["pattern_id"], code=3)
    assert "kind" in line.narration
    draft.write_text(good.replace("from jobs.base import Job", "from jobs.core import Job"))
    assert line.json("approve", candidate["pattern_id"])["status"] == "approved"
    line.json("apply", candidate["pattern_id"], "--path", "jobs/brand_new.py")
    assert "from jobs.core import Job" in (line.root / "jobs/brand_new.py").read_text()


def test_a_pattern_that_was_changed_after_approval_writes_nothing(line: Line) -> None:
    identity = line.json("analyze")["candidates"][0]["pattern_id"]
    path = line.root / line.json("approve", identity)["path"]
    path.write_text(path.read_text().replace("self.store", "self.stolen"))
    line("apply", identity, "--path", "jobs/evil.py", code=1)
    assert not (line.root / "jobs/evil.py").exists()


def test_the_catalogue_can_be_applied_from_the_first_minute(line: Line) -> None:
    from engine import open_workspace

    with open_workspace(line.root) as workspace:
        names = [pattern.name for pattern in workspace.shelf.catalogue()]
    assert len(names) >= 3
    assert line.json("show", names[0])["pattern_id"]


def test_missing_siblings_are_one_plan_with_one_undo(line: Line, commit: Any) -> None:
    for number, name in enumerate(("api", "web", "worker", "cron")):
        manifest = f"name: {name}\nowner: shop\nimage: shop/{name}\nport: {8000 + number}\nreplicas: 2\n"
        commit(line.root, {f"services/{name}/service.yaml": manifest, f"services/{name}/main.py": f"# {name}\n"}, 20)
    for name in ("mail", "feed"):
        commit(line.root, {f"services/{name}/main.py": f"# {name}\n"}, 21)
    rows = line.json("analyze")["candidates"]
    identity = next(row["pattern_id"] for row in rows if "services/api/service.yaml" in row["members"])
    line.json("approve", identity)
    planned = line.json("apply", identity, "--missing", "--dry-run")
    assert sorted(planned["targets"]) == ["services/feed/service.yaml", "services/mail/service.yaml"]
    done = line.json("apply", identity, "--missing", "--skip", "services/feed/service.yaml")
    assert done["paths"] == ["services/mail/service.yaml"]
    assert "name: mail" in (line.root / "services/mail/service.yaml").read_text()
    line.json("undo")
    assert not (line.root / "services/mail/service.yaml").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("scan", "no-such-directory"), 3),
        (("candidates",), 1),
        (("frobnicate",), 2),
        (("render", "PAT-NONE-001", "--path", "x"), 2),
        (("induce", "jobs/billing.py"), 2),
        (("induce", "jobs/billing.py", "jobs/gone.py"), 3),
        (("induce", "jobs/billing.py", "../../etc/passwd"), 1),
        (("apply", "x"), 2),
        (("init", "--dir", "elsewhere"), 2),
        ((), 2),  # no terminal
    ],
)
def test_a_mistake_has_its_exit_code_and_words(line: Line, words: tuple[str, ...], code: int) -> None:
    line(*words, code=code)
    assert line.narration.strip()


def test_doctor_finds_a_broken_pattern_file(line: Line) -> None:
    line("init")
    (line.root / "patterns/templates/auto-x.template.yaml").write_text("pattern_id: [\n")
    checks = {check["name"]: check for check in line.json("doctor", code=1)["checks"]}
    assert not checks["patterns"]["ok"] and checks["database"]["ok"] and checks["workspace"]["ok"]


def test_a_folder_called_patterns_that_is_somebody_elses_is_left_alone(line: Line) -> None:
    (line.root / "patterns").mkdir()
    (line.root / "patterns/knitting.txt").write_text("k2 p2\n")
    line("analyze")
    assert [path.name for path in (line.root / "patterns").iterdir()] == ["knitting.txt"]
    assert (line.root / ".patui/drafts").is_dir()


@pytest.mark.parametrize("mistake", [ZeroDivisionError("a mistake of ours"), TemplateError("a mistake of ours")])
def test_a_family_that_cannot_be_drafted_does_not_cost_the_others(
    line: Line, monkeypatch: pytest.MonkeyPatch, mistake: Exception
) -> None:
    from engine import drafting

    def broken(*_: object, **__: object) -> None:
        raise mistake

    monkeypatch.setattr(drafting, "propose", broken)
    line.json("analyze", code=1)
    assert f"job could not be drafted: {type(mistake).__name__}: a mistake of ours" in line.narration
