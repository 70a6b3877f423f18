"""Every key of the app in one table: what the footer and the help show, and what `keymap:` in the config may change.

An id is `place.action`. `keymap: {candidates.approve: "a,enter"}` gives the action other keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Key:
    """One action: its id, its keys (comma-separated), the action, what the footer says, and the sentence of the help.

    `foot` False keeps it out of the footer. `shown` is how the key is written when that differs from the key.
    """

    id: str
    keys: str
    action: str
    does: str
    sentence: str
    foot: bool = True
    shown: str = ""
    first: bool = False  # works before any widget sees the key


KEYS: Final[tuple[Key, ...]] = (
    Key("app.live", "1", "go('live')", "live", "Live: what happens, and what waits for you", False),
    Key("app.candidates", "2", "go('candidates')", "candidates", "Candidates: decide on what was found", False),
    Key("app.patterns", "3", "go('patterns')", "patterns", "Patterns: apply what was approved", False),
    Key("app.reports", "4", "go('reports')", "reports", "Reports: what each week brought", False),
    Key(
        "app.evolution",
        "5",
        "go('evolution')",
        "evolution",
        "Evolution: how patterns did, and their next version",
        False,
    ),
    Key("app.recoveries", "6", "go('recoveries')", "recoveries", "Recoveries: fixes for errors, and what fails", False),
    Key("app.help", "question_mark,f1", "help", "help", "All keys that work here", False, "?"),
    Key("app.quit", "q", "quit", "quit", "Quit (ctrl+q always works)", False),
    Key(
        "app.menu", "comma", "menu", "more keys", "The keys that are not in the footer: shown, then pressed", False, ","
    ),
    Key("app.palette", "ctrl+p", "command_palette", "palette", "Find anything by its name", False),
    Key("app.inbox", "i", "inbox", "inbox", "All offers, whatever became of them", False),
    Key("app.theme", "T", "change_theme", "theme", "Choose a theme; each is worn while the cursor is on it", False),
    Key(
        "frame.wider",
        "greater_than_sign",
        "pane(1)",
        "wider",
        "Make the pane larger that you are in (else the list)",
        False,
        ">",
    ),
    Key(
        "frame.narrower", "less_than_sign", "pane(-1)", "narrower", "Make the pane smaller that you are in", False, "<"
    ),
    Key("frame.toast", "p", "toast_open", "preview", "Look at the newest offer; nothing is written before you saw it"),
    Key("frame.dismiss", "x", "toast_dismiss", "not now", "Put the newest offer away"),
    Key("frame.undo", "u", "undo", "undo", "Take the last decision or the last written files back"),
    Key("change.save", "enter", "save_change", "save", "Save the change to the draft", shown="⏎", first=True),
    Key("change.cancel", "escape", "cancel_change", "cancel", "Leave; nothing is changed", shown="esc"),
    Key("variables.rename", "c,enter", "screen.rename_variable", "rename", "Call the variable something else"),
    Key("variables.default", "equals_sign", "screen.default_variable", "default", "Change its default", shown="="),
    Key("variables.text", "t", "screen.text_variable", "to text", "Make it text: the same in every file"),
    Key("variables.leave", "escape", "screen.leave_variables", "back", "Back to the candidates", shown="esc"),
    Key("candidates.approve", "a", "approve", "approve", "Approve: the pattern may be applied on this machine"),
    Key("candidates.reject", "r", "reject", "reject", "Reject: it is not proposed again"),
    Key("candidates.reject_why", "R", "reject_why", "", "Reject, and say why", False),
    Key("candidates.defer", "d", "defer", "defer", "Defer: it comes back in a week or with two more examples"),
    Key("candidates.edit", "e", "edit", "edit", "Edit the draft in $EDITOR; it is checked on return"),
    Key("candidates.select", "space", "select", "select", "Select several: a, r and d are for all of them", False),
    Key("candidates.variables", "t", "variables", "tune", "To the variables: rename, default, text, new ones"),
    Key(
        "candidates.new", "plus", "new_variable", "new variable", "Make a variable of text in the template", False, "+"
    ),
    Key(
        "candidates.details",
        "enter",
        "details",
        "details",
        "Variables and evidence in place of the comparison",
        shown="⏎",
    ),
    Key("candidates.next", "right_square_bracket", "example(1)", "example", "The next example", shown="[ ]"),
    Key("candidates.previous", "left_square_bracket", "example(-1)", "", "The example before", False),
    Key("candidates.view", "v", "view", "view", "Side by side, or unified"),
    Key("candidates.full", "f", "full", "full", "Give the comparison the whole screen, or take it back"),
    Key("candidates.hunk", "n", "hunk(1)", "hunk", "The next difference", False),
    Key("candidates.hunk_before", "N", "hunk(-1)", "", "The difference before", False),
    Key("candidates.folds", "z", "folds", "folds", "Open or close all folds", False),
    Key("candidates.unfold", "o", "unfold", "unfold", "Open the next fold", False),
    Key("candidates.wrap", "w", "wrap", "wrap", "Wrap long lines, or cut them", False),
    Key("candidates.copy", "y", "copy", "copy", "Copy the example: clean text, no numbers or signs", False),
    Key("candidates.open", "E", "open_line", "open", "Open the example in $EDITOR, at this difference", False),
    Key("candidates.down", "ctrl+d", "scroll_half(1)", "", "Scroll the comparison down", False),
    Key("candidates.up", "ctrl+u", "scroll_half(-1)", "", "Scroll the comparison up", False),
    Key("candidates.filter", "slash", "filter", "filter", "Filter by name", shown="/", first=True),
    Key("patterns.apply", "enter", "apply", "apply", "Apply: a form, with a preview", shown="⏎"),
    Key("patterns.missing", "m", "missing", "all missing", "Apply to every sibling that lacks it, as one plan"),
    Key("patterns.filter", "slash", "filter", "filter", "Filter by name", shown="/", first=True),
    Key("filter.keep", "enter", "keep_filter", "", "Keep the filter", False, "⏎", first=True),
    Key("filter.clear", "escape", "clear_filter", "all", "Clear the filter", False, "esc"),
    Key("reports.table", "v", "table", "table", "The figures as a table, or as charts"),
    Key("reports.write", "w", "write", "write", "Write the report of the chosen week, or of this one"),
    Key("reports.page", "f", "full", "full", "Give the report the whole screen, or take it back"),
    Key("reports.link", "o", "open_link", "open link", "Open the link that was clicked", False),
    Key("reports.copy", "y", "copy", "copy", "Copy the report as Markdown", False),
    Key("reports.open", "E", "open_file", "open", "Open the report in $EDITOR", False),
    Key("evolution.look", "enter", "look", "decide", "Look at what is proposed under Candidates", shown="⏎"),
    Key("evolution.approve", "a", "approve", "approve", "Approve the proposed version that is shown"),
    Key("evolution.good", "plus", "judge(1)", "judge", "This pattern is good to have: thumbs up", shown="+ -"),
    Key("evolution.bad", "minus", "judge(-1)", "", "This pattern is in the way: thumbs down", False, "-"),
    Key("evolution.view", "v", "view", "view", "Side by side, or unified"),
    Key("evolution.full", "f", "full", "full", "Give the comparison the whole screen, or take it back"),
    Key("evolution.hunk", "n", "hunk(1)", "hunk", "The next difference", False),
    Key("evolution.hunk_before", "N", "hunk(-1)", "", "The difference before", False),
    Key("evolution.folds", "z", "folds", "folds", "Open or close all folds", False),
    Key("evolution.filter", "slash", "filter", "filter", "Filter by name", shown="/", first=True),
    Key("recoveries.look", "enter", "look", "decide", "Look at a fix that waits under Candidates", shown="⏎"),
    Key("recoveries.fix", "f", "fix", "fix", "What helped before with the last failure, to be run here"),
    Key("recoveries.copy", "y", "copy", "copy", "Copy the steps of the fix", False),
    Key("live.open", "enter", "open", "look", "Open what the line is about", shown="⏎"),
    Key("live.fix", "f", "fix", "fix", "What helped before with this failure, or with the last one"),
    Key("fix.run", "enter", "run", "run this", "Run what is shown, and see whether it helped", shown="⏎"),
    Key("fix.next", "right_square_bracket", "other(1)", "other fix", "The next fix that is offered", shown="[ ]"),
    Key("fix.previous", "left_square_bracket", "other(-1)", "", "The fix before", False),
    Key("fix.cancel", "escape", "cancel", "close", "Leave; nothing more is started", shown="esc"),
    Key("live.newest", "home,g", "newest", "newest", "Back to the newest line", False),
    Key("apply.write", "ctrl+s", "write", "write", "Write what the preview shows", shown="⏎"),
    Key("apply.cancel", "escape", "cancel", "cancel", "Leave; nothing is written", shown="esc"),
    Key("apply.wider", "f8", "pane(1)", "wider", "Make the form larger", False),
    Key("apply.narrower", "f7", "pane(-1)", "narrower", "Make the form smaller", False),
    Key("apply.like", "ctrl+l", "like", "start like…", "Start like the next example", shown="ctrl+l"),
    Key("recipe.go", "ctrl+s,enter", "go", "run", "Run the command that is shown, and ask for the next", shown="⏎"),
    Key("recipe.all", "a", "all", "run all", "Run all that are left without asking again"),
    Key("recipe.stop", "escape", "stop", "stop", "Stop, or leave; nothing more is run", shown="esc"),
    Key("recipe.wider", "f8", "pane(1)", "wider", "Make the form larger", False),
    Key("recipe.narrower", "f7", "pane(-1)", "narrower", "Make the form smaller", False),
    Key(
        "missing.toggle", "space", "leave_out", "leave out", "Leave this place out, or take it in again", shown="space"
    ),
    Key("missing.all", "a", "all", "all or none", "Take all places in, or leave all out"),
    Key("missing.write", "enter", "write", "write", "Write to all chosen places", shown="⏎"),
    Key("missing.wider", "greater_than_sign", "pane(1)", "wider", "Make the list larger", False, ">"),
    Key("missing.narrower", "less_than_sign", "pane(-1)", "narrower", "Make the list smaller", False, "<"),
    Key("missing.cancel", "escape", "cancel", "cancel", "Leave; nothing is written", shown="esc"),
    Key("choose.take", "enter", "take", "take", "Take this one", shown="⏎"),
    Key("choose.cancel", "escape", "cancel", "leave", "Leave it", shown="esc"),
    Key("inbox.dismiss", "x", "not_now", "not now", "Put this offer away"),
    Key("line.cancel", "escape", "cancel", "cancel", "Leave; nothing is done", shown="esc"),
    Key("problems.edit", "e,enter", "edit", "edit again", "Edit the file again", shown="e"),
    Key("problems.close", "escape", "dismiss", "leave", "Leave the file as it is", shown="esc"),
    Key("help.close", "escape,question_mark,f1", "dismiss", "close", "Close", shown="esc"),
    Key("move.next", "tab", "app.focus_next", "", "To the next pane, or the next field", False),
    Key("move.previous", "shift+tab", "app.focus_previous", "", "To the pane or field before", False),
    Key("field.turn", "space,left,right", "turn", "", "Turn a switch on or off", False),
    Key("field.done", "enter", "done", "", "Write, from a switch as from any field", False),
    Key("field.later", "down", "choice(1)", "", "The next of the choices of a field", False),
    Key("field.earlier", "up", "choice(-1)", "", "The choice before", False),
    Key("list.up", "up,k", "move(-1)", "", "Up", False),
    Key("list.down", "down,j", "move(1)", "", "Down", False),
    Key("list.page_up", "pageup", "page(-1)", "", "A page up", False),
    Key("list.page_down", "pagedown", "page(1)", "", "A page down", False),
    Key("list.first", "home,g", "first", "", "To the top", False),
    Key("list.last", "end,G", "last", "", "To the end", False),
    Key("text.up", "up,k", "lines(-1)", "", "Up", False),
    Key("text.down", "down,j", "lines(1)", "", "Down", False),
    Key("text.page_up", "pageup", "pages(-1)", "", "A page up", False),
    Key("text.page_down", "pagedown", "pages(1)", "", "A page down", False),
    Key("text.first", "home,g", "lines(-1000000000)", "", "To the top", False),
    Key("text.last", "end,G", "lines(1000000000)", "", "To the end", False),
    Key("text.left", "left,h", "shift(-8)", "", "Scroll left", False),
    Key("text.right", "right,l", "shift(8)", "", "Scroll right", False),
)
BY_ID: Final[Mapping[str, Key]] = {key.id: key for key in KEYS}


_QUIT: Final = "ctrl+q"  # Textual's own, before everything else
_FRAMES: Final = ("live", "candidates", "patterns", "reports", "evolution", "recoveries")
_TOGETHER: Final = (
    *(frozenset({"app", "frame", "move", "list", place}) for place in _FRAMES),
    *(frozenset({"frame", "filter", place}) for place in ("candidates", "patterns", "evolution")),
    *(frozenset({"app", "move", place}) for place in ("apply", "recipe", "missing", "fix")),
    frozenset({"move", "field", "apply"}),
)


def bindings(*places: str, only: Collection[str] = ()) -> list[BindingType]:
    """The bindings of the given places, in the table's order; `only` keeps those ids."""
    return [
        Binding(
            key.keys,
            key.action,
            key.does,
            show=key.foot and bool(key.does),
            key_display=key.shown or None,
            priority=key.first,
            id=key.id,
        )
        for key in KEYS
        if key.id.split(".")[0] in places and (not only or key.id in only)
    ]


