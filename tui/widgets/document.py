"""Markdown to read: laid out, scrolled by keys, and never anything but text.

HTML stays text, no control or direction character is passed on (also none that is written as an entity), no image is
fetched, and a link is only reported: what opens it is up to the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Markdown

from tui.keymap import bindings
from tui.presentation.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token


class _Parser(MarkdownIt):
    """CommonMark with tables; every text that it finds is made safe after entities were decoded."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.enable(["table", "strikethrough"])

    def parse(self, src: str, env: object = None) -> list[Token]:
        tokens = super().parse(src)
        _make_safe(tokens)
        return tokens


def _make_safe(tokens: Sequence[Token]) -> None:
    for token in tokens:
        token.content = "\n".join(clean(line) for line in token.content.expandtabs(4).split("\n"))
        token.info = clean(token.info)
        token.attrs = {name: clean(value) if isinstance(value, str) else value for name, value in token.attrs.items()}
        _make_safe(token.children or ())


@dataclass
class LinkChosen(Message):
    """A link of a document was clicked; nothing was opened."""

    sender: Widget
    href: str


class DocumentView(VerticalScroll, can_focus=True):
    """Shows one Markdown text. Of texts that come faster than they can be laid out only the last is."""

    BINDINGS = bindings("text")
    DEFAULT_CSS = """
    DocumentView { height: 1fr; width: 1fr; scrollbar-size-vertical: 1; }
    DocumentView Markdown { padding: 0 1; margin: 0; }
    DocumentView MarkdownH1, DocumentView MarkdownH2, DocumentView MarkdownH3 {
        content-align: left middle; margin: 1 0 0 0; padding: 0; color: $foreground; background: transparent;
        text-style: bold;
    }
    DocumentView MarkdownH1 { margin: 0; text-style: bold underline; }
    DocumentView MarkdownParagraph, DocumentView MarkdownBulletList, DocumentView MarkdownOrderedList { margin: 0; }
    DocumentView MarkdownBullet { color: $muted; }
    DocumentView MarkdownBlock > .code_inline { background: $cursor-background; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._wanted = self._shown = ""
        self._busy = False

    def compose(self) -> ComposeResult:
        yield Markdown(parser_factory=_Parser, open_links=False)

    @property
    def text(self) -> str:
        """The Markdown that is laid out now."""
        return self._shown

    def show(self, text: str) -> None:
        self._wanted = text
        if not self._busy and text != self._shown:
            self._busy = True
            self.run_worker(self._lay_out())

    async def _lay_out(self) -> None:
        try:
            while self._shown != self._wanted:
                text = self._wanted
                await self.query_one(Markdown).update(text)
                self._shown = text
                self.scroll_home(animate=False)
        finally:
            self._busy = False

    @on(Markdown.LinkClicked)
    def _link_clicked(self, message: Markdown.LinkClicked) -> None:
        message.stop()
        self.post_message(LinkChosen(self, message.href))

    def action_lines(self, step: int) -> None:
        self.scroll_to(y=self.scroll_offset.y + step, animate=False)

    def action_pages(self, step: int) -> None:
        self.action_lines(step * max(self.size.height - 1, 1))

    def action_shift(self, step: int) -> None:
        """Markdown is laid out to the width there is: nothing lies beside it."""
