"""A fix may be a call of a program that is called as our own word for a change of a file."""

from __future__ import annotations

from engine.mining.fixes import Past, learn
from engine.model import ErrorRecord, Step, StepKind


def test_a_program_called_edit_is_a_program() -> None:
    pasts = [
        Past(
            ErrorRecord(at, "s1", "ValueError", "bad", "bad", id=number),
            (Step(StepKind.COMMAND, ("edit", "notes.txt")),),
            at,
            session=f"t{number}",
        )
        for number, at in enumerate((10.0, 20.0, 30.0), 1)
    ]
    (fix,) = learn(pasts)
    assert [step.argv for step in fix.steps] == [("edit", "notes.txt")]
