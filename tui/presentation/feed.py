"""The live feed, suggestions and the engine's state, line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Final

from textual.content import Content

from engine.model import Event, EventType, Suggestion
from tui.presentation import ink
from tui.presentation.text import amount, clean, clock, crop, crop_path, date, day, number, pad, spread, width_of

SIGNS: Final = {
    EventType.READY: ("○", "engine", ink.MUTED),
    EventType.FILE: ("✎", "saved", ink.PLAIN),
    EventType.EXECUTION: ("▸", "ran", ink.PLAIN),
    EventType.ERROR: ("✗", "failed", ink.BAD),
    EventType.CANDIDATE: ("◆", "pattern", ink.PLAIN),
    EventType.SUGGESTION: ("●", "offer", ink.PLAIN),
    EventType.VERDICT: ("✓", "review", ink.GOOD),
    EventType.APPLICATION: ("+", "files", ink.GOOD),
    EventType.REPORT: ("≡", "report", ink.PLAIN),
    EventType.PROGRESS: ("…", "engine", ink.MUTED),
    EventType.NOTICE: ("!", "note", ink.PLAIN),
}
WAITING: Final = "waits"
"""What an event is about besides: the words of what it completed."""
_NARROW: Final = 72


def event_row(event: Event, width: int, now: float, zone: tzinfo | None = None) -> Content:
    """One line of the feed: when, what kind, where, what."""
    sign, word, style = SIGNS[event.type]
    today = day(event.time, now, zone) == "today"
    narrow = width < _NARROW
    if narrow:
        when = clock(event.time, zone)[:5] if today else date(event.time, now, zone)
    else:
        when = clock(event.time, zone) if today else day(event.time, now, zone)
    lead = Content.assemble(
        (pad(when, 8 if narrow else 10), ink.FAINT),
        (f"{sign} " if narrow else pad(f"{sign} {word}", 11), style),
    )
    room = width - lead.cell_length
    text, path = clean(event.text), clean(event.path)
    if event.type is EventType.FILE and path:
        first, second = crop_path(path, room if not text or narrow else max(room * 3 // 5, 20)), text
    else:
        first, second = crop(text or path, room), path if text and path not in text else ""
    rest = room - width_of(first) - 3
    if waiting := event.about.get(WAITING):
        return _with_offer(Content.assemble(lead, first), clean(str(waiting)), width)
    if second and rest >= 12:
        second = crop_path(second, rest) if second == path else crop(second, rest)
        return Content.assemble(lead, first, "   ", (second, ink.MUTED)).truncate(width, pad=True)
    return Content.assemble(lead, first).truncate(width, pad=True)


def _with_offer(line: Content, said: str, width: int) -> Content:
    """The line, what it completed behind it, and the key that opens that; the line gives way before what waits does."""
    hint = "  ⏎ look"
    room = max(width - 3 - width_of(said) - width_of(hint), width // 3)
    line = line.truncate(min(room, line.cell_length), ellipsis=True)
    said = crop(said, width - line.cell_length - 3)
    behind = Content.assemble("   ", (said, ink.WAITS))
    if line.cell_length + behind.cell_length + width_of(hint) <= width:
        behind = Content.assemble(behind, (hint, ink.MUTED))
    return Content.assemble(line, behind).truncate(width, pad=True)


def suggestion_row(suggestion: Suggestion, width: int) -> Content:
    """One line of the inbox: ● title, how often, and at the end, where it fits, its path (or what is known of it)."""
    count = f" ×{suggestion.count}" if suggestion.count > 1 else ""
    left = Content.assemble(("● ", ink.WAITS), clean(suggestion.title), (count, ink.MUTED))
    room = width - left.cell_length - 3
    if room < 10:
        return spread(left, Content(""), width)
    said = suggestion.path != suggestion.title
    words = crop_path(clean(suggestion.path), room) if said else crop(clean(suggestion.detail), room)
    return spread(left, Content.styled(words, ink.MUTED), width)


def status_rows(*, running: bool, files: int, commits: int, pending: int, busy: str, width: int) -> list[Content]:
    """What the engine does, as a few short lines."""
    if not running:
        state = Content.assemble(("○ ", ink.BAD), "the engine is not running")
    elif busy:
        state = Content.assemble("… ", clean(busy))
    else:
        state = Content("○ watching")
    rows = [
        state,
        Content.styled(f"  {amount(files, 'file')}", ink.MUTED),
        Content.styled(f"  {amount(commits, 'commit')} mined", ink.MUTED),
        Content.assemble("  ", (f"{number(pending)} to review", ink.WAITS if pending else ink.MUTED)),
    ]
    return [row.truncate(width, ellipsis=True) for row in rows]


def held_back(count: int) -> Content:
    """What stands at the edge of a feed that somebody reads while new lines come."""
    return Content.styled(f"+{count:,} new · home shows them", ink.WAITS) if count else Content("")


def newest_first(events: Sequence[Event]) -> list[Event]:
    """The events with the newest first; what a command completed ("3rd time: recipe waits") stands on its own line."""
    completed = {
        event.about["execution"]: event
        for event in events
        if event.type is EventType.CANDIDATE and "execution" in event.about
    }
    rows: list[Event] = []
    joined: set[int] = set()
    for event in events:
        offer = completed.get(event.about.get("execution")) if event.type is EventType.EXECUTION else None
        if offer is not None:
            joined.add(offer.id)
            event = replace(event, about={**event.about, **offer.about, WAITING: offer.text})
        rows.append(event)
    return [event for event in reversed(rows) if event.id not in joined]
