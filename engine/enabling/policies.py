"""Policies: `ai_policies.yaml` says what keeps failing, for agents that read it (AUTO-005).

What is put in is one comment that says so; while it stands, the registry keeps the entries beside it up to date, from
the next look at what fails on (after a failure, with each tick, with `patui anti-patterns`).
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.enabling.blocks import with_block, without_block
from engine.enabling.part import Part, PartFile, Place
from engine.library import policies

_WORDS = "# What keeps failing here is kept below forbidden_patterns by patui, as long as this block stands."


def _files(place: Place) -> Sequence[PartFile]:
    return [PartFile(place.root / policies.FILE, _put, _take)]


def _put(text: str) -> str:
    """At the top, so that a last line without an end stays as it is."""
    block = with_block("\r\n" if "\r\n" in text else "", policies.BLOCK, _WORDS).lstrip("\r\n")
    return text if policies.is_kept(text) else block + text


def _take(text: str) -> str:
    return without_block(policies.without_block(text), policies.BLOCK)


POLICIES = Part(
    "policies",
    "forbid in ai_policies.yaml what keeps failing, for the agents that read it",
    _files,
    asks_alone=True,
)
