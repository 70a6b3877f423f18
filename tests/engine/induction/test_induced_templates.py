"""What a reviewer reads: the templates that small families give, as golden text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.induction import complete, fit, induce, presets_of
from engine.model import Example, Induction, Instance, Preset, Template, Value, VariableType
from engine.template import to_jinja


def learn(files: dict[str, str]) -> tuple[Induction, tuple[Preset, ...]]:
    induction = induce([Instance(path, (Example(path, text),)) for path, text in files.items()])
    return induction, presets_of(induction, list(files))


def body(induction: Induction) -> str:
    template = induction.files[0].body
    assert isinstance(template, Template)
    return to_jinja(template)


def names(induction: Induction) -> list[str]:
    return [variable.name for variable in induction.variables]


SERVICES = {
    f"services/{name}/config.yaml": f"name: {name}\nimage: acme/{name}:{version}\n{extra}replicas: 2\n"
    for name, version, extra in (
        ("mail", "1.2.0", ""),
        ("search", "1.10.3", "debug: true\n"),
        ("audit_log", "2.0.0", "debug: true\n"),
    )
}


def test_a_version_is_one_hole_a_shared_line_is_a_switch_and_the_path_gives_the_name() -> None:
    induction, _ = learn(SERVICES)
    assert names(induction) == ["service", "image", "with_debug"]
    assert [variable.derivation for variable in induction.variables] == ["dir[0]", "", ""]
    assert [variable.type for variable in induction.variables][2] is VariableType.BOOLEAN
    assert "image: acme/{{ service }}:{{ image }}\n" in body(induction)


LISTS: list[tuple[list[list[str]], str]] = [
    ([["- one", "- two"], ["- three"], ["- four", "- five", "- six"]], "- {{ "),
    ([['    "a",', '    "b",'], ['    "c",'], ['    "d",', '    "e",', '    "f",']], '    "{{ '),
    ([["a = Int()", "b = Str()"], ["c = Str()"], ["d = Int()", "e = Day()", "f = Str()"]], " = "),
]


@pytest.mark.parametrize(("rows", "item"), LISTS)
def test_lines_that_differ_in_number_are_a_loop(rows: list[list[str]], item: str) -> None:
    files = {f"x/f{index}.txt": "items:\n" + "\n".join(lines) + "\nend of items\n" for index, lines in enumerate(rows)}
    induction, presets = learn(files)
    assert " for " in body(induction)
    assert item in body(induction)
    text = "items:\n" + "\n".join(line for lines in rows for line in lines) + "\nend of items\n"
    found = fit(induction.files, induction.variables, presets, {"x/f9.txt": text}, "x/f9.txt")
    assert found.exact


def test_a_value_that_recurs_elsewhere_is_one_variable() -> None:
    files = {
        f"u/{name}.service": f"[Service]\nUser={user}\nExecStart=/bin/{name} --port {port}\nHome=/home/{user}\n"
        f"Environment=PORT={port}\n"
        for name, user, port in (("mail", "postman", "8025"), ("web", "www_data", "8080"), ("cache", "memory", "1121"))
    }
    induction, _ = learn(files)
    assert len(names(induction)) == 3


def test_words_given_replace_their_counterparts_in_other_values() -> None:
    files = {
        f"v/{stem}.py": f'class Page(View):\n    title = "{title}"\n    note = "All about {title} and more"\n'
        for stem, title in (("a1", "Orders"), ("b2", "Invoices"), ("c3", "Tickets"))
    }
    induction, presets = learn(files)
    title = next(variable.name for variable in induction.variables if variable.name == "title")
    done = complete(induction.variables, induction.files, "v/d4.py", {title: "Parcels"}, presets[0].values)
    assert all("Parcels" in str(value) for name, value in done.values.items() if not _derived(induction, name))


def _derived(induction: Induction, name: str) -> bool:
    return any(variable.name == name and variable.derivation for variable in induction.variables)


ANALOGY: list[tuple[dict[str, Value], dict[str, Value]]] = [
    ({"view": "UserView", "model": "User", "text": "the user_id"}, {"model": "Order", "text": "the order_id"}),
    ({"view": "UserView", "model": "x", "text": "none"}, {"model": "x", "text": "none"}),
]


@pytest.mark.parametrize(("preset", "wanted"), ANALOGY)
def test_analogy_takes_the_changed_part_of_a_value(preset: dict[str, Value], wanted: dict[str, Value]) -> None:
    from engine.model import Variable

    variables: Sequence[Variable] = [Variable("view"), Variable("model"), Variable("text")]
    done = complete(variables, (), "x", {"view": "OrderView"}, preset)
    assert {name: done.values[name] for name in wanted} == wanted
    changed = [name for name in wanted if preset[name] != wanted[name]]
    assert [name for name, source in done.sources.items() if source == "analogy"] == changed


def test_a_block_that_is_nearly_right_is_left_to_be_edited() -> None:
    blocks = ["\n".join(f"    step{k} = run({word}{k})" for k in range(12)) for word in ("alpha", "beta", "gamma")]
    extra = ["import os\n", "def helper():\n    return None\n", "LIMIT = 3\nOTHER = 4\n"]
    files = {
        f"p/f{index}.py": f"# pipeline\n{one}\nclass P:\n{two}\n# end of pipeline, nothing below\n"
        for index, (one, two) in enumerate(zip(extra, blocks, strict=True))
    }
    induction, presets = learn(files)
    text = next(iter(files.values())).replace("step7 = run(alpha7)", "step7 = walk(alpha7)")
    found = fit(induction.files, induction.variables, presets, {"p/f9.py": text}, "p/f9.py")
    assert sum(len(str(value)) for value in found.values.values()) < 40
    assert found.similarity > 0.9
