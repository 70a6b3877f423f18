"""What telemetry costs the one who is watched: a command in a shell with the hook, a hook of an agent, and draining.

    python -m benchmarks hooks [--commands 400]

The hook's functions are timed inside bash and zsh by the shell's clock, after each command of an interactive session.
fish has no clock and tells its events only on a terminal: its function is called by itself, many times in one session.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import p95, spread
from engine.actions.draining import Drain
from engine.actions.hooks import shell_hook
from engine.actions.importing import import_commands
from engine.workspace import open_workspace

SHELLS = {"bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"]}
# Of real histories a tenth of the lines pass the gate, so that all rules are tried: here two of twenty do.
LINES = (
    *("true", ": git status --short", ": make -C build all install DESTDIR=out", ": ls -la src", ": vim src/app.py"),
    *(
        ": git commit -m 'Round before summing'",
        ": pytest -x tests/test_app.py",
        ": docker compose up -d",
        ": cd ..",
        ":",
    ),
    *(
        ": git push origin main",
        ": npm run build",
        ": grep -rn todo src | head",
        ": rm -rf build dist",
        ": ssh host uptime",
    ),
    *(
        ": cat setup.cfg",
        ": python -m venv .venv",
        ": kubectl get pods -n shop",
        ": curl -H 'Accept: text/plain' x.org/x",
    ),
    ": kubectl create secret generic a --from-literal=password=Wuerfel7haus",
)
_STAMPS = {
    "bash": "__bench_a() { __bench_s=$EPOCHREALTIME; }; "
    '__bench_b() { echo "took $(( ${EPOCHREALTIME/./} - ${__bench_s/./} ))" >>"$BENCH_OUT"; }; '
    'PROMPT_COMMAND=("__bench_a" "${PROMPT_COMMAND[@]}" "__bench_b")',
    "zsh": "zmodload zsh/datetime; __bench_a() { __bench_s=$EPOCHREALTIME }; __bench_b() { print -r -- "
    '"took $(( int(rint(($EPOCHREALTIME - __bench_s) * 1e6)) ))" >>$BENCH_OUT }; zmodload zsh/mathfunc; '
    "precmd_functions=(__bench_a $precmd_functions __bench_b)",
}


def hook_seconds(shell: str, count: int, folder: Path) -> list[float]:
    """What the hook took after each command, by the shell's own clock."""
    script, out = folder / f"hook.{shell}", folder / "took"
    out.unlink(missing_ok=True)
    script.write_text(shell_hook(shell, folder / "state") + "\n" + _STAMPS[shell] + "\n")
    typed = f". {script}\n" + "".join(f"{LINES[n % len(LINES)]}\n" for n in range(count)) + "exit\n"
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb", "BENCH_OUT": str(out)}
    subprocess.run(SHELLS[shell], input=typed.encode(), env=environment, capture_output=True, check=False, timeout=300)
    return [int(number) / 1e6 for number in re.findall(r"took (\d+)", out.read_text())][1:]


def fish_seconds(count: int, folder: Path) -> list[float]:
    """fish has no clock of its own: many calls of the hook's function in one session, less a session without any."""
    script = folder / "hook.fish"
    script.write_text(shell_hook("fish", folder / "state"))
    calls = "".join(f"__patui_postexec {shlex.quote(LINES[n % len(LINES)])}\n" for n in range(count))
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TERM": "dumb"}

    def session(typed: str) -> float:
        command = ["fish", "-i", "-c", f". {script}\n{typed}"]
        started = time.perf_counter()
        subprocess.run(command, env=environment, capture_output=True, check=True, timeout=300)
        return time.perf_counter() - started

    return [(session(calls) - session("")) / count for _ in range(5)]


def agent_seconds(count: int, folder: Path) -> list[float]:
    """Whole processes, from the start to the end, as the agent waits for them."""
    event = {"session_id": "bench", "hook_event_name": "PostToolUseFailure", "tool_name": "Bash", "tool_use_id": "1"}
    event |= {"tool_input": {"command": LINES[-1]}, "error": "Exit code 1\n" + "E   token=abcdefgh1 failed\n" * 40}
    given = json.dumps(event).encode()
    script = Path(sys.executable).with_name("patui")
    command = [str(script)] if script.exists() else [sys.executable, "-P", "-m", "tui"]
    environment = {**os.environ, "XDG_STATE_HOME": str(folder / "agent")}
    found = []
    for _ in range(count):
        started = time.perf_counter()
        subprocess.run([*command, "hook", "agent"], input=given, env=environment, check=True)
        found.append(time.perf_counter() - started)
    return found


def bare_seconds(count: int) -> list[float]:
    found = []
    for _ in range(count):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        found.append(time.perf_counter() - started)
    return found


def drain_rate(count: int, folder: Path) -> float:
    """Lines a second, from the spool into an empty database."""
    root, state = folder / "w", folder / "drain"
    (root / ".git").mkdir(parents=True)
    (state / "spool").mkdir(parents=True)
    line = "1\t1763769600000000\t2000000\t0\ts\t{}\t{} {}\n"
    text = "".join(line.format(root, LINES[n % len(LINES)], n) for n in range(count))
    (state / "spool" / "bash-1.spool").write_text(text)
    with open_workspace(root, user_state=state) as workspace:
        started = time.perf_counter()
        taken = len(Drain(workspace).run())
        return taken / (time.perf_counter() - started)


def import_seconds(count: int, folder: Path) -> tuple[float, float]:
    """Seconds of the processor for a bash history with times, the first time and once more."""
    root, history = folder / "imported", folder / "history"
    root.mkdir()
    lines = (f"#{1_700_000_000 + 30 * n}\n{LINES[n % len(LINES)]} {n % (count // 4)}\n" for n in range(count))
    history.write_text("".join(lines))
    found = []
    with open_workspace(root, user_state=folder / "imports") as workspace:
        for _ in range(2):
            started = time.process_time()
            import_commands(workspace, "bash", history)
            found.append(time.process_time() - started)
    return found[0], found[1]


def main() -> None:
    count = int(sys.argv[sys.argv.index("--commands") + 1]) if "--commands" in sys.argv else 400
    with tempfile.TemporaryDirectory(prefix="patui-bench-") as name:
        folder = Path(name)
        for shell in ("bash", "zsh"):
            if shutil.which(shell):
                took = [seconds * 1000 for seconds in hook_seconds(shell, count, folder)]
                print(f"{shell}: the hook takes {spread(took, 'ms')}, p95 {p95(took):.2f} ms, {len(took)} commands")
        if shutil.which("fish"):
            took = [seconds * 1000 for seconds in fish_seconds(min(count, 200), folder)]
            print(f"fish: the hook takes {spread(took, 'ms')} a command, means of whole sessions")
        bare = statistics.median(bare_seconds(30)) * 1000
        took = [seconds * 1000 for seconds in agent_seconds(30, folder)]
        ratio = statistics.median(took) / bare
        print(
            f"patui hook agent: {spread(took, 'ms', 0)}, p95 {p95(took):.0f} ms, whole processes;"
            f" Python that does nothing: {bare:.0f} ms, ratio {ratio:.1f}"
        )
        print(f"draining: {drain_rate(5000, folder):,.0f} lines a second")
        first, again = import_seconds(100_000, folder)
        print(f"a bash history of 100,000 commands: {first:.1f} s of work, {again:.1f} s once more")


if __name__ == "__main__":
    main()
