"""The styles that presentation writes with, by meaning. The colours behind the names are in `themes/*.toml`.

Colour is never the only sign of anything: each meaning also has a symbol or a word where it is used.
"""

from __future__ import annotations

from typing import Final

PLAIN: Final = ""
STRONG: Final = "bold"
MUTED: Final = "$muted"
FAINT: Final = "$faint"
WAITS: Final = "bold $waits"  # waits for the person; nothing else has this colour
GOOD: Final = "$good"
BAD: Final = "$bad"
SLOT: Final = "$slot on $slot-background"
ADDED: Final = "$added on $added-background"
ADDED_STRONG: Final = "bold $added on $added-strong"
REMOVED: Final = "$removed on $removed-background"
REMOVED_STRONG: Final = "bold $removed on $removed-strong"
KEY: Final = "bold"
CURRENT: Final = "bold reverse"
