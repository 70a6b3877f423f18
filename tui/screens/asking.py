"""Calls into the engine from a screen: in a thread, one at a time per purpose, the newest waiting request wins.

A Python thread cannot be stopped, so a request that comes while one of the same group runs replaces the one that waits
instead of starting beside it: a key typed fast costs at most two renderings, and answers never overtake each other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from textual.dom import DOMNode
from textual.message import Message

from engine.errors import PatuiError
from tui.messages import Notice

T = TypeVar("T")


@dataclass(frozen=True)
class Request(Generic[T]):
    """One call: `then` gets its answer on the UI thread, `failed` the sentence of an expected error."""

    call: Callable[[], T]
    then: Callable[[T], Awaitable[None] | None]
    failed: Callable[[str], None] | None


@dataclass
class Answered(Message, bubble=False):
    """A call came back, with its value or with the words of its error."""

    group: str
    request: Request[Any]
    value: Any
    error: str


class Asking(DOMNode):
    """For screens and the app: `ask` runs a call in a thread and hands its answer to a function on the UI thread.

    Stands after the Textual class among the bases: styles are inherited along the first base only.
    """

    _waiting: dict[str, Request[Any] | None] | None = None

    def ask(
        self,
        group: str,
        call: Callable[[], T],
        then: Callable[[T], Awaitable[None] | None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Calls `call` in a thread. An expected error goes to `failed`, or becomes a notice."""
        if self._waiting is None:
            self._waiting = {}
        request: Request[Any] = Request(call, then, failed)
        if group in self._waiting:
            self._waiting[group] = request
        else:
            self._waiting[group] = None
            self._start(group, request)

    def is_asking(self, group: str) -> bool:
        """Whether an answer of this group is still to come."""
        return bool(self._waiting) and group in (self._waiting or {})

    def _start(self, group: str, request: Request[Any]) -> None:
        self.run_worker(partial(self._run, group, request), name=group, group=group, thread=True)

    def _run(self, group: str, request: Request[Any]) -> None:
        try:
            answered = Answered(group, request, request.call(), "")
        except (PatuiError, OSError) as error:  # what can be wrong outside patui; anything else is a bug and must show
            answered = Answered(group, request, None, str(error) or type(error).__name__)
        self.post_message(answered)

    async def on_answered(self, message: Answered) -> None:
        message.stop()
        waiting = self._waiting or {}
        following = waiting.pop(message.group, None)
        if following is not None:
            waiting[message.group] = None
            self._start(message.group, following)
        if self._pruning or not self.is_running:
            return  # what it would be shown in has been taken down
        request = message.request
        if not message.error:
            pending = request.then(message.value)
            if pending is not None:
                await pending
        elif request.failed is not None:
            request.failed(message.error)
        else:
            self.post_message(Notice(message.error, bad=True))