def unknown(keymap: Mapping[str, str]) -> list[str]:
    """The ids in a user's keymap that no key has."""
    return sorted(set(keymap) - set(BY_ID))


def clashes(keymap: Mapping[str, str]) -> list[str]:
    """Sentences about keys of a user's keymap that would do two things at once, or that can never be pressed."""
    found: dict[str, None] = {}
    for places in (*_TOGETHER, *({key.id.partition(".")[0]} for key in KEYS)):
        taken: dict[str, str] = {}
        for key in KEYS:
            if key.id.partition(".")[0] not in places:
                continue
            for name in _keys_of(key, keymap):
                other = taken.setdefault(name, key.id)
                if other != key.id and (key.id in keymap or other in keymap):
                    found[f"{name} is both {other} and {key.id}"] = None
    quits = [id for id in keymap if id in BY_ID and id != "app.quit" and _QUIT in _keys_of(BY_ID[id], keymap)]
    return [*found, *(f"{_QUIT} always quits: {id} is never reached by it" for id in quits)]


def pressed(keymap: Mapping[str, str], place: str, name: str) -> Key | None:
    """What the key called `name` does in a place, by this keymap, whether it can be done now or not."""
    here = (key for key in KEYS if key.id.partition(".")[0] == place)
    return next((key for key in here if name in _keys_of(key, keymap)), None)


def _keys_of(key: Key, keymap: Mapping[str, str]) -> list[str]:
    return [name.strip() for name in (keymap.get(key.id) or key.keys).split(",")]
