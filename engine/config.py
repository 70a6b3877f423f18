"""The rule files as one frozen Config: the defaults, overridden per user, then per workspace, key by key.

`engine/defaults/*.yaml` explain every key and hold the same defaults as the classes below (a test compares them), so a
start without rule files reads no YAML. A workspace may be somebody else's: it cannot set what is the user's own affair,
nor name a database outside itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from engine.errors import InvalidDocument, Problem


@dataclass(frozen=True, slots=True)
class DetectionRules:
    """What counts as a repetition; each key is explained in `defaults/detection_rules.yaml`."""

    similarity_threshold: float = 0.75
    min_executions: int = 3
    min_files: int = 3
    window_hours: float = 24
    max_file_kb: int = 256
    exclude: tuple[str, ...] = ()
    min_confidence: float = 0.5


@dataclass(frozen=True, slots=True)
class SuggestionRules:
    """When patui speaks up; each key is explained in `defaults/suggestion_rules.yaml`."""

    max_per_hour: int = 6
    quiet_after_dismissals: int = 2
    repetition_minutes: float = 30
    min_precision: float = 0.8
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that is configured. `database` is empty for the default place; a relative one starts at the root."""

    detection: DetectionRules = field(default_factory=DetectionRules)
    suggestion: SuggestionRules = field(default_factory=SuggestionRules)
    database: str = ""
    timezone: str = "UTC"
    keep_executions_days: int = 180
    keep_outputs_days: int = 30
    theme: str = "patui-dark"
    keymap: Mapping[str, str] = field(default_factory=dict)


def load_config(user_dir: Path, home: Path) -> Config:
    """The defaults with `user_dir/*.yaml` over them, and `home/config/*.yaml` over those (`home`: the patterns folder).

    Files that are not there are no problem. Raises InvalidDocument with every problem of the first file that has any.
    """
    config = Config()
    for directory, of_user in ((user_dir, True), (home / "config", False)):
        detection = _read(directory / "detection_rules.yaml", _DETECTION)
        suggestion = _read(directory / "suggestion_rules.yaml", _SUGGESTION)
        settings = _read(directory / "settings.yaml", _SETTINGS if of_user else _WORKSPACE_SETTINGS)
        config = replace(
            config,
            detection=replace(config.detection, **detection),
            suggestion=replace(config.suggestion, **suggestion),
            **settings,
        )
    return config


# ── what may stand in the files ──────────────────────────────────────────────────────────────────────────────────────

_Check = Callable[[Any], Any]
"""Takes what stands in the file and returns what the Config holds; raises ValueError saying what is wanted."""


def _number(low: float, high: float) -> _Check:
    def check(value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return float(value)

    return check


def _whole(low: int, high: int) -> _Check:
    def check(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return check


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("must be a list of texts")
    return tuple(value)


def _text_by_text(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ValueError('must be a mapping from text to text, such as {candidates.approve: "a,enter"}')
    return dict(value)


def _timezone(value: Any) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(_text(value))
    except (ValueError, OSError, KeyError):
        raise ValueError("must be the name of a time zone, such as UTC or Europe/Vienna") from None
    return str(value)


def _database_inside(value: Any) -> str:
    path = PurePosixPath(_text(value))
    if path.is_absolute() or ".." in path.parts or value.startswith("~"):
        raise ValueError("must lie inside the workspace; your own settings.yaml may name any place")
    return str(value)


def _of_user(value: Any) -> Any:
    raise ValueError("can only be set in your own settings.yaml, not by a workspace")


_DETECTION: Mapping[str, _Check] = {
    "similarity_threshold": _number(0.3, 1),
    "min_executions": _whole(2, 1000),
    "min_files": _whole(2, 1000),
    "window_hours": _number(0.01, 24 * 365),
    "max_file_kb": _whole(1, 10_240),
    "exclude": _texts,
    "min_confidence": _number(0, 1),
}
_SUGGESTION: Mapping[str, _Check] = {
    "max_per_hour": _whole(0, 1000),
    "quiet_after_dismissals": _whole(1, 1000),
    "repetition_minutes": _number(0.1, 24 * 60),
    "min_precision": _number(0, 1),
    "quiet": _truth,
}
_SETTINGS: Mapping[str, _Check] = {
    "database": _text,
    "timezone": _timezone,
    "keep_executions_days": _whole(1, 36_500),
    "keep_outputs_days": _whole(0, 36_500),
    "theme": _text,
    "keymap": _text_by_text,
}
_WORKSPACE_SETTINGS: Mapping[str, _Check] = {
    **_SETTINGS,
    "database": _database_inside,
    "theme": _of_user,
    "keymap": _of_user,
}


def _read(path: Path, checks: Mapping[str, _Check]) -> dict[str, Any]:
    try:
        if not path.exists():
            return {}
        from engine import documents  # 10 ms, and most people have no rule files

        if not path.is_file():
            raise InvalidDocument(str(path), [Problem("", "is not a file")])  # a pipe would be waited for
        with path.open("rb") as file:
            text = file.read(documents.MAX_BYTES + 1).decode("utf-8")
    except OSError as error:
        raise InvalidDocument(str(path), [Problem("", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise InvalidDocument(str(path), [Problem("", "is not UTF-8 text")]) from None
    document = documents.load(text, str(path))
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise InvalidDocument(str(path), [Problem("", "must be a mapping of keys to values")])
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in document.items():
        if key not in checks:
            problems.append(Problem(key, f"is not a key of this file{_nearest(key, checks)}"))
            continue
        try:
            values[key] = checks[key](value)
        except ValueError as error:
            wanted = str(error)
            problems.append(Problem(key, f"{wanted}, not {_shown(value)}" if wanted.startswith("must be") else wanted))
    if problems:
        raise InvalidDocument(str(path), problems)
    return values


def _shown(value: Any) -> str:
    shown = "null" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)
    return shown if len(shown) <= 40 else f"{shown[:39]}…"


def _nearest(key: str, known: Mapping[str, _Check]) -> str:
    from rapidfuzz import process  # 30 ms, and only a mistake needs it

    found = process.extractOne(key, list(known), score_cutoff=50)
    return f"; did you mean {found[0]}?" if found else f"; there are {', '.join(known)}"
