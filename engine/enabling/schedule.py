"""Schedule: `patui tick` every hour, by a timer of the user's systemd where there is one, else by a line for cron.

The tick does what is due and nothing else, so missed hours cost nothing. cron has no file for the lines of one program:
the line lies in a file of ours, and `patui tick --cron` puts it into the crontab and takes it out again.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from engine.enabling.part import Part, PartFile, Place

_KEPT = ("XDG_STATE_HOME", "XDG_CONFIG_HOME")  # where patui's own state lies, when it lies elsewhere


def mark_of(root: Path) -> str:
    """What tells the schedules of several workspaces apart."""
    return hashlib.sha256(os.fsencode(root)).hexdigest()[:8]


def has_systemd(place: Place) -> bool:
    """Whether a systemd of this user is at work."""
    runtime = place.environment.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return bool(shutil.which("systemctl")) and (Path(runtime) / "systemd").is_dir()


def _files(place: Place) -> Sequence[PartFile]:
    mark = mark_of(place.root)
    if has_systemd(place):
        units = place.config / "systemd" / "user"
        texts = {f"patui-{mark}.service": service_text(place), f"patui-{mark}.timer": timer_text(place)}
        return [_whole(units / name, text) for name, text in texts.items()]
    return [_whole(_cron_file(place), f"{cron_line(place)}\n")]


def _cron_file(place: Place) -> Path:
    return place.config / "patui" / f"schedule-{mark_of(place.root)}.cron"


def _whole(path: Path, text: str) -> PartFile:
    """A file that is ours alone."""
    return PartFile(path, partial(_put, ours=text), _take)


def _put(text: str, ours: str) -> str:
    return ours


def _take(text: str) -> str:
    return ""


def _words(place: Place) -> tuple[str, ...]:
    # The interpreter by its whole path, and -P: no module that lies in the workspace is imported.
    return (sys.executable, "-P", "-m", "tui", "-C", str(place.root), "tick")


def _environment(place: Place) -> dict[str, str]:
    return {name: place.environment[name] for name in _KEPT if place.environment.get(name)}


def service_text(place: Place) -> str:
    """The unit that ticks once."""
    # A dollar is expanded in commands only.
    environment = "".join(
        f"Environment={_unit_word(f'{k}={v}').replace('$$', '$')}\n" for k, v in _environment(place).items()
    )
    return (
        f"[Unit]\nDescription=patui tick for {str(place.root).replace('%', '%%')}\n\n[Service]\nType=oneshot\nNice=10\n"
        f"{environment}ExecStart={' '.join(map(_unit_word, _words(place)))}\n"
    )


def timer_text(place: Place) -> str:
    """The unit that says when; one that was missed is made up for."""
    name = f"patui-{mark_of(place.root)}.service"
    return (
        f"[Unit]\nDescription=patui's schedule for {str(place.root).replace('%', '%%')}\n\n[Timer]\nOnCalendar=hourly\n"
        f"RandomizedDelaySec=600\nPersistent=true\nUnit={name}\n\n[Install]\nWantedBy=timers.target\n"
    )


def cron_line(place: Place) -> str:
    """Once an hour, at a minute of the workspace's own."""
    minute = int(mark_of(place.root), 16) % 60
    settings = [f"{name}={value}" for name, value in _environment(place).items()]
    words = shlex.join([*(["env", *settings] if settings else []), *_words(place)])
    return f"{minute} * * * * {words} >/dev/null 2>&1".replace("%", "\\%")


def _unit_word(word: str) -> str:
    """A word of a unit: quoted, with what systemd would expand doubled (systemd.service(5), systemd.syntax(7))."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def _commands(place: Place, enabling: bool) -> Sequence[Sequence[str]]:
    if has_systemd(place):
        timer = f"patui-{mark_of(place.root)}.timer"
        if enabling:
            return (("systemctl", "--user", "daemon-reload"), ("systemctl", "--user", "enable", "--now", timer))
        return (("systemctl", "--user", "disable", "--now", timer),)
    verb = "put" if enabling else "take"
    return ((sys.executable, "-P", "-m", "tui", "-C", str(place.root), "tick", "--cron", verb, str(_cron_file(place))),)


def _against(place: Place) -> str:
    if any(char in str(place.root) for char in "\n\r"):
        return "the workspace's path holds a line end, which no timer can name"
    if has_systemd(place) or shutil.which("crontab"):
        return ""
    return "neither a systemd of this user nor crontab is there: call `patui tick` by other means"


SCHEDULE = Part(
    "schedule",
    "do what is due every hour: detection, reports, clean-up (`patui tick`)",
    _files,
    against=_against,
    commands=_commands,
)
