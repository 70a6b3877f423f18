"""AUTO-008: what the generator returns, and that its confidence is what the template really saves."""

from __future__ import annotations

import pytest

from engine.analyzers.template_generator import COPY_INSTEAD, TemplateAutoGenerator, confidence, draft_pattern
from engine.errors import TooDifferent
from engine.induction import complete, render_files
from engine.model import Example, Instance, Kind, Preset
from engine.template import parse, render

BODY = '''"""Settings of {title}."""

from app.base import Settings


class {pascal}Settings(Settings):
    name = "{snake}"
    port = {port}
'''


def example(snake: str, port: int) -> Example:
    title = snake.replace("_", " ").title()
    body = BODY.format(title=title, pascal=title.replace(" ", ""), snake=snake, port=port)
    return Example(f"app/services/{snake}/settings.py", body)


FAMILY = [example("mail_queue", 8001), example("search_index", 8002), example("billing", 8003), example("audit", 8004)]
INSTANCES = [Instance(one.path, (one,)) for one in FAMILY]


def test_the_generator_returns_the_keys_of_the_plan() -> None:
    by_path = {one.path: one for one in FAMILY}
    found = TemplateAutoGenerator(by_path.__getitem__).generate_from_examples(list(by_path))
    assert set(found) == {"template", "variables", "confidence", "suggested_name"}
    template = parse(found["template"])
    values = {"service": "mail_queue", "port": "8001"}
    assert {variable["name"] for variable in found["variables"]} == set(values)
    assert render(template, values) == FAMILY[0].text  # type: ignore[arg-type]
    assert found["suggested_name"]


def test_the_path_decides_the_name_and_a_person_fills_the_port() -> None:
    pattern = draft_pattern(INSTANCES, kind=Kind.FILE, name="settings", pattern_id="PAT-SETTINGS-001")
    assert [(variable.name, variable.derivation) for variable in pattern.variables] == [
        ("service", "dir[0]"),
        ("port", ""),
    ]
    target = "app/services/report_store/settings.py"
    done = complete(pattern.variables, pattern.files, target, {"port": "9000"}, pattern.presets[0].values)
    assert done.sources == {"service": "path", "port": "given"}
    assert render_files(pattern.files, done.values, target) == [(target, example("report_store", 9000).text, False)]
    assert {preset.name for preset in pattern.presets} == {"mail_queue", "search_index", "billing", "audit"}


def test_confidence_is_high_where_all_but_a_port_is_known_and_zero_where_nothing_is() -> None:
    assert confidence(INSTANCES, kind=Kind.FILE) > 0.9
    strangers = [
        Instance(f"notes/{index}.md", (Example(f"notes/{index}.md", text),))
        for index, text in enumerate(("alpha beta\n", "gamma\ndelta\n", "epsilon zeta eta\n", "theta\n"))
    ]
    assert confidence(strangers, kind=Kind.FILE) < 0.2


def test_confidence_of_two_is_what_one_says_of_the_other_and_of_one_is_nothing() -> None:
    alike, unlike = INSTANCES[:2], [INSTANCES[0], Instance("app/services/x/settings.py", (Example("x", "other\n"),))]
    assert confidence(alike, kind=Kind.FILE) > 0.8
    assert confidence(unlike, kind=Kind.FILE) < 0.2
    assert confidence(INSTANCES[:1], kind=Kind.FILE) == 0.0


def test_strangers_are_refused_with_a_reason() -> None:
    files = {"a.txt": Example("a.txt", "alpha\n" * 9), "b.txt": Example("b.txt", "0123\t456\n" * 9)}
    with pytest.raises(TooDifferent, match="share only"):
        TemplateAutoGenerator(files.__getitem__).generate_from_examples(list(files))


def _path(instance: Instance) -> str:
    return instance.path


def _name(preset: Preset) -> str:
    return preset.name


def test_many_kinds_in_one_family_are_drafted_to_be_copied_and_say_so() -> None:
    """Nothing is common to all, but each example resembles another: the nearest is worth starting from."""
    verbs = {"create": "table", "grant": "select on", "revoke": "insert on", "analyze": "verbose", "vacuum": "full"}
    texts: dict[str, str] = {}
    for verb, rest in verbs.items():
        text = "".join(f"{verb} {rest} {verb}_{number} with {verb}_options;\n" for number in range(5))
        texts |= {f"{verb}_1.sql": text, f"{verb}_2.sql": f"{text}{verb} the {verb} of all;\n"}
    instances = [Instance(f"sql/{name}", (Example(f"sql/{name}", text),)) for name, text in texts.items()]
    pattern = draft_pattern(instances, kind=Kind.FILE, name="sql", pattern_id="PAT-SQL-001")
    assert pattern.description.endswith(COPY_INSTEAD)
    for instance, preset in zip(sorted(instances, key=_path), sorted(pattern.presets, key=_name), strict=True):
        values = complete(pattern.variables, pattern.files, instance.path, {}, preset.values).values
        assert render_files(pattern.files, values, instance.path)[0][1] == instance.files[0].text


def test_what_shares_much_is_not_called_better_copied() -> None:
    examples = [example(name, port) for name, port in (("mail", 1), ("search", 2), ("audit_log", 3))]
    pattern = draft_pattern(
        [Instance(one.path, (one,)) for one in examples], kind=Kind.FILE, name="services", pattern_id="PAT-S-001"
    )
    assert COPY_INSTEAD not in pattern.description
