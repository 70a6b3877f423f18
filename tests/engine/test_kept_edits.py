"""Edits that most uses have come into the template; those of one use, or without a place of their own, do not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import open_workspace
from engine.actions import applying, evolving, review
from engine.actions.inducing import induce
from engine.kept_edits import Written, with_common_edits
from engine.model import FileTemplate, Kind, Pattern, Template, Variable
from engine.revising import edited_alike
from engine.template import parse, render, to_jinja
from tests.conftest import NAMES, job_text

NOW = 1_795_370_000.0
BODY = 'import { on } from "../on";\n\n@traced\nexport class {{ name }}Handler {\n  go() {}\n\n  end() {}\n}\n'


def pattern(body: str = BODY) -> Pattern:
    place = parse("web/{{ name }}.ts")
    assert isinstance(place, Template)
    file = FileTemplate(place, parse(body))
    return Pattern("PAT-X-001", "x", Kind.FILE, variables=(Variable("name", derivation="stem"),), files=(file,))


def written(name: str, now: str) -> list[Written]:
    path = f"web/{name}.ts"
    template = pattern().files[0].body
    text = render(template, {"name": name})  # type: ignore[arg-type]
    return [Written(path, text, now.replace("NAME", name))]


def text_of(found: Pattern | None) -> str | None:
    return None if found is None else to_jinja(found.files[0].body)  # type: ignore[arg-type]


SHOWN = BODY.replace("{{ name }}", "NAME")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@traced\n", "@traced\n@audited\n"),
        ('import { on } from "../on";\n', 'import { on } from "../on";\nimport { audited } from "../audit";\n'),
        ('import { on } from "../on";\n', 'import { off } from "../off";\nimport { on } from "../on";\n'),
        ("@traced\n", ""),
        ("  go() {}\n", "  start() {}\n  go(now) {}\n"),
        ("Handler {\n", "Handler {\n  stop() {}\n"),
        ("}\n", "}\n\nregister();\n"),
    ],
)
def test_an_edit_of_most_uses_comes_into_the_template(old: str, new: str) -> None:
    place = SHOWN.rindex(old)
    now = SHOWN[:place] + new + SHOWN[place + len(old) :]
    uses = [written("Alpha", now), written("Beta", SHOWN), written("Gamma", now)]
    assert text_of(with_common_edits(pattern(), uses)) == now.replace("NAME", "{{ name }}")


def test_edits_at_several_places_come_in_together() -> None:
    now = SHOWN.replace("@traced\n", "@traced\n@audited\n").replace("../on", "../wait")
    found = edited_alike(pattern(), [written(name, now) for name in ("Alpha", "Beta", "Gamma")])
    assert found is not None and text_of(found.pattern) == now.replace("NAME", "{{ name }}")
    assert found.pattern.version == "1.0.1" and "exact 0 → 3" in found.backtest


@pytest.mark.parametrize(
    "texts",
    [
        [SHOWN, SHOWN],
        [SHOWN.replace("go", "run"), SHOWN, SHOWN],
        [SHOWN.replace("go", "run")],
        [SHOWN.replace("go", "run"), SHOWN.replace("go", "walk")],
        [SHOWN.replace("go() {}", "go() { {{ x }} }")] * 3,
    ],
)
def test_other_edits_do_not(texts: list[str]) -> None:
    uses = [written(name, now) for name, now in zip(NAMES, texts, strict=False)]
    assert with_common_edits(pattern(), uses) is None and edited_alike(pattern(), uses) is None


def test_what_the_template_has_by_now_does_not_come_twice() -> None:
    now = SHOWN.replace("@traced\n", "@traced\n@audited\n")
    uses = [written(name, now) for name in ("Alpha", "Beta", "Gamma")]
    once = with_common_edits(pattern(), uses)
    assert once is not None and with_common_edits(once, uses) is None


@given(st.lists(st.sampled_from(["@traced", "", "}", "  go() {}", "a", "{", "{{ name }}"]), max_size=9))
def test_any_edit_leaves_a_template_that_can_be_read(lines: list[str]) -> None:
    now = "\n".join(lines)
    found = with_common_edits(pattern(), [written(name, now) for name in ("Alpha", "Beta")])
    text = text_of(found)
    assert text is None or to_jinja(parse(text)) == text  # type: ignore[arg-type]


def test_what_failed_on_the_same_lines_is_proposed_with_them(tmp_path: Path) -> None:
    with open_workspace(tmp_path, clock=lambda: NOW) as workspace:
        (tmp_path / "jobs").mkdir()
        for number, name in enumerate(NAMES[:4]):
            (tmp_path / f"jobs/{name}.py").write_text(job_text(name, number))
        made = induce(workspace, [f"jobs/{name}.py" for name in NAMES[:4]])
        review.approve(workspace, made.pattern.pattern_id)
        for name in ("alpha", "beta"):  # too few to learn anew from
            target = f"jobs/{name}.py"
            applying.write(workspace, applying.preview(workspace, made.pattern.pattern_id, target).plan)
            path = tmp_path / target
            tail = (
                "\n\ndef cancelled() -> None:\n    raise RuntimeError('cancelled, and nobody is told of it at all')\n"
            )
            path.write_text(path.read_text().replace("(Job)", "(Job, metaclass=Audited)") + tail * 2)
        (metrics,) = evolving.evolve(workspace, made.pattern.pattern_id)
        assert metrics.overall.failed == 2 and metrics.proposal is not None
        assert "edited alike" in metrics.proposal.backtest
        review.approve(workspace, str(metrics.proposal.candidate))
        applying.write(workspace, applying.preview(workspace, made.pattern.pattern_id, "jobs/gamma.py").plan)
        assert "nobody is told of it" in (tmp_path / "jobs/gamma.py").read_text()
