"""Forms of messages in which a tool puts the user's words without quotes, or with quotes around a path.

A form is written as the message with slots: `undefined: ‹name›`. A slot takes one run without blanks (`‹name›`,
`‹path›`, `‹port›` …), a quoted slot everything up to the closing quote, and `‹words›` the rest of the line. Forms are
tried in order and bind at the start of the message, or behind anything where they start with `…`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from engine.mining.signatures.masks import Span

_FORMS = """
No module named '‹name›'; '‹name›' is not a package
No module named ‹name›; ‹name› is a package and cannot be directly executed
No module named '‹name›'
No module named ‹name›
cannot import name '‹name›' from partially initialized module '‹name›' (most likely due to a circular import) (‹path›)
cannot import name '‹name›' from '‹name›' (‹path›)
…No such file or directory: '‹path›' -> '‹path›'
…No such file or directory: '‹path›'
…Permission denied: '‹path›'
…File exists: '‹path›'
…Is a directory: '‹path›'
…Not a directory: '‹path›'
…Directory not empty: '‹path›'
‹name›: can't open file '‹path›': [Errno 2] No such file or directory
can't open file '‹path›': [Errno 2] No such file or directory
no such file or directory, ‹word› '‹path›' -> '‹path›'
no such file or directory, ‹word› '‹path›'
permission denied, ‹word› '‹path›'
file already exists, ‹word› '‹path›'
(unicode error) '‹name›' codec can't decode bytes in position ‹number›-‹number›: ‹words›
'‹name›' codec can't decode byte ‹hex› in position ‹number›: ‹words›
'‹name›' codec can't encode character '‹name›' in position ‹number›: ‹words›
‹number› validation ‹word› for ‹name›
Object of type ‹name› is not JSON serializable
No matching distribution found for ‹name›
Could not find a version that satisfies the requirement ‹name› (from versions: ‹words›
Could not find a version that satisfies the requirement ‹name› (from ‹words›
Could not open requirements file: [Errno 2] No such file or directory: '‹path›'
Failed building wheel for ‹name›
Because ‹name› was not found in the package registry and ‹words›
…Cannot find module '‹relative›'
…Can't resolve '‹relative›' in '‹path›'
…Can't resolve '‹name›' in '‹path›'
Cannot find package '‹name›' imported from ‹path›
Missing script: "‹name›"
missing script: ‹name›
Invalid package name "‹name›"‹words›
…Could not resolve dependency: ‹words›
While resolving: ‹words›
listen EADDRINUSE: address already in use ‹place›
…EADDRINUSE: address already in use ‹place›
connect ECONNREFUSED ‹place›
getaddrinfo ‹word› ‹place›
spawn ‹name› ENOENT
‹dotted› is not defined
‹dotted› is not a function or its return value is not iterable
‹dotted› is not a function
‹dotted› is not iterable
‹dotted› is not a constructor
‹dotted› is null
‹dotted› is undefined
Cannot access '‹name›' before initialization
Unexpected token '‹token›', "‹words›
Unexpected token ‹token› in JSON at position ‹number›
Unexpected identifier '‹name›'
Unexpected identifier ‹name›
undefined: ‹name›
declared and not used: ‹name›
‹name› declared and not used
‹name› declared but not used
"‹name›" imported and not used
"‹name›" imported as ‹name› and not used
‹name› redeclared in this block
‹name› undefined (type ‹name› has no field or method ‹name›, but does have ‹words›
‹name› undefined (type ‹name› has no field or method ‹name›)
cannot use ‹open› as ‹open› value in argument to ‹name›: ‹words›
cannot use ‹open› as ‹open› value in argument to ‹name›
cannot use ‹open› as ‹open› value in ‹open›: ‹open› does not implement ‹open› (missing method ‹name›)
cannot use ‹open› as ‹open› value in ‹word› statement
cannot use ‹open› as ‹open› value in ‹word›
not enough arguments in call to ‹name›
too many arguments in call to ‹name›
not enough return values
missing return
assignment mismatch: ‹number› variables but ‹open› returns ‹number› ‹word›
assignment mismatch: ‹number› variable but ‹open› returns ‹number› ‹word›
invalid operation: ‹open› (mismatched types ‹name› and ‹name›)
invalid operation: operator ‹token› not defined on ‹open›
package ‹name› is not in std (‹path›)
package ‹name› is not in GOROOT (‹path›)
no required module provides package ‹name›; to add it:
no required module provides package ‹name›: ‹words›
cannot find module providing package ‹name›‹words›
missing go.sum entry for module providing package ‹name› (imported by ‹name›); to add:
missing go.sum entry for module providing package ‹name›; to add:
missing go.sum entry for go.mod file; to add it:
module ‹name›: ‹words›
cannot find package "‹name›" in any of:
import cycle not allowed
no Go files in ‹path›
listen tcp ‹place› bind: address already in use
use of undeclared crate or module `‹name›`
no rule to make target '‹name›', needed by '‹name›'. stop.
[‹path›:‹number›: ‹name›] Error ‹number› (ignored)
[‹path›:‹number›: ‹name›] Error ‹number›
[‹name›] Error ‹number›
missing separator.‹words›
pathspec '‹name›' did not match any file(s) known to git
Merge conflict in ‹path›
Merge conflict in ‹words›
‹path› deleted in ‹name› and modified in ‹name›.‹words›
could not apply ‹hex›... ‹words›
merge: ‹name› - not something we can merge
‹name› - not something we can merge
The current branch ‹name› has no upstream branch.
The upstream branch of your current branch does not match‹words›
Couldn't find remote ref ‹name›
couldn't find remote ref ‹name›
src refspec ‹name› does not match any
failed to push some refs to '‹name›'
ambiguous argument '‹name›': unknown revision or path not in the working tree.
bad revision '‹name›'
invalid reference: ‹name›
a branch named '‹name›' already exists
'‹name›' is already checked out at '‹path›'
'‹name›' is already used by worktree at '‹path›'
destination path '‹path›' already exists and is not an empty directory.
remote ‹name› already exists.
No such remote '‹name›'
branch '‹name›' not found‹words›
the branch '‹name›' is not fully merged‹words›
unable to access '‹name›': ‹words›
not a git repository (or any of the parent directories): .git
not a git repository (or any parent up to mount point ‹path›)
Unable to create '‹path›': File exists.
detected dubious ownership in repository at '‹path›'
refusing to merge unrelated histories
‹name› -> ‹name› (‹open›)
pull access denied for ‹name›, repository does not exist‹words›
manifest for ‹name› not found: manifest unknown‹words›
manifest unknown‹words›
No such container: ‹name›
No such image: ‹name›
No such service: ‹name›
no such service: ‹name›
driver failed programming external connectivity on endpoint ‹name› (‹hex›): Bind for ‹place› failed: ‹words›
…Bind for ‹place› failed: port is already allocated
…listen tcp‹word› ‹place› bind: address already in use
…failed to read dockerfile: open ‹path›: no such file or directory
Conflict. The container name "‹name›" is already in use by container "‹name›"‹words›
network ‹name› not found
network ‹name› declared as external, but could not be found
unable to prepare context: path "‹path›" not found
failed to solve: process "‹words›
failed to compute cache key: ‹words›
the role '‹name›' was not found in ‹path›
couldn't resolve module/action '‹name›'.‹words›
the playbook: ‹path› could not be found
‹name› is undefined‹words›
The task includes an option with an undefined variable.‹words›
Failed to connect to the host via ssh: ‹words›
Could not resolve host: ‹name›
Could not resolve hostname ‹name›: ‹words›
Failed to connect to ‹name› port ‹port› after ‹number› ms: ‹words›
Failed to connect to ‹name› port ‹port›: ‹words›
connect to host ‹name› port ‹port›: ‹words›
Connection to ‹name› port ‹port› [‹words›
The requested URL returned error: ‹code›
(‹number›) The requested URL returned error: ‹code›
…error while attempting to bind on address (‹open›): address already in use
Port ‹port› is in use by another program.‹words›
Port ‹port› is already in use.‹words›
Port ‹port› is already in use
port ‹port› is already in use‹words›
Unable to locate package ‹name›
command not found: ‹name›
Unknown command: ‹name›
‹name›: command not found
‹name›: not found
‹name›: unbound variable
‹name› has no installation candidate
unrecognized arguments: ‹words›
the following arguments are required: ‹words›
No such option: ‹name› Did you mean ‹words›
No such option: ‹name›
No such command '‹name›'.
database "‹name›" does not exist
relation "‹name›" does not exist
no such table: ‹name›
no such column: ‹name›
UNIQUE constraint failed: ‹name›
table ‹name› already exists
file or directory not found: ‹path›
not found: ‹path›
found no collectors for ‹path›
fixture '‹name›' not found
undefined local variable or method '‹name›' for ‹words›
undefined method '‹name›' for ‹words›
uninitialized constant ‹name›
cannot load such file -- ‹name›
Call to undefined function ‹name›
Call to undefined method ‹name›
Undefined variable $‹name›
Class "‹name›" not found
package ‹name› does not exist
incompatible types: ‹name› cannot be converted to ‹name›
cannot find symbol
Could not find or load main class ‹name›
Unsupported class file major version ‹number›
Index ‹number› out of bounds for length ‹number›
No configuration files‹words›
‹path›: No such file or directory
‹name›: Permission denied
The connection to the server ‹name› was refused - did you specify the right host or port?
""".strip().split("\n")

_SLOT = re.compile("‹([a-z]+)›")
_QUOTE = re.compile("['\"`]")
_QUOTES = frozenset("'\"`‘’“”")
_SHOWN = {
    "words": "text",
    "open": "text",
    "dotted": "name",
    "place": "address",
    "relative": "path",
    "token": "token",
    "word": "word",
}
_BARE = {
    "words": ".{1,1000}",
    "open": "[^\n]{1,300}?",
    "place": r"\S{1,200}",
    "number": r"[-+]?\d[\d.]{0,20}",
    "port": r"\d{1,5}",
    "hex": "(?:0x)?[0-9a-fA-F]{1,64}",
    "code": r"\d{3}",
    "word": r"\w{0,40}",
    "dotted": r"[\w$.\[\]()?]{1,200}",
    "token": r"\S{1,40}",
}


@lru_cache(maxsize=1)
def _compiled() -> tuple[tuple[str, re.Pattern[str], tuple[str, ...]], ...]:
    """For each form: a literal that must occur, the expression, and the kinds of its slots."""
    return tuple(map(_compile, _FORMS))


def _compile(form: str) -> tuple[str, re.Pattern[str], tuple[str, ...]]:
    anywhere = form.startswith("…")
    parts = _SLOT.split(form.removeprefix("…"))
    pattern = ".{0,300}?" if anywhere else ""
    for index, part in enumerate(parts):
        if index % 2 == 0:
            pattern += _QUOTE.sub("['‘’\"“”`]", re.escape(part))
            continue
        closing = parts[index + 1][:1]
        quoted = closing in ("'", '"') and parts[index - 1][-1:] in ("'", '"', "/")
        if part == "relative":
            pattern += "(\\.{0,2}/[^'\"\n]{1,300})"
            continue
        pattern += "(" + ("[^'\"‘’`\n]{1,300}" if quoted else _BARE.get(part, r"\S{1,200}?")) + ")"
    ends = r"(?=$|[\s;)]|[.,:](?:\s|$))" if parts[-1] == "" else ""
    literal = max(parts[::2], key=len).split("'")[0].split('"')[0]
    return literal.lower(), re.compile(pattern + ends, re.IGNORECASE), tuple(parts[1::2])


def known_spans(message: str) -> tuple[Span, ...]:
    """The spans of the user's words in `message` by the first form that it follows; none when it follows none."""
    low = message.lower()
    for literal, pattern, kinds in _compiled():
        if literal in low and (found := pattern.match(message)):
            return tuple(
                (*_unquoted(message, *found.span(i)), _SHOWN.get(kind, kind))
                for i, kind in enumerate(kinds, 1)
                if found.end(i) > found.start(i) and kind not in ("word", "code", "token")
            )
    return ()


def _unquoted(message: str, start: int, end: int) -> tuple[int, int]:
    """A span without the quotes around it: a parameter is what a fix can use."""
    if end - start > 2 and message[start] in _QUOTES and message[end - 1] in _QUOTES:
        return start + 1, end - 1
    return start, end
