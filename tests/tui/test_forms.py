"""The form of an application, on the real engine: what it hides, how choices are picked, and how a long one is used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.actions import review
from engine.workspace import Workspace, open_workspace
from tests.tui.conftest import until
from tui.app import PatuiApp
from tui.screens.apply import ApplyScreen
from tui.widgets.text_view import TextView
from tui.widgets.variable_form import LineField, Stepper, Toggle, VariableForm

MANY = "".join(f"  - {{name: number_{n}, type: string, default: 'n{n}'}}\n" for n in range(40))
PATTERN = f"""
pattern_id: PAT-NOTE-001
name: note
kind: file
version: 1.0.0
status: approved
variables:
  - {{name: name, type: string, from: stem}}
  - {{name: colour, type: string, choices: [red, green, blue], default: red}}
  - {{name: mail, type: boolean, default: false}}
  - {{name: address, type: string, default: a@shop.example}}
{MANY}files:
  - path: notes/{{{{ name }}}}.txt
    template: |
      {{{{ name }}}} is {{{{ colour }}}}.
      {{% if mail %}}To {{{{ address }}}}.
      {{% endif %}}{"".join(f"{{{{ number_{n} }}}} " for n in range(40))}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    root = tmp_path / "w"
    root.mkdir()
    with open_workspace(root, user_state=tmp_path / "state", user_config=tmp_path / "config") as opened:
        opened.make_home(shared=True)
        (opened.home / "templates").mkdir(parents=True, exist_ok=True)
        (opened.home / "templates" / "auto-note.template.yaml").write_text(PATTERN)
        review.approve(opened, "PAT-NOTE-001")
        yield opened


async def form_of(pilot: Pilot[None]) -> VariableForm:
    app = pilot.app
    assert isinstance(app, PatuiApp)
    app.push_screen(ApplyScreen(app.session, "PAT-NOTE-001", "notes/first.txt"))
    await until(pilot, lambda: bool(app.screen.query(VariableForm)))
    await until(pilot, lambda: "first is" in preview(pilot))
    return app.screen.query_one(VariableForm)


def preview(pilot: Pilot[None]) -> str:
    view = pilot.app.screen.query_one("#preview", TextView)
    return "\n".join(view.line(index, 2_000).plain for index in range(view.count)).replace("‹", "").replace("›", "")


def field(form: VariableForm, name: str) -> LineField:
    return next(one for one in form.query(LineField) if one.name == name)


async def test_a_field_is_there_while_its_switch_is_on_and_comes_back_as_it_was(workspace: Workspace) -> None:
    async with PatuiApp(workspace, screen="patterns").run_test(size=(120, 34)) as pilot:
        form = await form_of(pilot)
        address = field(form, "address")
        await until(pilot, lambda: not address.region)
        await pilot.press("tab", "tab", "tab")
        assert getattr(pilot.app.focused, "name", "") == "mail"
        await pilot.press("space")
        await until(pilot, lambda: bool(address.region) and "To a@shop.example" in preview(pilot))
        await pilot.press("tab", *"x@y")
        await until(pilot, lambda: "To a@shop.examplex@y" in preview(pilot))
        await pilot.press("shift+tab", "space")
        await until(pilot, lambda: not address.region and "To " not in preview(pilot))
        await pilot.press("tab")
        assert getattr(pilot.app.focused, "name", "") == "number_0", "what is hidden is passed over"
        await pilot.click(Toggle)
        await until(pilot, lambda: bool(address.region) and "To a@shop.examplex@y" in preview(pilot))


async def test_choices_are_picked_by_keys_and_by_the_mouse(workspace: Workspace) -> None:
    async with PatuiApp(workspace, screen="patterns").run_test(size=(120, 34)) as pilot:
        form = await form_of(pilot)
        colour = field(form, "colour")
        await pilot.press("tab", "tab")
        assert pilot.app.focused is colour
        await pilot.press("down")
        await until(pilot, lambda: "first is green" in preview(pilot))
        await pilot.press("up", "up")
        await until(pilot, lambda: "first is blue" in preview(pilot))
        stepper = form.query_one(Stepper)
        await pilot.click(Stepper, offset=(stepper.size.width, 0))
        await until(pilot, lambda: "first is red" in preview(pilot))
        await pilot.click(Stepper, offset=(1, 0))
        await until(pilot, lambda: "first is blue" in preview(pilot))


@pytest.mark.parametrize("size", [(60, 40), (84, 30), (120, 34)])
async def test_a_long_form_scrolls_to_the_field_that_is_typed_into(workspace: Workspace, size: tuple[int, int]) -> None:
    async with PatuiApp(workspace, screen="patterns").run_test(size=size) as pilot:
        form = await form_of(pilot)
        last = field(form, "number_39")
        await until(pilot, lambda: form.max_scroll_y > 0)
        await pilot.press("shift+tab", "shift+tab")
        await until(pilot, lambda: pilot.app.focused is last and form.region.contains_region(last.region))
        await pilot.press("z")
        await until(pilot, lambda: "n39z" in preview(pilot))
