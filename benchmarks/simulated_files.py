"""The families of files that a made-up developer adds to: each keeps to a form, as real ones do, with what siblings
differ in: words of the name, figures, a sentence of their own, a block that some have. The form of some of them changes.
"""

# ruff: noqa: E501 - the long lines are those of the files they make
from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

Files = dict[str, str]

_SAID = (
    "Quotes come with the tax included",
    "Parcels above thirty kilograms are refused",
    "The day of delivery is a promise, not a guess",
    "Labels are printed on the spot",
    "Returns are free for a month",
    "Pallets need a signature",
    "Two attempts are made before it goes back",
    "Nothing leaves on a Sunday",
)
_OWNERS = ("checkout", "logistics", "growth", "platform")


@dataclass(frozen=True, slots=True)
class Family:
    """A form that files keep to. `weekly` is how many are made a week, `until` the week in which the work ends."""

    name: str
    text: Callable[[str, random.Random, bool], Files]
    place: str
    weekly: float
    until: int = 1_000
    drifts: bool = False


def _pascal(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _carrier(name: str, rng: random.Random, new: bool) -> Files:
    kind, title = _pascal(name), name.replace("_", " ").title()
    zones = ["domestic", "europe", "america", "asia"][: rng.randint(1, 4)]
    base = "TracedCarrier" if new else "Carrier"
    lines = [
        f'"""Shipping with {title}: {rng.choice(_SAID).lower()}."""',
        "",
        "from __future__ import annotations",
        "",
        f"from shop.carriers.base import {base}, Parcel, Quote",
        *(["from shop.tracing import span"] if new else []),
        "",
        f"ZONES = {tuple(zones)!r}",
        "",
        "",
        f"class {kind}Carrier({base}):",
        f'    """Quotes and labels from {title}."""',
        "",
        f'    name = "{name}"',
        "    zones = ZONES",
        f"    timeout_seconds = {rng.choice((5, 10, 20, 30))}",
        *([f'    trace = "carrier.{name}"'] if new else []),
        "",
        *(["    @span"] if new else []),
        "    def quote(self, parcel: Parcel) -> Quote:",
        f'        answer = self.client.post("/{name}/quotes", json=parcel.as_json())',
        '        return Quote(carrier=self.name, cents=answer["cents"], days=answer["days"])',
    ]
    if rng.random() < 0.5:
        lines += [
            "",
            "    def cancel(self, code: str) -> None:",
            f'        self.client.delete(f"/{name}/labels/{{code}}")',
        ]
    return {f"shop/carriers/{name}.py": "\n".join(lines) + "\n"}


def _carrier_test(name: str, rng: random.Random, new: bool) -> Files:
    cents, days = rng.randint(200, 2400), rng.randint(1, 9)
    text = (
        f"from shop.carriers.{name} import {_pascal(name)}Carrier\nfrom tests.carriers.fakes import FakeClient, parcel\n\n\n"
        f"def test_{name}_quotes_a_parcel() -> None:\n"
        f'    client = FakeClient({{"cents": {cents}, "days": {days}}})\n\n'
        f"    quote = {_pascal(name)}Carrier(client=client).quote(parcel())\n\n"
        f'    assert quote.carrier == "{name}"\n    assert quote.cents == {cents}\n    assert quote.days == {days}\n'
    )
    return {f"tests/carriers/test_{name}.py": text}


def _deployment(name: str, rng: random.Random, new: bool) -> Files:
    app, port = name.replace("_", "-"), rng.randint(8000, 8999)
    text = (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {app}\n  labels:\n    app: {app}\n"
        f"    owner: {rng.choice(_OWNERS)}\nspec:\n  replicas: {rng.randint(1, 5)}\n  template:\n    spec:\n"
        + ("      serviceAccountName: shop-runner\n" if new else "")
        + f"      containers:\n        - name: {app}\n          image: registry.shop.example/{app}:{rng.randint(1, 9)}.{rng.randint(0, 20)}\n"
        f"          ports:\n            - containerPort: {port}\n"
        + (
            f"          readinessProbe:\n            httpGet:\n              path: /ready\n              port: {port}\n"
            if new
            else ""
        )
        + f"          resources:\n            limits:\n              memory: {rng.choice((128, 256, 512))}Mi\n"
    )
    return {f"deploy/{app}.yaml": text}


def _handler(name: str, rng: random.Random, new: bool) -> Files:
    kind, words = _pascal(name), name.replace("_", " ")
    text = (
        'import { Handler, Message } from "../bus";\nimport { log } from "../log";\n'
        + ('import { audited } from "../audit";\n' if new else "")
        + f"\nexport interface {kind}Event {{\n  id: string;\n  at: string;\n}}\n\n"
        + ("@audited\n" if new else "")
        + f'export class {kind}Handler implements Handler<{kind}Event> {{\n  readonly topic = "{name.replace("_", ".")}";\n'
        f"  readonly retries = {rng.randint(1, 6)};\n\n"
        f"  async handle(message: Message<{kind}Event>): Promise<void> {{\n"
        f'    log.info("{words}", {{ id: message.body.id }});\n    await this.store.save("{name}", message.body);\n'
        + ("    await this.mail.send(message.body.id);\n" if rng.random() < 0.4 else "")
        + "  }\n}\n"
    )
    return {f"web/handlers/{name.replace('_', '-')}.ts": text}


def _plugin(name: str, rng: random.Random, new: bool) -> Files:
    kind, title, at = _pascal(name), name.replace("_", " ").title(), f"plugins/{name}"
    return {
        f"{at}/__init__.py": f'"""The {title} plugin."""\n\nfrom plugins.{name}.plugin import {kind}Plugin\n\n__all__ = ["{kind}Plugin"]\n',
        f"{at}/plugin.py": f'from plugins.base import Plugin, Request, Response\n\n\nclass {kind}Plugin(Plugin):\n    """{rng.choice(_SAID)}."""\n\n'
        f'    name = "{name}"\n    order = {rng.randint(1, 90)}\n\n    def handle(self, request: Request) -> Response:\n'
        f"        return self.next(request).tagged(self.name)\n",
        f"{at}/plugin.yaml": f"name: {name}\ntitle: {title}\nowner: {rng.choice(_OWNERS)}\nenabled: {rng.choice(('true', 'false'))}\nentry: plugins.{name}:{kind}Plugin\n",
    }


def _migration(name: str, rng: random.Random, new: bool) -> Files:
    text = (
        f"-- Adds the table of {name.replace('_', ' ')}.\nBEGIN;\n\nCREATE TABLE {name} (\n    id BIGSERIAL PRIMARY KEY,\n"
        f"    shop_id BIGINT NOT NULL REFERENCES shops (id),\n    amount NUMERIC({rng.randint(6, 14)}, 2) NOT NULL,\n"
        f"    created_at TIMESTAMPTZ NOT NULL DEFAULT now()\n);\n\nCREATE INDEX {name}_shop_id ON {name} (shop_id);\n"
        f"GRANT SELECT, INSERT ON {name} TO shop_app;\n\nCOMMIT;\n"
    )
    return {f"migrations/add_{name}.sql": text}


def _runbook(name: str, rng: random.Random, new: bool) -> Files:
    title = name.replace("_", " ").title()
    said = rng.sample(_SAID, 3)
    text = (
        f"# Runbook: {title}\n\nOwner: team {rng.choice(_OWNERS)}. Pager: {rng.randint(1000, 9999)}.\n\n## What it does\n\n{said[0]}.\n\n"
        f"## When it alerts\n\n1. Look at `dashboards/{name}`.\n2. {said[1]}.\n3. `make restart SERVICE={name}`\n\n## Afterwards\n\n{said[2]}.\n"
    )
    return {f"docs/runbooks/{name}.md": text}


FAMILIES = (
    Family("carrier", _carrier, "shop/carriers/", 1.9, drifts=True),
    Family("carrier test", _carrier_test, "tests/carriers/", 1.6),
    Family("deployment", _deployment, "deploy/", 1.5, drifts=True),
    Family("handler", _handler, "web/handlers/", 1.3, drifts=True),
    Family("plugin", _plugin, "plugins/", 1.1),
    Family("migration", _migration, "migrations/", 2.0, until=3),
    Family("runbook", _runbook, "docs/runbooks/", 1.0),
)
ALONE: Files = {
    "README.md": "# Shop\n\nParcels, payments and patience.\n",
    "Makefile": "build:\n\t@echo built $(VERSION)\ncheck:\n\t@echo checked\nship:\n\t@echo shipped $(VERSION)\n",
    "shop/carriers/base.py": "class Parcel:\n    pass\n\n\nclass Quote:\n    def __init__(self, **of):\n        self.of = of\n\n\nclass Carrier:\n    zones = ()\n",
    "shop/money.py": "from decimal import Decimal\n\n\ndef cents(text):\n    return int(Decimal(text) * 100)\n",
    "web/bus.ts": "export interface Message<T> { body: T }\nexport interface Handler<T> { topic: string }\n",
    "plugins/base.py": "class Plugin:\n    def next(self, request):\n        return request.app.respond(request)\n",
    "tests/carriers/fakes.py": "class FakeClient:\n    def __init__(self, answer):\n        self.answer = answer\n",
}
