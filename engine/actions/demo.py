"""A throw-away workspace with realistic work: a history that was committed over months, and work that goes on live.

The texts are made here, by plain functions with the irregularities that real siblings have (an optional block, a longer
list), so that the demo shows what patui does on a repository and not what was prepared for it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from engine.model import Execution, Source

if TYPE_CHECKING:
    from engine.workspace import Workspace

_DAY = 86_400.0
_SERVICES = ("billing", "catalog", "checkout", "inventory", "notifications", "pricing", "returns", "search")
_CARRIERS = (
    "north parcel",
    "city courier",
    "sea freight",
    "night express",
    "green bike",
    "mountain post",
    "rail cargo",
)
_EVENTS = ("order placed", "order cancelled", "payment received", "stock low", "refund issued", "parcel lost")
_PEOPLE = (("Ada Park", "ada@shop.example"), ("Tom Reyes", "tom@shop.example"), ("Mei Lind", "mei@shop.example"))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in the replay: after `wait` seconds, `path` has `text`."""

    wait: float
    path: str
    text: str


def _pascal(words: str) -> str:
    return "".join(word.capitalize() for word in words.split())


def _snake(words: str) -> str:
    return words.replace(" ", "_")


def _carrier(words: str, number: int) -> dict[str, str]:
    name, kind = _snake(words), _pascal(words)
    url = f'f"https://{name}.example/t/{{parcel.code}}"'
    tracking = f"\n    def tracking_url(self, parcel: Parcel) -> str:\n        return {url}\n"
    zones = ["domestic", "europe", "america", "asia", "oceania"][: 2 + number % 4]
    code = (
        f'"""Shipping with {words.title()}."""\n\nfrom shop.shipping.base import Carrier, Parcel, Quote\n\n'
        f"ZONES = [\n" + "".join(f'    "{zone}",\n' for zone in zones) + "]\n\n\n"
        f'class {kind}Carrier(Carrier):\n    """Quotes and labels from {words.title()}."""\n\n'
        f'    name = "{name}"\n    zones = ZONES\n    timeout_seconds = {5 + number % 3 * 5}\n\n'
        f"    def quote(self, parcel: Parcel) -> Quote:\n"
        f'        answer = self.client.post("/{name}/quotes", json=parcel.as_json())\n'
        f'        return Quote(carrier=self.name, cents=answer["cents"], days=answer["days"])\n'
        + (tracking if number % 3 else "")
    )
    test = (
        f"from shop.shipping.{name} import {kind}Carrier\nfrom tests.shipping.fakes import FakeClient, parcel\n\n\n"
        f"def test_{name}_quotes_a_parcel() -> None:\n"
        f'    client = FakeClient({{"cents": {490 + 130 * number}, "days": {1 + number % 4}}})\n'
        f"    carrier = {kind}Carrier(client=client)\n\n"
        f'    quote = carrier.quote(parcel())\n\n    assert quote.carrier == "{name}"\n'
        f"    assert quote.cents == {490 + 130 * number}\n"
    )
    return {f"shop/shipping/{name}.py": code, f"tests/shipping/test_{name}.py": test}


def _service(name: str, number: int) -> dict[str, str]:
    manifest = (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\n  labels:\n    app: {name}\n"
        f"    team: shop\nspec:\n  replicas: {1 + number % 3}\n  selector:\n    matchLabels:\n      app: {name}\n"
        f"  template:\n    metadata:\n      labels:\n        app: {name}\n    spec:\n      containers:\n"
        f"        - name: {name}\n"
        f"          image: registry.shop.example/{name}:1.{number}.0\n          ports:\n"
        f"            - containerPort: {8080 + number}\n          resources:\n            limits:\n"
        f"              memory: {256 * (1 + number % 2)}Mi\n"
    )
    docker = (
        f"FROM python:3.12-slim\nWORKDIR /srv/{name}\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n"
        f'COPY . .\nEXPOSE {8080 + number}\nCMD ["python", "-m", "{name}"]\n'
    )
    readme = (
        f"# {name.title()}\n\nThe {name} service of the shop.\n\n## Run\n\n    make run SERVICE={name}\n\n"
        f"It listens on port {8080 + number}. Owner: team shop.\n"
    )
    folder = f"services/{name}"
    return {f"{folder}/deployment.yaml": manifest, f"{folder}/Dockerfile": docker, f"{folder}/README.md": readme}


def _handler(words: str, number: int) -> dict[str, str]:
    name, kind = _snake(words), _pascal(words)
    text = (
        f'import {{ Handler, Message }} from "../bus";\nimport {{ log }} from "../log";\n\n'
        f"export interface {kind} {{\n  id: string;\n  at: string;\n}}\n\n"
        f'export class {kind}Handler implements Handler<{kind}> {{\n  readonly topic = "{words.replace(" ", ".")}";\n\n'
        f"  async handle(message: Message<{kind}>): Promise<void> {{\n"
        f'    log.info("{words}", {{ id: message.body.id }});\n    await this.store.save("{name}", message.body);\n'
        + ("    await this.mail.send(message.body.id);\n" if number % 2 else "")
        + "  }\n}\n"
    )
    return {f"web/handlers/{words.replace(' ', '-')}.ts": text}


