"""What parts of the app tell each other. Engine values travel in the messages of the screens that ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.message import Message
from textual.widget import Widget


@dataclass
class TablesChanged(Message):
    """Rows of these tables are new or different (another process, or this one)."""

    tables: frozenset[str]


@dataclass
class Trouble(Message):
    """The database or the workspace cannot be read at the moment; empty words: it can again."""

    words: str


@dataclass
class Notice(Message):
    """A sentence for the person, shown for a few seconds. `bad` says that something was not done."""

    words: str
    bad: bool = False


@dataclass
class Highlighted(Message):
    """The cursor of a list stands on another row now (None: the list is empty)."""

    sender: Widget
    row: Any


@dataclass
class Chosen(Message):
    """A row was chosen by ⏎ or by a second click."""

    sender: Widget
    row: Any


@dataclass
class SpotClicked(Message):
    """A clickable cell of a bar: a key, or the name of a screen."""

    sender: Widget
    what: str


@dataclass
class FieldEdited(Message):
    """A person typed into a field of the form; `text` is what stands there now, None when it was given back."""

    name: str
    text: str | None


@dataclass
class FormSubmitted(Message):
    """⏎ in a field of the form."""
