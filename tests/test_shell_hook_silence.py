"""A shell with the hook says and does what it does without: whatever is set, trapped, or broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from engine.actions.hooks import shell_hook

SHELLS = {"bash": ["bash", "--norc", "-i"], "zsh": ["zsh", "-f", "-i"]}
BOTH = {
    "status and last argument": 'false\necho $?\ntrue a b\necho "[$_]"\n(exit 3)\necho $?\n',
    "set -eu": "set -eu\ntrue\necho here\nfalse\necho never\n",
    "set -x, noclobber and odd words": "set -o noclobber\nIFS=_:0123456789\nset -x\necho x\nset +x\necho y\n",
    "a trap of errors": "trap 'echo ERR' ERR\nfalse\ntrue\n(exit 4)\necho $?\n",
    "nowhere, without a path": "mkdir gone; cd gone; rmdir ../gone\necho in nowhere\nPATH=\necho on\n",
    "a full disk": "__patui_spool=/dev/full\nfalse\necho $?\n",
    "no spool": "__patui_spool=/proc/1/none/x\nfalse\necho $?\n__patui_spool=\necho on\n",
}
ONLY = {
    "bash": {
        "commands at the prompt": 'PROMPT_COMMAND+=("echo at the prompt \\$?")\nfalse\necho a\n',
        "traps in functions": "set -E; trap 'echo ERR' ERR\nfalse\necho on\n",
        "pipes and arguments": 'false | true | false\necho "${PIPESTATUS[@]}"\nset -- a b\necho "$@"\nset -o posix\n',
        "another shell": "exec bash --norc -i\necho after\n",
        "history": "HISTCONTROL=ignoreboth\n echo hidden\necho dup\necho dup\nhistory 2 | cut -c 8-\n",
    },
    "zsh": {
        "functions at the prompt": 'precmd() { echo PRE $? }\npreexec() { echo "EXEC $1" }\nfalse\necho h\n',
        "options": "setopt ksh_arrays sh_word_split no_unset extended_glob warn_create_global\necho a\nfalse\n",
        "emulation": "emulate sh\necho a\nsetopt print_exit_value\nfalse\n",
        "pipes": "false | true | false\necho $pipestatus\nsetopt err_return\nfalse\necho on\n",
    },
}
CASES = [(shell, name) for shell in SHELLS for name in (*BOTH, *ONLY[shell])]


def said(shell: str, typed: str, hook: str, folder: Path) -> tuple[int, bytes, bytes]:
    home = folder / "home"
    home.mkdir(parents=True)
    (folder / "hook").write_text(hook)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", "PS1": "$ ", "HISTSIZE": "100"}
    given = f". ../hook\n{typed}".encode()
    done = subprocess.run(
        SHELLS[shell], input=given, cwd=home, env=environment, capture_output=True, timeout=60, check=False
    )
    # Process numbers, and where this is.
    out, err = (
        re.sub(rb"\d{3,}|-1(?=\))", b"N", text.replace(str(folder).encode(), b"F"))
        for text in (done.stdout, done.stderr)
    )
    return done.returncode, out, err


@pytest.mark.parametrize(("shell", "name"), CASES)
def test_nothing_is_said_and_nothing_is_otherwise(shell: str, name: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    typed = BOTH.get(name) or ONLY[shell][name]
    without = said(shell, typed, ":\n", tmp_path / "without")
    assert said(shell, typed, shell_hook(shell, tmp_path / "state"), tmp_path / "with") == without
