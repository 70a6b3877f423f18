"""Which suggestions are on the screen as toasts, and how one looks: one line of what, one line of what to do.

The suggestions themselves wait in the database until somebody decides; here is only what this viewer has shown already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from textual.content import Content

from engine.model import Suggestion, SuggestionKind
from tui.presentation import ink
from tui.presentation.text import clean, crop, crop_path, width_of

MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Toasts:
    """The toast queue of one viewer. `counts` remembers how often each key had been seen, so that only news pops up.

    Of what was open when the viewer started the newest stands for all: `others` wait with it under Live.
    """

    waiting: tuple[Suggestion, ...] = ()  # newest first
    counts: dict[str, int] = field(default_factory=dict)
    started: bool = False
    others: int = 0

    def heard(self, suggestions: Sequence[Suggestion], *, quiet: bool = False) -> Toasts:
        """The queue after the open suggestions became `suggestions`: news is put in front, settled ones leave."""
        open_keys = {suggestion.key: suggestion for suggestion in suggestions}
        news = [
            suggestion
            for suggestion in sorted(suggestions, key=lambda suggestion: (-suggestion.time, -suggestion.id))
            if not quiet and suggestion.count > self.counts.get(suggestion.key, 0)
        ]
        others = self.others
        if not self.started:
            news, others = news[:1], max(len(news) - 1, 0)
        fresh = {suggestion.key for suggestion in news}
        kept = [open_keys[old.key] for old in self.waiting if old.key in open_keys and old.key not in fresh]
        counts = self.counts | {suggestion.key: suggestion.count for suggestion in suggestions}
        waiting = (*news, *kept)
        return Toasts(waiting, counts, True, others if waiting else 0)

    def without(self, key: str) -> Toasts:
        """The queue after the toast with this key has gone from the screen."""
        return replace(self, waiting=tuple(toast for toast in self.waiting if toast.key != key))

    @property
    def shown(self) -> tuple[Suggestion, ...]:
        """At most three, the newest last: nearest to where the keys are."""
        return tuple(reversed(self.waiting[:MOST]))

    @property
    def first(self) -> Suggestion | None:
        """The toast that the keys are for: the newest."""
        return self.waiting[0] if self.waiting else None

    @property
    def hidden(self) -> int:
        return max(len(self.waiting) - MOST, 0) + self.others


def toast_title(suggestion: Suggestion, width: int) -> Content:
    """The path it is about, in the border; without one, what kind of offer it is."""
    if suggestion.path:
        return Content(crop_path(clean(suggestion.path), width))
    return Content("suggestion")


def toast_width(suggestion: Suggestion) -> int:
    """The cells in which nothing of it is cut."""
    count = f"  ×{suggestion.count}" if suggestion.count > 1 else ""
    texts = (f"{suggestion.title}{count}", suggestion.detail, f"{suggestion.path}  ")
    return max(width_of(clean(text)) for text in texts)


def toast_body(suggestion: Suggestion, width: int, *, keys: bool, more: int = 0) -> Content:
    """Two or three lines: what, what it knows, and the keys (on the newest toast only: the keys are for that one)."""
    count = f"  ×{suggestion.count}" if suggestion.count > 1 else ""
    said = suggestion.title != suggestion.path  # else the border says it already
    what = suggestion.title if said else suggestion.detail or suggestion.title
    first = Content.assemble(crop(clean(what), max(width - len(count), 4)), (count, ink.MUTED))
    lines: list[Content] = [first]
    if suggestion.detail and said:
        lines.append(Content.styled(crop(clean(suggestion.detail), width), ink.MUTED))
    if keys:
        verb = "preview" if suggestion.kind is SuggestionKind.FILL else "look"
        tail = f"   +{more} more in Live" if more else ""
        lines.append(
            Content.assemble(("p", ink.WAITS), f" {verb}   ", ("x", ink.WAITS), " not now", (tail, ink.MUTED)).truncate(
                width, ellipsis=True
            )
        )
    return Content("\n").join(lines)
