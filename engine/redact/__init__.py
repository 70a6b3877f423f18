"""Secrets never pass this line: every source goes through it before anything is written.

`tokens` knows what issued credentials look like, `named` finds values that stand under a telling name, `commands` knows
where command lines carry passwords. A mistake on the safe side costs a masked word in a command line, but a whole file
in a family: so a few lines are read as a command, and longer texts need stronger signs. `shell_rules` is the plainer
table that hooks are made from; it needs none of the others, which take 30 ms to compile and come when they are used.
"""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes 7 ms, and the hook of the agents comes by here
if TYPE_CHECKING:
    from typing import Any

    from engine.redact.finding import find_secrets as find_secrets
    from engine.redact.finding import holds_token as holds_token
    from engine.redact.finding import redact as redact
    from engine.redact.secret import Secret as Secret

__all__ = ["Secret", "find_secrets", "holds_token", "redact"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from engine.redact import finding

        return getattr(finding, name)
    raise AttributeError(f"module 'engine.redact' has no attribute {name!r}")
