"""`make gallery`: docs/gallery.md, templates learned from three files of public packages, as they are written.

PATUI_FAMILIES names the folder of families that `benchmarks.induction` reads. Only packages under permissive licences
are shown, and of each template its first lines only.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.induction import Row, load, measure
from engine.induction import induce
from engine.model import Induction, Instance, Template, Variable
from engine.template import to_jinja

PAGE = Path(__file__).resolve().parent.parent / "docs" / "gallery.md"
LEARNED = 3
MOST_LINES = 24
MOST_WIDTH = 120
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """One family of the page; `why` is said where patui does badly."""

    family: str
    what: str
    package: str
    licence: str
    why: str = ""


SHOWN = (
    Shown("pytest_announce_rst", "release announcements", "pytest", "MIT"),
    Shown("otel_pyproject", "project files of instrumentations", "opentelemetry-instrumentation-*", "Apache-2.0"),
    Shown("vite_index_html", "start pages of starter projects", "create-vite", "MIT"),
    Shown("ha_manifest", "manifests of integrations", "homeassistant", "Apache-2.0"),
    Shown("nikola_plugin_ini", "descriptions of plugins", "nikola", "MIT"),
    Shown("remark_package_json", "package files of lint rules", "remark-lint-*", "MIT"),
    Shown("allauth_provider", "login providers", "django-allauth", "MIT"),
    Shown("checkov_tf_aws_resource", "checks of cloud resources", "checkov", "Apache-2.0"),
    Shown(
        "thefuck_rules",
        "rules that correct a command",
        "thefuck",
        "MIT",
        "The files share a function's head and nothing else: what a rule matches and answers is new in each. The "
        "template is a skeleton, and copying a sibling is nearly as good.",
    ),
    Shown(
        "rxjs_operators",
        "stream operators",
        "rxjs",
        "Apache-2.0",
        "Most of each file is prose and code that no other file has: the template is mostly holes.",
    ),
)


def main() -> int:
    folder = os.environ.get("PATUI_FAMILIES")
    if not folder:
        print("set PATUI_FAMILIES to a folder of families", file=sys.stderr)
        return 2
    good = [_section(one, Path(folder)) for one in SHOWN if not one.why]
    bad = [_section(one, Path(folder)) for one in SHOWN if one.why]
    PAGE.write_text("\n".join([_HEAD, *good, "# Where it does badly\n", *bad]).rstrip() + "\n", encoding="utf-8")
    return 0


_HEAD = f"""# Gallery

Templates that patui learned from the first {LEARNED} files of families in public packages, as they are written to a
draft; only their first lines are shown, and mail addresses left out. Made by `make gallery` (with `PATUI_FAMILIES`),
not edited. *Gap closed* and *exact* are measured on the later files of the family, which took no part: see
[benchmarks](benchmarks.md).
"""


def _section(shown: Shown, folder: Path) -> str:
    instances = load(folder / shown.family)
    row = measure(shown.family, instances, LEARNED)
    if row is None:
        raise SystemExit(f"{shown.family} has too few files")
    return _written(shown, induce(instances[:LEARNED]), row, instances)


def _written(shown: Shown, induction: Induction, row: Row, instances: list[Instance]) -> str:
    body = induction.files[0].body
    source = to_jinja(body) if isinstance(body, Template) else ""
    source = _ADDRESS.sub("…", source)
    lines = [line if len(line) <= MOST_WIDTH else line[:MOST_WIDTH] + " …" for line in source.splitlines()]
    more = f"\n… {len(lines) - MOST_LINES} more lines" if len(lines) > MOST_LINES else ""
    told = [f"`{one.name}` (`{one.derivation}`)" for one in induction.variables if one.derivation]
    asked = [f"`{one.name}`{_kind(one)}" for one in induction.variables if not one.derivation]
    fence = "`````"
    return f"""## {shown.what.capitalize()} ({shown.package}, {shown.licence})

Gap closed {row.gap:.2f}, exact {row.exact:.0%} of {row.later} later files, {row.literal:.0%} of a file is literal.
{shown.why + chr(10) if shown.why else ""}
- path: `{to_jinja(induction.files[0].path)}`, learned from `{instances[0].path}` and two more
- the path decides: {", ".join(told) or "nothing"}
- to fill in: {_some(asked)}

{fence}jinja
{chr(10).join(lines[:MOST_LINES])}{more}
{fence}
"""


def _kind(variable: Variable) -> str:
    if variable.choices:
        return " (" + ", ".join(choice or "nothing" for choice in variable.choices[:4]) + ")"
    return {"boolean": " (yes or no)", "list": " (list)", "records": " (list)"}.get(variable.type.value, "")


def _some(names: list[str]) -> str:
    most = 12
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return (", ".join(names[:most]) or "nothing") + rest


if __name__ == "__main__":
    sys.exit(main())
