"""induce, fit, render."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from engine.actions import inducing
from engine.errors import PatuiError, UsageError
from engine.model import Value
from tui.cli import shapes
from tui.cli.opening import json_option, opened
from tui.cli.output import emit, emit_text, say, table


def values_of(assignments: tuple[str, ...], file: str | None) -> dict[str, Value]:
    """The values of `--values FILE` and then of each `--set name=value`."""
    values: dict[str, Value] = {}
    if file:
        values |= inducing.checked_values(_json(Path(file).read_bytes(), file), file)
    for assignment in assignments:
        name, sign, text = assignment.partition("=")
        if not sign or not name:
            raise UsageError(f"--set takes name=value, not {assignment!r}")
        values[name] = text
    return inducing.checked_values(values, "--set")


def _json(text: bytes, source: str) -> Any:
    try:
        return json.loads(text.decode())
    except (ValueError, RecursionError) as error:  # not UTF-8, not JSON, or nested without end
        raise UsageError(f"{source}: not JSON: {error}") from None


def _lines(file: str) -> Iterator[tuple[int, bytes]]:
    with click.open_file(file, "rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield number, line


def _target(line: bytes, source: str) -> dict[str, Any]:
    target = _json(line, source)
    if not isinstance(target, dict):
        raise UsageError(f"{source}: not an object")
    for key in ("file", "as", "path", "preset"):
        if not isinstance(target.get(key, ""), str | None):
            raise UsageError(f"{source}: {key} is not a text")
    return target


def _each(file: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """One JSON line an input line; a line that cannot be answered says why and does not stop the rest."""
    worst = 0
    for number, line in _lines(file):
        try:
            click.echo(json.dumps(answer(_target(line, f"{file}:{number}")), ensure_ascii=False))
        except (PatuiError, KeyError) as error:
            what = f"no key {error}" if isinstance(error, KeyError) else str(error)
            click.echo(json.dumps({"line": number, "ok": False, "error": what}, ensure_ascii=False))
            worst = max(worst, error.exit_code if isinstance(error, PatuiError) else 2)
    return worst


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE FILE…")
@click.option("--name", default="", help="What to call the pattern.")
@json_option
@click.pass_context
def induce(context: click.Context, files: tuple[str, ...], name: str, as_json: bool) -> int:
    """Draft a template from two or more example files."""
    workspace = opened(context)
    drafted = inducing.induce(workspace, files, name)
    if as_json:
        document = shapes.pattern(drafted.pattern)
        emit({"pattern_id": drafted.pattern.pattern_id, "path": drafted.path} | document)
        return 0
    say(f"{drafted.pattern.pattern_id}  {drafted.path}  confidence {drafted.pattern.confidence:.0%}")
    table(
        ["variable", "type", "from", "examples"],
        ([v.name, str(v.type), v.derivation, ", ".join(map(str, v.examples[:3]))] for v in drafted.pattern.variables),
    )
    emit_text(shapes.template_text(drafted.pattern))
    return 0


@click.command()
@click.argument("pattern")
@click.argument("file", required=False)
@click.option("--as", "target", help="The path that FILE stands for, relative to the workspace.")
@click.option("--targets", metavar="T.jsonl", help='Many at once: lines of {"file","as"}.')
@json_option
@click.pass_context
def fit(
    context: click.Context, pattern: str, file: str | None, target: str | None, targets: str | None, as_json: bool
) -> int:
    """Find the values with which PATTERN best reproduces FILE."""
    workspace = opened(context)
    if targets:
        fitter = inducing.Fitter(workspace, pattern)
        return _each(targets, lambda row: shapes.fit(fitter.fit(row["file"], row.get("as") or row["file"])))
    if not file:
        raise click.UsageError("name a file, or give --targets")
    found = inducing.Fitter(workspace, pattern).fit(file, target or file)
    if as_json:
        emit(shapes.fit(found))
    else:
        table(["variable", "value"], ([name, str(value)] for name, value in found.values.items()))
        say(f"{'exact' if found.exact else f'{found.similarity:.1%} alike'}, preset {found.preset or 'none'}")
    return 0


@click.command()
@click.argument("pattern")
@click.option("--path", "target", help="The path to render for, relative to the workspace.")
@click.option("--preset", help="Start from the values of this example.")
@click.option("--set", "assignments", multiple=True, metavar="K=V", help="Give a value.")
@click.option("--values", "file", type=click.Path(exists=True, dir_okay=False), help="A JSON object of values.")
@click.option("--targets", metavar="T.jsonl", help='Many at once: lines of {"path","values"}.')
@json_option
@click.pass_context
def render(
    context: click.Context,
    pattern: str,
    target: str | None,
    preset: str | None,
    assignments: tuple[str, ...],
    file: str | None,
    targets: str | None,
    as_json: bool,
) -> int:
    """Render PATTERN to stdout, byte for byte. Values the path decides need not be given."""
    workspace = opened(context)
    given = values_of(assignments, file)
    renderer = inducing.Renderer(workspace, pattern)
    if targets:

        def answer(row: dict[str, Any]) -> dict[str, Any]:
            values = given | inducing.checked_values(row.get("values") or {}, "values")
            files = renderer.render(row["path"], values, row.get("preset") or preset)
            return {"path": row["path"], "text": files[0].text, "files": {f.path: f.text for f in files}}

        return _each(targets, answer)
    if not target:
        raise click.UsageError("give --path, or --targets")
    files = renderer.render(target, given, preset)
    if as_json:
        emit({"path": target, "text": files[0].text if files else "", "files": {f.path: f.text for f in files}})
    elif len(files) == 1:
        emit_text(files[0].text)
    else:
        for rendered in files:
            say(f"── {rendered.path}")
            emit_text(rendered.text)
    return 0
