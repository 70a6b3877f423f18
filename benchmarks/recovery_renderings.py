"""A true template rendered with random realistic inputs: some examples to learn from and some held out."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
from jinja2 import nodes

from benchmarks.recovery_generators import Generator, Unrenderable, environment
from benchmarks.recovery_traces import Inputs, Marking, Trace, read_marks
from engine.model import Example, Instance

VARYING = 3  # flags and choices of one file that are not left at their defaults
TRIES = 300


@dataclass(frozen=True, slots=True)
class Renderings:
    """The traces of the bodies and of the paths, the first ones to learn from; `block_inputs` says what decides each
    block."""

    training: int
    bodies: tuple[Trace, ...]
    paths: tuple[Trace, ...]
    block_inputs: Mapping[str, Inputs]

    @property
    def instances(self) -> list[Instance]:
        return [
            Instance(path.text, (Example(path.text, body.text),))
            for path, body in zip(self.paths, self.bodies, strict=True)
        ]


class Drawing:
    """One template file of a generator, ready to be rendered."""

    def __init__(self, generator: Generator, path: str) -> None:
        self.generator = generator
        self.body_source = generator.files[path]
        self.known = _known(generator)
        plain = Marking(self.known)
        bare = jinja2.Environment(**generator.options)
        told = plain.inputs(bare.parse(path.split("/", 1)[0]), {})
        self.path_source = "work/" + path if told else _under_a_name(generator, path)
        path_tree = bare.parse(self.path_source)
        self.used = plain.inputs(bare.parse(self.body_source), {}) | plain.inputs(path_tree, {})
        tests = [plain.inputs(one.test, {}) for one in path_tree.find_all(nodes.If)]
        self.deciding = frozenset().union(*tests) & generator.optional.keys()
        """Whether there is this file: the same in all renderings of one draw."""
        self.marking = environment(generator, self.known)
        self.body = self.marking.from_string(self.body_source)
        self.path = self.marking.from_string(self.path_source)
        self.trouble = "nothing differs, or the file is mostly not there"
        self.derived = {key: self.marking.from_string(source) for key, source in generator.derived.items()}

    def draw(self, rng: random.Random, training: int, later: int) -> Renderings | None:
        """None where chance gives no rendering to learn from: a file that is not there, inputs that never differ."""
        used = sorted(self.used & self.generator.optional.keys())
        varying = set(rng.sample(used, min(VARYING, len(used))))
        for _ in range(TRIES):
            try:
                drawn = self._drawn(rng, training, later, varying)
            except Unrenderable as error:
                self.trouble = str(error).splitlines()[0]
                continue
            if drawn is not None:
                return drawn
        return None

    def _drawn(self, rng: random.Random, training: int, later: int, varying: set[str]) -> Renderings | None:
        held = {key: self.generator.inputs[key](rng) for key in sorted(self.deciding)}
        columns = self._columns(rng, training, varying, held)
        if columns is None:
            return None
        rendered = [self._render({key: column[k] for key, column in columns.items()}) for k in range(training)]
        if not all(body.text.strip() and _is_path(path.text) for path, body in rendered):
            return None
        seen = {span.label for _, body in rendered for span in (*body.options, *body.choices, *body.repeats)}
        for _ in range(TRIES):
            if len(rendered) == training + later:
                break
            one = self._render({**self._row(rng, varying), **held})
            if {span.label for span in (*one[1].options, *one[1].choices, *one[1].repeats)} <= seen:
                rendered.append(one)
        paths = [path for path, _ in rendered]
        good = all(body.text.strip() for _, body in rendered) and all(_is_path(path.text) for path in paths)
        if good and len({path.text for path in paths}) == len(paths) == training + later:
            bodies = tuple(body for _, body in rendered)
            return Renderings(training, bodies, tuple(paths), dict(self.marking.blocks))
        return None

    def _columns(
        self, rng: random.Random, training: int, varying: set[str], held: Mapping[str, object]
    ) -> dict[str, list[object]] | None:
        """Each input's values in the examples: none that may vary is the same in all, and no two go hand in hand."""
        columns: dict[str, list[object]] = {}
        patterns: set[tuple[int, ...]] = set()
        for key, draw in self.generator.inputs.items():
            if key in held:
                columns[key] = [held[key]] * training
                continue
            if key in self.generator.optional and key not in varying:
                columns[key] = [self.generator.optional[key]] * training
                continue
            for _ in range(50):
                column: list[object] = [draw(rng) for _ in range(training)]
                told = [len(one) if isinstance(one, list) else str(one) for one in column]
                pattern = tuple(told.index(one) for one in told)
                alike = key in varying and training > 2 and pattern in patterns
                if len(set(told)) > 1 and not alike:
                    columns[key] = column
                    if key in varying:
                        patterns.add(pattern)
                    break
            else:
                return None
        return columns

    def _row(self, rng: random.Random, varying: set[str]) -> dict[str, object]:
        optional = self.generator.optional
        return {
            key: optional[key] if key in optional and key not in varying else draw(rng)
            for key, draw in self.generator.inputs.items()
        }

    def _render(self, inputs: Mapping[str, object]) -> tuple[Trace, Trace]:
        plain: dict[str, Any] = {**self.generator.constants, **inputs}
        marked: dict[str, str] = {}
        context = {**plain, "cookiecutter": plain, "marked_": marked}
        for key, template in self.derived.items():
            marked[key] = template.render(context)
            plain[key] = context[key] = read_marks(marked[key]).text
        return read_marks(self.path.render(context)), read_marks(self.body.render(context))


def _known(generator: Generator) -> dict[str, Inputs]:
    known: dict[str, Inputs] = {key: frozenset({key}) for key in generator.inputs}
    for key, source in generator.derived.items():
        known[key] = Marking(known).inputs(jinja2.Environment().parse(source), {})
    return known


def _under_a_name(generator: Generator, path: str) -> str:
    """A generator that leaves the project's directory to its user: it is called like the project."""
    names = [key for key in generator.inputs if "name" in key and "user" not in key and "author" not in key]
    names = sorted(names, key=lambda key: not ("project" in key or "package" in key or "app" in key)) or list(
        generator.inputs
    )
    return f"work/{{{{ {names[0]} | kebab }}}}/{path}"


def _is_path(path: str) -> bool:
    return "\n" not in path and all(part.strip() for part in path.split("/"))


def drawings(generators: Sequence[Generator]) -> tuple[dict[str, Drawing], list[str]]:
    """(label -> drawing, what cannot be rendered here and why)."""
    found: dict[str, Drawing] = {}
    refused: list[str] = []
    for generator in generators:
        for path in sorted(generator.files):
            label = f"{generator.name}/{path.rsplit('/', 1)[-1]}"
            label = label if label not in found else f"{generator.name}/{path}"
            try:
                drawing = Drawing(generator, path)
                if drawing.draw(random.Random(label), 3, 2) is None:
                    refused.append(f"{label}: {drawing.trouble}")
                else:
                    found[label] = drawing
            except Unrenderable as error:
                refused.append(f"{label}: {str(error).splitlines()[0][:90]}")
    return found, refused
