"""What a reviewer reads: the templates that small families give, as golden text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.induction import asked, complete, fit, induce, presets_of
from engine.induction.naming import hole_name, identifier, item_name, list_name, switch_name
from engine.model import Example, FileTemplate, Induction, Instance, Preset, Template, Value, Variable, VariableType
from engine.template import parse, to_jinja
from engine.template.names import RESERVED, is_variable_name


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


def test_a_choice_has_the_commonest_value_as_default_and_of_equals_the_newest() -> None:
    levels = ("debug", "info", "debug", "info", "warning")
    instances = [
        Instance(f"s/n{index}.ini", (Example(f"s/n{index}.ini", f"[main]\nlevel = {level}\nretries = 3\n"),), index)
        for index, level in enumerate(levels)
    ]
    level = next(variable for variable in induce(instances).variables if variable.name == "level")
    assert set(level.choices) == set(levels)
    assert (level.default, level.required) == ("info", False)
    assert induce(instances[::-1]).variables == induce(instances).variables


@pytest.mark.parametrize(
    ("before", "above", "after", "values", "name"),
    [
        ("_hash: ", "# altering files.", "", ["1f\n- a\n", "2e\n- b\n"], "hash"),
        ("from core import Base, ", "", ", Result", ["Leaf", "Tree"], "imported"),
        ("The ", "", " plugin", ["fast", "slow"], "plugin_kind"),
        ("", "", " err != nil", ["x, y :=", "if"], "err_prefix"),
        ("# ", "", "", ["Orders", "Users"], "title"),
        ("# ", "import os", "", ["Orders are read.", "Users are kept."], "comment"),
        ("fn ", "", "(tree)", ["one", "two"], "function"),
        ("    return ", "", "", ["one(x)", "two"], "returned"),
        ("macro ", "", "()", ["one", "two"], "macro_name"),
        ("to be used for ", "", "", ["one", "two"], "used"),
        ("", "import (", "", ["a\nb\n", "c\n"], "import_body"),
    ],
)
def test_a_variable_is_named_by_what_stands_around_it(
    before: str, above: str, after: str, values: list[str], name: str
) -> None:
    assert hole_name(before, after, values, above) == name


@pytest.mark.parametrize(
    ("before", "after", "values", "name"),
    [
        ("image: registry.example/billing:", "", ["1.0.0", "2.1.0"], "image"),
        ("billing = ", "", ["a", "b"], "text"),
        ("billing: ", "", ["1.0", "2.0.1"], "version"),
        ("port = ", "", ["1", "2"], "port"),
    ],
)
def test_no_variable_is_named_after_what_one_example_is_about(
    before: str, after: str, values: list[str], name: str
) -> None:
    assert hole_name(before, after, values, avoid={"billing"}) == name


SWITCHES = [
    ("\n", "with_blank_line"),
    (",", "with_comma"),
    ("debug: true\n", "with_debug"),
    ("from django.core import checks\n", "with_django_core_checks"),
    ("# Generated from:\n", "with_generated"),
]


@pytest.mark.parametrize(("body", "name"), SWITCHES)
def test_a_switch_is_named_by_what_it_adds(body: str, name: str) -> None:
    assert switch_name(body) == name
    assert switch_name("debug = deep learning\n", {"with_debug"}) == "with_debug_deep_learning"


def test_a_mark_is_filled_in_with_its_neighbours() -> None:
    files = {
        f"r/{name}/tox.ini": f"[testenv]\ndeps =\n    setuptools {mark} 78.1.1\n    wheel\ncommands = run {name}\n"
        for name, mark in (("alpha", ">="), ("beta", "=="), ("gamma", "="))
    }
    induction, _ = learn(files)
    assert "setuptools {{ setuptools }} 78.1.1" in body(induction)


def test_lines_with_one_key_belong_together_however_they_differ() -> None:
    texts = (
        "Wants: apples\nNote: the quick brown fox jumps\nEnd: here\n",
        "Wants: pears\nNote: 17, 23\nEnd: here\n",
        "Wants: figs\nNote: see https://x.example/a/b/c?d=e#f\nEnd: here\n",
    )
    induction, _ = learn({f"k/{index}.txt": text for index, text in enumerate(texts)})
    assert "Note: {{ note }}\nEnd: here\n" in body(induction)


@pytest.mark.parametrize("name", ["froms", "ifs", "imports", "selves", "fors", "rows"])
def test_the_item_of_a_list_may_be_written_in_a_template(name: str) -> None:
    assert is_variable_name(item_name(name))


@pytest.mark.parametrize(
    ("values", "decided", "count"),
    [
        ({"extra": True}, {"name"}, 3),
        ({"extra": False}, {"name"}, 2),  # nobody is asked for what a switch leaves out
        ({"extra": True}, {"name", "note", "items"}, 1),
        ({}, set(), 3),
    ],
)
def test_values_that_are_asked_for(values: dict[str, bool], decided: set[str], count: int) -> None:
    template = parse("{{ name }}{% if extra %}{{ note }}{% endif %}{% for item in items %}{{ item }}{% endfor %}")
    assert isinstance(template, Template)
    files = [FileTemplate(Template(()), template)]
    variables = [Variable(name) for name in ("name", "extra", "note", "items", "unused")]
    assert asked(variables, files, decided, values) == count
    switched = [FileTemplate(Template(()), template, switch="unused")]
    assert asked(variables, switched, decided, {**values, "unused": False}) == 1


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_a_word_of_the_grammar_never_names_a_variable(word: str) -> None:
    line = f'{word} = "x"\n'
    named = [
        identifier(word),
        hole_name(f"{word} = ", "", ["x", "y"]),
        switch_name(line, ()),
        list_name("", line, "- x\n"),
    ]
    assert all(map(is_variable_name, [*named, *map(item_name, named)]))


def test_a_short_block_that_one_example_has_is_a_switch() -> None:
    """The next file often has what one sibling has: one key, where a free text would have to be typed."""
    common = "".join(f"line {word} of all\n" for word in ("one", "two", "three", "four", "five", "six", "seven"))
    extras = ("cache: true\nttl: 60\n", "", "retry policy\nbackoff factor\n")
    files = {f"k/f{index}.txt": f"{common}{extra}the end of it\n" for index, extra in enumerate(extras)}
    induction, presets = learn(files)
    switches = [one.name for one in induction.variables if one.type is VariableType.BOOLEAN]
    assert len(switches) == 2
    both = f"{common}{extras[0]}{extras[2]}the end of it\n"
    found = fit(induction.files, induction.variables, presets, {"k/f9.txt": both}, "k/f9.txt")
    assert found.exact
    assert set(found.values) <= set(switches)


def test_a_long_run_of_which_nothing_is_shared_is_one_text() -> None:
    words = ("alpha", "beta", "gamma")
    files = {
        f"k/f{index}.txt": "the head of all\n"
        + "".join(f"{one}{k} only here {k * 7}\n" for k in range(9))
        + "the tail\n"
        for index, one in enumerate(words)
    }
    induction, _ = learn(files)
    assert all(one.type is not VariableType.BOOLEAN for one in induction.variables)


@pytest.mark.parametrize(
    ("old", "new", "text", "wanted"),
    [
        ("template-solid-ts", "template-react-ts", "Vite with Solid", "Vite with React"),
        ("mail_server", "print_queue", "Mail, and its server", "Print, and its queue"),
        ("mail_server_two", "print_queue", "Mail two", "Print queue"),
    ],
)
def test_words_of_the_path_replace_their_counterparts(old: str, new: str, text: str, wanted: str) -> None:
    """Also where the text has but one word of the name."""
    variables = [Variable("name", derivation="stem"), Variable("title")]
    done = complete(variables, (), f"x/{new}.txt", {}, {"name": old, "title": text})
    assert done.values["title"] == wanted


def test_a_word_that_other_examples_have_too_is_no_name() -> None:
    variables = [Variable("name", derivation="stem"), Variable("title", examples=("the server of tea", "a server"))]
    preset = {"name": "mail_server", "title": "a server"}
    done = complete(variables, (), "x/print_queue.txt", {}, preset)
    assert done.values["title"] == "a server"
