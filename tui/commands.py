"""The command palette: every key that works now, by its sentence, so that nothing has to be known by heart."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.keymap import BY_ID


class KeyCommands(Provider):
    """The actions of the screen below the palette."""

    def _actions(self) -> Iterator[tuple[str, str, partial[Coroutine[Any, Any, bool]]]]:
        seen = set()
        for key, active in self.screen.active_bindings.items():
            known = BY_ID.get(active.binding.id or "")
            if known is None or known.id in seen or not known.does:
                continue
            seen.add(known.id)
            shown = self.app.get_key_display(active.binding.with_key(key, None))
            run = partial(self.app.run_action, active.binding.action, default_namespace=active.node)
            yield known.sentence, f"key {shown}", run

    async def discover(self) -> Hits:
        for sentence, key, run in self._actions():
            yield DiscoveryHit(sentence, run, help=key)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for sentence, key, run in self._actions():
            if (score := matcher.match(sentence)) > 0:
                yield Hit(score, matcher.highlight(sentence), run, help=key)
