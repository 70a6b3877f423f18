"""A fit is made cheaper value by value: what the text itself says is read, what does not pay is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.induction.attempts import Task, attempt
from engine.induction.tuning import tuned
from engine.model import FileTemplate, Preset, Template, Value, Variable, VariableType
from engine.template import parse, variables_of

PRESET = Preset("first", {"title": "Alpha", "suffix": "", "note": "one line of words", "strict": False})
SOURCE = "# {{ title }}{{ suffix }}\n{% if strict %}strict: yes, in every case\n{% endif %}note: {{ note }}\nend\n"


def task_for(text: str) -> Task:
    body = parse(SOURCE)
    assert isinstance(body, Template)
    types = {"strict": VariableType.BOOLEAN}
    variables = [Variable(name, types.get(name, VariableType.STRING)) for name in PRESET.values]
    return Task(variables, [PRESET], {}, [(FileTemplate(Template(()), body), text)], variables_of(body))


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("# Gamma\nnote: one line of words\nstop\n", {}, {"title": "Gamma"}),
        ("# Alpha (old)\nnote: one line of words\nstop\n", {}, {"suffix": " (old)"}),  # an empty slot is read too
        ("# Alpha\nstrict: yes, in every case\nnote: one line of words\nstop\n", {}, {"strict": True}),
        ("# Alpha\nnote: one line of worlds\nstop\n", {"note": "one line of worlds"}, {}),  # a place costs less
        ("# Alpha\nnote: one line of words\nstop\n", {"title": "Beta"}, {}),
    ],
)
def test_values_that_make_it_cheaper(text: str, typed: dict[str, Value], found: dict[str, Value]) -> None:
    task = task_for(text)
    assert tuned(task, attempt(task, typed, PRESET)).given == found


@given(st.text(st.sampled_from("Alpha one:#\nβ\x00{%"), max_size=60), st.text("ab \n", max_size=8))
def test_it_never_gets_dearer(text: str, title: str) -> None:
    task = task_for(text)
    before = attempt(task, {"title": title}, PRESET)
    after = tuned(task, before)
    assert after.seconds <= before.seconds
    assert after.rendered == task.render(after.given, PRESET)
