from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from importlib import resources
from pathlib import Path

import pytest

from engine import documents
from engine.config import Config, DetectionRules, SuggestionRules, load_config
from engine.errors import InvalidDocument

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes `user/…` (the user's folder) or `home/config/…` (a workspace's) below the test's directory."""

    def write_file(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    return write_file


def load(tmp_path: Path) -> Config:
    return load_config(tmp_path / "user", tmp_path / "home")


def test_without_files_the_defaults_stand(tmp_path: Path) -> None:
    assert load(tmp_path) == Config()
    assert load_config(tmp_path / "user", tmp_path / "home") == Config(DetectionRules(), SuggestionRules())


def test_the_explained_files_hold_the_same_defaults(tmp_path: Path, write: Write) -> None:
    shipped = resources.files("engine") / "defaults"
    config = asdict(Config())
    for name, expected in (
        ("detection_rules.yaml", config["detection"] | {"exclude": []}),
        ("suggestion_rules.yaml", config["suggestion"]),
        ("settings.yaml", {key: value for key, value in config.items() if key not in ("detection", "suggestion")}),
    ):
        text = (shipped / name).read_text()
        assert documents.load(text, name) == expected, name
        write(f"user/{name}", text)
    assert load(tmp_path) == Config()


def test_the_workspace_wins_over_the_user_and_both_over_the_defaults(tmp_path: Path, write: Write) -> None:
    write("user/detection_rules.yaml", "min_files: 4\nwindow_hours: 12\nexclude: [docs/]\n")
    write("home/config/detection_rules.yaml", "min_files: 5\n# nothing else\n")
    write("home/config/suggestion_rules.yaml", "")
    write("user/suggestion_rules.yaml", "quiet: true\n")
    write("user/settings.yaml", 'database: /var/t.db\ntheme: mine\nkeymap: {candidates.approve: "a,enter"}\n')
    write("home/config/settings.yaml", "database: core/state/telemetry.db\ntimezone: Europe/Vienna\n")
    config = load(tmp_path)
    assert config.detection == DetectionRules(min_files=5, window_hours=12, exclude=("docs/",))
    assert config.suggestion == SuggestionRules(quiet=True)
    assert (config.database, config.timezone) == ("core/state/telemetry.db", "Europe/Vienna")
    assert (config.theme, config.keymap) == ("mine", {"candidates.approve": "a,enter"})


@pytest.mark.parametrize(
    ("name", "text", "problems"),
    [
        (
            "user/detection_rules.yaml",
            "min_file: 3\nsimilarity_threshold: 75\nmin_executions: true\nexclude: docs\nmax_file_kb: 1.5\nzzz: 1\n",
            [
                "min_file: is not a key of this file; did you mean min_files?",
                "similarity_threshold: must be a number from 0.3 to 1, not 75",
                "min_executions: must be a whole number from 2 to 1000, not true",
                "exclude: must be a list of texts, not 'docs'",
                "max_file_kb: must be a whole number from 1 to 10240, not 1.5",
                "zzz: is not a key of this file; there are similarity_threshold, min_executions, min_files, "
                "window_hours, max_file_kb, exclude, min_confidence",
            ],
        ),
        ("user/suggestion_rules.yaml", "quiet: yes\n", ["quiet: must be true or false, not 'yes'"]),
        (
            "user/settings.yaml",
            "timezone: Mars/Base\nkeymap: {a: 1}\ntheme: null\n",
            [
                "timezone: must be the name of a time zone, such as UTC or Europe/Vienna, not 'Mars/Base'",
                "keymap: must be a mapping from text to text, such as {candidates.approve: \"a,enter\"}, not {'a': 1}",
                "theme: must be text, not null",
            ],
        ),
        ("user/settings.yaml", "- a\n", ["must be a mapping of keys to values"]),
        ("user/settings.yaml", "a: *b\n", ["a: uses the alias *b: write the value out"]),
    ],
)
def test_every_problem_is_told(tmp_path: Path, write: Write, name: str, text: str, problems: list[str]) -> None:
    write(name, text)
    with pytest.raises(InvalidDocument) as caught:
        load(tmp_path)
    assert caught.value.source == str(tmp_path / name)
    assert [str(problem) for problem in caught.value.problems] == problems


@pytest.mark.parametrize("database", ["/etc/x.db", "../x.db", "a/../../x.db", "~/x.db"])
def test_a_workspace_cannot_reach_outside_itself(tmp_path: Path, write: Write, database: str) -> None:
    write("home/config/settings.yaml", f"database: {database}\nkeymap: {{a: b}}\ntheme: x\n")
    with pytest.raises(InvalidDocument) as caught:
        load(tmp_path)
    assert [problem.where for problem in caught.value.problems] == ["database", "keymap", "theme"]
    assert "must lie inside the workspace" in str(caught.value)


def test_what_is_no_readable_file(tmp_path: Path, write: Write) -> None:
    write("user/settings.yaml", "")
    (tmp_path / "user/settings.yaml").write_bytes(b"theme: \xff\n")
    with pytest.raises(InvalidDocument, match="is not UTF-8 text"):
        load(tmp_path)
    (tmp_path / "user/settings.yaml").unlink()
    os.mkfifo(tmp_path / "user/settings.yaml")
    with pytest.raises(InvalidDocument, match="is not a file"):
        load(tmp_path)


def test_a_start_without_rule_files_reads_no_yaml(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib, engine.config; engine.config.load_config(pathlib.Path('u'), pathlib.Path('h')); "
        "assert not {'yaml', 'rapidfuzz'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)
