"""What keeps failing: stories with known causes, told through the records that any orchestrator writes.

    python -m benchmarks anti_patterns

A story is a pattern (or a command) that fails several times for one cause, with other names, paths and numbers in its
messages each time, among successes; beside the stories lie failures that happen once or twice and must not be told.

    found   share of the stories that became an anti-pattern with all of their occurrences
    right   share of those found whose cause is the one the story was told with
    false   anti-patterns that no story tells
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine import open_workspace
from engine.model import Execution, Source
from engine.recording import execution_of, keep

NOW = 1_795_370_000.0
_WORDS = [
    "order",
    "user",
    "invoice",
    "cache",
    "session",
    "report",
    "worker",
    "queue",
    "account",
    "widget",
    "mail",
    "parcel",
    "ticket",
]

# cause -> what a tool says; `{w}` is a word, `{n}` a number. A text after `|` is a verification.
TEXTS: dict[str, tuple[str, ...]] = {
    "template_too_rigid": (
        "jinja2.exceptions.UndefinedError: '{w}_name' is undefined",
        "PatternError: variable 'module' got '{w}-{w2}', but the template only takes snake_case names",
        "KeyError: '{w}'",
        "TemplateError: unresolved placeholder {{{{ {w} }}}} in output",
        "Substitution failed: value '{w} {n}' has spaces, the template allows none",
        "render: nested variable ${{{w}.{w2}}} cannot be expanded",
        "Error: class_name '{w}{n}' does not match the expected naming convention",
        "template expects exactly 3 fields, got {n}",
    ),
    "missing_dependency": (
        'Traceback (most recent call last):\n  File "x.py", line {n}, in <module>\n'
        "ModuleNotFoundError: No module named 'yaml'",
        "sh: 1: protoc: not found",
        "Error: Cannot find module 'left-pad'\nRequire stack:\n- /srv/{w}/index.js",
        "error[E0432]: unresolved import `serde_json`",
        "/usr/bin/ld: cannot find -lssl",
        "main.go:{n}:2: no required module provides package github.com/spf13/cobra; to add it:",
        "cannot load such file -- nokogiri (LoadError)",
        "java.lang.ClassNotFoundException: org.postgresql.Driver",
    ),
    "wrong_context": (
        "ERROR: target {w}.md is not a Python file, pattern applies to .py only",
        "npm ERR! code ENOENT\nnpm ERR! enoent ENOENT: no such file or directory, open '/home/dev/{w}/package.json'",
        "fatal: not a git repository (or any of the parent directories): .git",
        "error: could not find `Cargo.toml` in `/home/dev/{w}` or any parent directory",
        "Unsupported file type '.{w}': expected a YAML document",
        "This command must be run from the project root, not from {w}/",
        "pattern was applied to a test file; it is meant for source modules",
    ),
    "verification_failed": (
        "AssertionError: expected {n} rows in {w}, found {n2}",
        "|failed: output of {w} differs from the golden file",
        "Verification failed: file {w}.py has {n} lines, criteria ask for 200",
        "FAILED tests/test_{w}.py::test_{w2} - assert {n} == {n2}",
        "ground truth check rejected {w}: trailing whitespace",
        "--- FAIL: Test{w} ({n}.02s)\n    {w}_test.go:{n}: got {n}, want {n2}",
        "|coverage {n}% is below the required 90%",
        "sha256 checksum mismatch for {w}.tar.gz",
    ),
    "permission": (
        "PermissionError: [Errno 13] Permission denied: '/opt/{w}/{w2}.log'",
        "mkdir: cannot create directory '/usr/share/{w}': Permission denied",
        "Error: EACCES: permission denied, open '/var/lib/{w}'",
        "remote: Permission to acme/{w}.git denied to deploy-bot.\nfatal: unable to access: The requested URL returned "
        "error: 403",
    ),
    "timeout": (
        "subprocess.TimeoutExpired: Command 'make {w}' timed out after {n} seconds",
        "Error: Timeout of {n}000ms exceeded. For async tests, ensure done() is called",
        "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        "The job running on runner {w} has exceeded the maximum execution time of {n} minutes",
    ),
    "network": (
        "curl: (6) Could not resolve host: {w}.example.com",
        "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='{w}.example.com', port=443): "
        "Max retries exceeded",
        "Error: connect ECONNREFUSED 127.0.0.1:{n}",
        "dial tcp 10.0.0.{n}:5432: connect: connection refused",
    ),
    "port_in_use": (
        "Error: listen EADDRINUSE: address already in use :::{n}",
        "OSError: [Errno 98] Address already in use",
        "Bind for 0.0.0.0:{n} failed: port is already allocated",
    ),
    "out_of_memory": (
        "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        "java.lang.OutOfMemoryError: GC overhead limit exceeded",
        "MemoryError: Unable to allocate {n}.2 GiB for an array",
    ),
    "disk_full": (
        "OSError: [Errno 28] No space left on device: '/tmp/{w}'",
        "tar: {w}.tar: Wrote only {n} of 10240 bytes\ntar: Error is not recoverable: No space left on device",
    ),
    "bad_input": (
        "json.decoder.JSONDecodeError: Expecting ',' delimiter: line {n} column {n2}",
        "error: unrecognized arguments: --{w}",
        'yaml.scanner.ScannerError: mapping values are not allowed here\n  in "{w}.yml", line {n}',
        "git: '{w}' is not a git command. See 'git --help'.",
    ),
    "merge_conflict": (
        "CONFLICT (content): Merge conflict in src/{w}.py\nAutomatic merge failed; fix conflicts and then commit",
        "error: failed to push some refs\nhint: Updates were rejected because the remote contains work",
    ),
    "code_error": (
        "src/{w}.ts:{n}:5 - error TS2345: Argument of type 'string' is not assignable to parameter of type 'number'.",
        "AttributeError: 'NoneType' object has no attribute '{w}'",
        "src/{w}.c:{n}:9: error: '{w2}' undeclared (first use in this function)",
    ),
    "unknown": ("Oops! {w} went sideways", "", "exit status 3 from {w} worker {n}"),
}


@dataclass(frozen=True, slots=True)
class Score:
    stories: int
    found: int
    right: int
    false: int
    wrong: tuple[tuple[str, str, str], ...]


def score(seed: int, root: Path) -> Score:
    """One run over all texts, each a story of 3 to 9 failures, with what must not be told between them."""
    random = Random(seed)
    stories: dict[str, tuple[str, int, str]] = {}
    executions: list[Execution] = []

    def tell(pattern: str, at: float, **record: object) -> None:
        known = {"pattern_id": pattern, "operation_kind": pattern.lower(), "timestamp": at, **record}
        execution = execution_of(known, source=Source.LOG, root=root, now=NOW)
        if isinstance(execution, str):
            raise ValueError(execution)
        executions.append(execution)

    def said(text: str) -> dict[str, object]:
        words = {"w": random.choice(_WORDS), "w2": random.choice(_WORDS)}
        filled = text.format(**words, n=random.randint(2, 99), n2=random.randint(2, 99))
        output, _, verification = filled.partition("|")
        return {"error_output": output, "verification": verification, "success": False}

    for cause, texts in TEXTS.items():
        for text in texts:
            pattern = f"PAT-{len(stories):03d}-001"
            times = random.randint(3, 9)
            stories[pattern] = (cause, times, text)
            for number in range(times):
                tell(pattern, NOW - random.uniform(60, 6.5 * 86_400), input_signature=f"i{number}", **said(text))
            for number in range(random.randint(0, 6)):
                tell(pattern, NOW - random.uniform(60, 6.5 * 86_400), success=True, input_signature=f"s{number}")
            once = random.choice([one for other in TEXTS.values() for one in other if one])
            quiet = f"PAT-QUIET-{len(stories):03d}"
            for _ in range(random.randint(1, 2)):
                tell(quiet, NOW - random.uniform(60, 6.5 * 86_400), **said(once))
            for _ in range(3):
                tell(quiet, NOW - random.uniform(8, 20) * 86_400, **said(once))
    for number in range(4):  # flaky: the same inputs fail and succeed in turn
        pattern = f"PAT-FLAKY-{number:03d}"
        stories[pattern] = ("flaky", 4, "")
        for turn in range(8):
            failed = said("AssertionError: {w} was not ready") if turn % 2 else {"success": True}
            tell(pattern, NOW - 86_400 + turn * 60, input_signature="same", **failed)
    with open_workspace(root, clock=lambda: NOW, user_state=root / "s", user_config=root / "c") as workspace:
        keep(workspace.store, sorted(executions, key=lambda one: one.at))
        rows = workspace.anti_pattern_detector().detect_anti_patterns()
    found = {row.pattern_id: row for row in rows if row.occurrences == stories.get(row.pattern_id, ("", -1))[1]}
    wrong = [
        (stories[name][0], row.cause, stories[name][2][:70])
        for name, row in found.items()
        if row.cause != stories[name][0]
    ]
    wrong += [(cause, "not found", text[:70]) for name, (cause, _, text) in stories.items() if name not in found]
    right = sum(row.cause == stories[name][0] for name, row in found.items())
    return Score(len(stories), len(found), right, sum(row.pattern_id not in stories for row in rows), tuple(wrong))


def main() -> int:
    scores = []
    for seed in range(5):
        with tempfile.TemporaryDirectory() as folder:
            scores.append(score(seed, Path(folder)))
    stories, found = sum(one.stories for one in scores), sum(one.found for one in scores)
    right = sum(one.right for one in scores)
    print(f"{stories} stories: found {found / stories:.1%}, right {right / max(1, found):.1%} of those found, ", end="")
    print(f"{sum(one.false for one in scores)} that no story tells")
    for (told, said, text), times in Counter(one for each in scores for one in each.wrong).most_common(12):
        print(f"  {times}× {told} was {said}: {text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