def make_history(root: Path, now: float) -> None:
    """Makes a repository in `root` whose last commit is some hours older than `now`."""
    work: list[tuple[float, dict[str, str]]] = [
        (200.0, {"README.md": "# Shop\n\nParcels, payments and patience.\n", "shop/__init__.py": ""})
    ]
    work += [(170.0 - 19 * i, _carrier(name, i)) for i, name in enumerate(_CARRIERS[:6])]
    work += [(150.0 - 17 * i, _service(name, i)) for i, name in enumerate(_SERVICES[:7])]
    work += [(120.0 - 21 * i, _handler(name, i)) for i, name in enumerate(_EVENTS[:5])]
    _git(root, "init", "-q", "-b", "main")
    for number, (days, files) in enumerate(sorted(work, key=lambda piece: -piece[0])):
        for path, text in files.items():
            _put(root, path, text)
        name, address = _PEOPLE[number % len(_PEOPLE)]
        when = f"{int(now - days * _DAY)} +0000"
        _git(root, "add", "-A", author=(name, address, when))
        _git(root, "commit", "-q", "-m", f"Add {Path(next(iter(files))).stem}", author=(name, address, when))


# ── what was run ─────────────────────────────────────────────────────────────────────────────────────────────────────

_RELEASED = (171, 149, 130, 112, 95, 73, 52, 31, 12, 3)  # days ago
_REFUSED = (6, 4, 2, 1)  # days ago; nobody has found out why yet
_MODULES = ((118, "babel"), (77, "httpx"), (40, "pydantic"), (9, "orjson"))  # days ago, and what was not installed


def past_commands(now: float) -> Iterator[Execution]:
    """The commands of half a year: releases with another version each time, and tests that lacked a module."""
    for number, days in enumerate(_RELEASED):
        version, service = f"1.{number}.0", _SERVICES[number % len(_SERVICES)]
        at, session = now - days * _DAY, f"release-{number}"
        for command, seconds in (
            (f"git switch -c release/{version}", 0.3),
            ("pytest -q", 41.0 + 3 * number),
            (f"docker build -t registry.shop.example/{service}:{version} services/{service}", 95.0 + 7 * (number % 4)),
            (f"git tag v{version}", 0.1),
            (f"git push origin v{version}", 2.4),
        ):
            at += seconds + 20 + 9 * (number % 3)
            yield _ran(at, command, seconds, session)
            if command == "pytest -q" and number % 3 == 1:  # people look around in between
                at += 30
                yield _ran(at, "git status", 0.1, session)
    for days, module in _MODULES:
        at, session = now - days * _DAY, f"tests-{module}"
        said = f"E   ModuleNotFoundError: No module named '{module}'"
        yield _ran(at, "pytest -q", 3.0, session, error=said)
        yield _ran(at + 40, f"pip install {module}", 9.0, session)
        yield _ran(at + 65, "pytest -q", 12.0, session)
    for number, days in enumerate(_REFUSED):
        said = "docker push: denied: requested access to the resource is denied"
        service = _SERVICES[number]
        yield _ran(
            now - days * _DAY, f"docker push registry.shop.example/{service}:2.0.0", 6.0, f"push-{number}", error=said
        )


def _ran(at: float, command: str, seconds: float, session: str, *, error: str = "") -> Execution:
    return Execution(
        at=at,
        command=command,
        cwd=".",
        exit_code=1 if error else 0,
        success=not error,
        seconds=seconds,
        session=session,
        source=Source.SHELL,
        error_output=error,
        key=f"demo {session} {at:.0f}",
    )


def record_past(workspace: Workspace) -> int:
    """Takes the past commands in, by the way all commands come in; says how many there were."""
    from engine.recording import keep

    commands = sorted(past_commands(workspace.clock()), key=lambda execution: execution.at)
    return len(keep(workspace.store, commands))


# ── what goes on ─────────────────────────────────────────────────────────────────────────────────────────────────────


def steps() -> Iterator[Step]:
    """What happens live: siblings of known families are begun, and three files of a new family are written."""
    carrier, service, handler = _carrier(_CARRIERS[6], 6), _service(_SERVICES[7], 7), _handler(_EVENTS[5], 5)
    yield Step(6.0, next(iter(carrier)), "")
    yield Step(12.0, next(iter(handler)), "")
    for number, (name, what) in enumerate(
        (("daily-sales", "sales"), ("stock-levels", "stock"), ("late-parcels", "parcels"), ("returns-rate", "returns"))
    ):
        yield Step(
            5.0,
            f"reports/{name}.sql",
            f"-- {name.replace('-', ' ')}\n-- owner: team shop\nSELECT date_trunc('day', created_at) AS day,\n"
            f"       count(*) AS {what},\n       {10 * number} AS threshold\nFROM {what}\n"
            f"WHERE created_at > now() - interval '{7 * (number + 1)} days'\nGROUP BY 1\nORDER BY 1;\n",
        )
    for path in service:
        yield Step(9.0, path, "")


def replay(root: Path, stopped: Event, plan: Callable[[], Iterator[Step]] = steps) -> None:
    """Does the steps one after the other until `stopped` is set; what exists already is left alone."""
    for step in plan():
        if stopped.wait(step.wait):
            return
        if not (root / step.path).exists():
            _put(root, step.path, step.text)


def _put(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def _git(root: Path, *arguments: str, author: tuple[str, str, str] | None = None) -> None:
    name, address, when = author or ("patui demo", "demo@shop.example", "0 +0000")
    people = {
        f"GIT_{role}_{field}": value
        for role in ("AUTHOR", "COMMITTER")
        for field, value in (("NAME", name), ("EMAIL", address), ("DATE", when))
    }
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(
        ["git", "-C", str(root), "-c", "gc.auto=0", *arguments],
        check=True,
        env={**os.environ, **people, **quiet},
        stdout=subprocess.DEVNULL,
    )
