"""Commands that say what went wrong in a line: shells, git, make, npm, docker, ansible, kubectl, and any other."""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.mining.signatures.found import Diagnostic, Rank
from engine.mining.signatures.reading import Reader, number

_SHELL = re.compile(
    r"(?:-?(?:ba|z|da|k|fi)?sh|/\S{1,100}sh|\S{1,200}\.(?:ba"
    r"|z)?sh)(?: ?[:,])? (?:(?:line )?\d+: ){0,2}(?P<message>.{1,400})$"
)
_SCRIPT_LINE = re.compile(r"(?P<path>\S{1,200}): line (?P<line>\d+): (?P<message>.{1,400})$")
_SAID = (
    (
        re.compile(
            r"(?:command not found: (?P<a>\S{1,200})|(?P<b>\S{1,200}): (?:command )?not found"
            r"|Unknown command: (?P<c>\S{1,200}))$"
        ),
        "command-not-found",
    ),
    (
        re.compile(r"(?:permission denied: (?P<a>\S{1,300})|(?P<b>\S{1,300}): Permission denied)(?P<c>(?!)x)?$"),
        "permission-denied",
    ),
    (
        re.compile(
            r"(?:no such file or directory: (?P<a>\S{1,300})"
            r"|(?:cd: )?(?P<b>\S{1,300}): No such file or directory)(?P<c>(?!)x)?$"
        ),
        "no-such-file",
    ),
)
_WORDS = {
    "command-not-found": "'{}': command not found",
    "permission-denied": "'{}': Permission denied",
    "no-such-file": "'{}': No such file or directory",
}
_NOT_FOUND = re.compile(
    r"(?:sudo: |env: |/usr/bin/env: )[‘'\"]?(?P<a>[^\s’'\":]{1,200})[’'\"]?: (?:command not found"
    r"|No such file or directory)$"
)


def shell(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """What bash, zsh, dash and fish say; the same errors get the same words whichever shell says them."""
    text = lines[at]
    if found := _NOT_FOUND.match(text):
        return [_plain("command-not-found", found["a"], "shell")], at + 1
    found = _SHELL.match(text)
    path, line = "", 0
    if found is None and ": line " in text and (found := _SCRIPT_LINE.match(text)):
        path, line = found["path"], number(found["line"])
    if found is None:
        return None
    message = found["message"]
    for pattern, kind in _SAID:
        if said := pattern.match(message):
            return [_plain(kind, said["a"] or said["b"] or said["c"] or "", "shell", path, line)], at + 1
    return [Diagnostic("shell", message, "shell", path, line)], at + 1


def _plain(kind: str, word: str, tool: str, path: str = "", line: int = 0) -> Diagnostic:
    return Diagnostic(kind, _WORDS[kind].format(word.rstrip(":")), tool, path, line)


_GIT = re.compile(r"(?:remote: )?(?P<level>fatal|error): (?P<message>.{1,1000})$")
_CONFLICT = re.compile(r"CONFLICT \((?P<kind>[\w/ -]{1,40})\): (?P<message>.{1,600})$")
_REJECTED = re.compile(r" ! \[(?P<kind>[\w ]{1,40})\] {1,40}(?P<refs>\S{1,200} -> \S{1,200}) \((?P<why>.{1,100})\)$")
_GIT_WORDS = re.compile(
    r"pathspec|repository|branch|refspec|remote|merge|rebase|commit|revision|worktree|index|checkout|HEAD|tag|stash|"
    r"submodule|patch|ref |refs|upstream|ssh|unable to access|working tree|not a git"
)


def git(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """git: fatal and error lines, conflicts, pushes that were rejected."""
    text = lines[at]
    if text.startswith("CONFLICT") and (found := _CONFLICT.match(text)):
        return [Diagnostic("merge-conflict", found["message"], "git", detail=found["kind"])], at + 1
    if text.startswith(" ! [") and (found := _REJECTED.match(text)):
        source, _, target = found["refs"].partition(" -> ")
        return [
            Diagnostic("git-rejected", f"'{source}' -> '{target}' ({found['why']})", "git", detail=found["kind"])
        ], at + 1
    if text.startswith(("merge: ", "git: '", "There is no tracking information")):
        return [Diagnostic("git-error", text.removeprefix("git: "), "git")], at + 1
    if text.startswith(("fatal: ", "error: ", "remote: fatal: ", "remote: error: ")) and (found := _GIT.match(text)):
        if found["level"] == "error" and not _GIT_WORDS.search(found["message"]):
            return None
        failed = found["message"].startswith(("failed to push", "could not apply", "Could not read from"))
        rank = Rank.SUMMARY if failed or "Exiting because of" in text else Rank.CAUSE
        message = found["message"]
        if message.startswith(("Your local changes", "The following untracked")):
            message = message.rstrip(":")
        return [Diagnostic(f"git-{found['level']}", message, "git", rank=rank)], at + 1
    return None


_MAKE = re.compile(r"(?:g?make|ninja|mingw32-make)(?:\[\d+\])?: (?:\*\*\* )?(?P<message>\S.{0,600})$")
_MAKE_AT = re.compile(r"(?P<path>[^\s:][^:\n]{0,300}):(?P<line>\d+): \*\*\* (?P<message>.{1,600})$")
_CHATTER = re.compile(r"(?:Entering|Leaving) directory|Nothing to be done|.{1,300} is up to date|warning: |Warning: ")


def make(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """make: a missing rule is a cause, `Error 2` behind a target only a summary."""
    text = lines[at]
    if text.startswith(("make", "gmake", "ninja")) and (found := _MAKE.match(text)):
        message = found["message"]
        if _CHATTER.match(message):
            return [], at + 1
        missing = message.endswith(("No such file or directory", "command not found", "not found"))
        if missing and (word := message.split(":")[0]):
            return [_plain("command-not-found", word, "make")], at + 1
        message = message.removesuffix(".  Stop.").removesuffix(". Stop.")
        rank = (
            Rank.SUMMARY
            if "] Error " in message or "Waiting for" in message or "subcommand failed" in message
            else Rank.CAUSE
        )
        return [Diagnostic("make", message, "make", rank=rank)], at + 1
    if ": *** " in text and (found := _MAKE_AT.match(text)):
        message = found["message"].removesuffix(".  Stop.")
        return [Diagnostic("make", message, "make", found["path"], number(found["line"]))], at + 1
    return None


_NPM = re.compile(r"npm (?:ERR!|error) (?P<message>\S.{0,600})$")
_NPM_CODE = re.compile(r"code (?P<code>[A-Z0-9_]{2,40})$")
_NPM_NOISE = re.compile(
    r"A complete log|Log files were|    |path |errno |syscall |dest |command |workspace|location|Did you mean"
    r"|To see a list|For a full report|See |Fix the upstream|this command with|  npm |and in |or -|\{|\}"
    r"|signal |Lifecycle"
)
_YARN = re.compile(
    r"error (?P<message>(?:Couldn't|Command|An unexpected|Received|Missing|Package|Your lockfile|Failed).{1,600})$"
)
_PNPM = re.compile(r"\s?ERR_PNPM_(?P<code>[A-Z_]{2,60})\s{1,4}(?P<message>.{1,600})$")


def npm(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """A block of npm's error lines: its code and the first line that says something; yarn and pnpm."""
    text = lines[at]
    if found := _YARN.match(text):
        rank = Rank.SUMMARY if found["message"].startswith("Command failed") else Rank.CAUSE
        return [Diagnostic("yarn", found["message"].rstrip("."), "yarn", rank=rank)], at + 1
    if "ERR_PNPM_" in text and (found := _PNPM.match(text)):
        return [Diagnostic(f"ERR_PNPM_{found['code']}", found["message"], "pnpm")], at + 1
    if not text.startswith(("npm ERR!", "npm error")):
        return None
    code, message = "", ""
    index = at
    while index < len(lines) and lines[index].startswith(("npm ERR!", "npm error", "npm WARN", "npm warn")):
        if found := _NPM.match(lines[index]):
            said = found["message"]
            if coded := _NPM_CODE.match(said):
                code = code or coded["code"]
            elif not message and not _NPM_NOISE.match(said):
                message = (
                    said.removeprefix(code).removeprefix(code.lower()).removeprefix("notarget").lstrip(" 0123456789")
                    if code
                    else said
                )
        index += 1
    failed = code in ("ELIFECYCLE", "1", "2") or "Lifecycle script" in text or "lifecycle" in message.lower()
    if not message and not code:
        return [], index
    rank = (
        Rank.SUMMARY
        if failed or (not code and "Missing script" not in message and "missing script" not in message)
        else Rank.CAUSE
    )
    return [Diagnostic(f"npm-{code}" if code else "npm", message.rstrip(":"), "npm", rank=rank)], index


_DOCKER = re.compile(r"(?:docker: |ERROR: |Error: )?(?:Error response from daemon: )(?P<message>.{1,1000}?)\.?$")
_DOCKER_BUILD = re.compile(
    r"(?:ERROR: |failed to solve: |> )?(?P<message>(?:failed to solve: |failed to compute cache key: "
    r"|failed to read dockerfile: |unable to prepare context: |Cannot connect to the Docker daemon|Service \""
    r"|no such service: |dockerfile parse error).{0,800})$"
)
_ANSIBLE = re.compile(
    r"(?:fatal|failed): \[(?P<host>[^\]\n]{1,200})\](?: \(item=.{1,200}?\))?: (?P<what>FAILED|UNREACHABLE)! => (?P<"
    r"data>.{1,3000})$"
)
_ANSIBLE_MSG = re.compile(r"\"msg\": \"(?P<message>(?:[^\"\\]|\\.){1,1000})\"")
_ANSIBLE_TOP = re.compile(r"(?:ERROR! |\[ERROR\]: )(?P<message>.{1,1000})$")
_BOXED = re.compile(r"(?:[│╷]\s?)?Error: (?P<message>.{1,600})$")
_KUBECTL = re.compile(r"(?:Error from server(?: \((?P<kind>\w{1,40})\))?: |error: )(?P<message>.{1,600})$")


def operations(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """docker, ansible, terraform, kubectl."""
    text = lines[at]
    if "aemon" in text and (found := _DOCKER.match(text)):
        return [Diagnostic("docker", found["message"], "docker")], at + 1
    if found := _DOCKER_BUILD.match(text):
        return [Diagnostic("docker", found["message"], "docker")], at + 1
    if " => " in text and (found := _ANSIBLE.match(text)):
        said = _ANSIBLE_MSG.search(found["data"])
        message = said["message"].replace('\\"', '"') if said else found["what"]
        return [Diagnostic(f"ansible-{found['what'].lower()}", message.split("\\n")[0], "ansible")], at + 1
    if text.startswith(("ERROR! ", "[ERROR]: ")) and (found := _ANSIBLE_TOP.match(text)):
        return [Diagnostic("ansible-error", found["message"], "ansible")], at + 1
    if text.startswith("Error from server") and (found := _KUBECTL.match(text)):
        return [Diagnostic(f"kubectl-{found['kind'] or 'error'}", found["message"], "kubectl")], at + 1
    if text.startswith(("│ Error: ", "╷ Error: ")) and (found := _BOXED.match(text)):
        return [Diagnostic("terraform", found["message"], "terraform")], at + 1
    return None


_UNIX = re.compile(
    r"(?P<prog>[a-z][\w.+-]{0,40}): (?P<message>.{0,400}?(?:No such file or directory|Permission denied|File exists"
    r"|Is a directory|"
    r"Not a directory|Directory not empty|Operation not permitted|cannot access .{1,200}|Connection refused|"
    r"Address already in use|Connection timed out|No route to host|Host key verification failed\.?"
    r"|invalid option .{1,100}|unrecognized option .{1,100}|missing operand"
    r"|Name or service not known|"
    r"No space left on device|Could not resolve host\S{0,4} .{1,200}|command not found))$"
)
_OPERAND = re.compile(
    r"(?:(?P<verb>[a-z][a-z ]{2,60}) )?(?:'(?P<quoted>[^'\n]{1,300})'"
    r"|(?P<bare>[^\s:'][^:'\n]{0,300})): (?P<said>[A-Z][\w ]{3,60})$"
)
_IN_USE = re.compile(
    r".{0,300}?(?P<message>[Aa]ddress already in use.{0,100}|[Pp]ort \d{1,5} is (?:already )?in use.{0,100})"
)
_LEVEL = re.compile(r"(?:error|ERROR|Error|fatal|FATAL):? {0,8}")
_ERROR = re.compile(
    r"(?:\[?(?P<level>error|ERROR|Error|fatal|FATAL|panic|E|ERR|CRITICAL)(?:\]:?|:|!)) {0,4}(?P<message>\S.{0,600})$"
)
_INSIDE = re.compile(
    r".{0,200}?\b(?P<level>error|ERROR|Error|fatal|FATAL|CRITICAL|Exception"
    r"|exception)\b:? {0,4}(?P<message>\S.{0,600})$"
)
_CLICK = re.compile(r"(?P<prog>\S{1,60}): error: (?P<message>.{1,400})$")
_CURL = re.compile(r"curl: \(\d{1,3}\) (?P<message>.{1,400})$")


def unix(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """`program: operand: reason`, an address in use, curl, argparse: forms that many programs share."""
    text = lines[at]
    if "in use" in text and (found := _IN_USE.match(text)):
        return [Diagnostic("address-in-use", _LEVEL.sub("", text.strip()), "")], at + 1
    if text.startswith("curl: (") and (found := _CURL.match(text)):
        return [Diagnostic("curl", found["message"], "curl")], at + 1
    if ": error: " in text and (found := _CLICK.match(text)) and ":" not in found["prog"]:
        return [Diagnostic("usage", found["message"], found["prog"].rpartition("/")[2])], at + 1
    if found := _UNIX.match(text):
        message = found["message"]
        if operand := _OPERAND.match(message):
            named = operand["quoted"] or operand["bare"] or ""
            message = f"{operand['verb'] + ' ' if operand['verb'] else ''}'{named}': {operand['said']}"
        return [Diagnostic(found["prog"], message, found["prog"])], at + 1
    return None


def said(lines: Sequence[str], at: int) -> tuple[list[Diagnostic], int] | None:
    """A line that starts with a word for an error: what most programs print; one that holds such a word: a guess."""
    text = lines[at]
    low = text.lower()
    if not (
        "err" in low or "fatal" in low or "panic" in low or "exception" in low or "critical" in low or text[:2] == "E:"
    ):
        return None
    if found := _ERROR.match(text.strip()):
        return [Diagnostic(found["level"].lower(), found["message"], "", rank=Rank.SUMMARY)], at + 1
    if found := _INSIDE.match(text):
        return [Diagnostic(found["level"].lower(), found["message"], "", rank=Rank.GUESS)], at + 1
    return None


READERS: tuple[Reader, ...] = (shell, operations, git, make, npm, unix)
LAST: tuple[Reader, ...] = (said,)
