"""The texts of the demo's shop, by plain functions with the irregularities that real siblings have (an optional block,
a longer list), so that the demo shows what patui does on a repository and not what was prepared for it.

`new` is the form that people changed to some weeks ago.
"""

from __future__ import annotations

from collections.abc import Mapping

Files = Mapping[str, str]
"""Texts by path."""

_TOPICS = ("mail", "ledger", "stock", "support")


def pascal(words: str) -> str:
    return "".join(word.capitalize() for word in words.split())


def snake(words: str) -> str:
    return words.replace(" ", "_")


def carrier(words: str, number: int, *, new: bool = False) -> dict[str, str]:
    """A carrier of parcels, and its test."""
    name, kind, title = snake(words), pascal(words), words.title()
    zones = ["domestic", "europe", "america", "asia", "oceania"][: 2 + number % 4]
    tracking = (
        "\n    def tracking_url(self, parcel: Parcel) -> str:\n"
        f'        """Where the parcel is, in the words of {title}."""\n'
        f'        return f"https://{name}.example/t/{{parcel.code}}"\n'
    )
    code = (
        f'"""Shipping with {title}."""\n\nfrom shop.shipping.base import Carrier, CarrierError, Label, Parcel, Quote\n'
        + ("from shop.money import EURO\n" if new else "")
        + f'\n{name.upper()}_API = "https://api.{name}.example/v{1 + number % 3}"\nZONES = [\n'
        + "".join(f'    "{zone}",\n' for zone in zones)
        + f']\n\n\nclass {kind}Error(CarrierError):\n    """{title} refused a parcel."""\n\n\n'
        f'class {kind}Carrier(Carrier):\n    """Quotes and labels from {title}."""\n\n'
        f'    name = "{name}"\n    api = {name.upper()}_API\n    zones = ZONES\n'
        f"    timeout_seconds = {5 + number % 3 * 5}\n"
        + ("    currency = EURO\n" if new else "")
        + "\n    def quote(self, parcel: Parcel) -> Quote:\n"
        f'        answer = self.client.post("/{name}/quotes", json=parcel.as_json())\n'
        f"        if answer.refused:\n            raise {kind}Error(answer.reason)\n"
        + "        return Quote(self.name, "
        + ("self.currency, " if new else "")
        + 'answer["cents"], answer["days"])\n'
        "\n    def label(self, parcel: Parcel) -> Label:\n"
        f'        """A label that {title} takes."""\n'
        f'        return Label.fetch(self.client, "/{name}/labels", parcel, error={kind}Error)\n'
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


def service(name: str, number: int) -> dict[str, str]:
    """What a service needs to run: a manifest, an image, a page about it."""
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


def handler(words: str, number: int) -> dict[str, str]:
    """What is done when something happened."""
    name, kind = snake(words), pascal(words)
    text = (
        f'import {{ Handler, Message }} from "../bus";\nimport {{ log }} from "../log";\n\n'
        f"export interface {kind} {{\n  id: string;\n  at: string;\n}}\n\n"
        f'export class {kind}Handler implements Handler<{kind}> {{\n  readonly topic = "{words.replace(" ", ".")}";\n'
        f"  readonly retries = {1 + number % 5};\n\n"
        f"  async handle(message: Message<{kind}>): Promise<void> {{\n"
        f'    log.info("{words}", {{ id: message.body.id }});\n    await this.store.save("{name}", message.body);\n'
        + (f"    await this.{_TOPICS[number % 4]}.send(message.body.id);\n" if number % 2 else "")
        + "  }\n}\n"
    )
    return {f"web/handlers/{words.replace(' ', '-')}.ts": text}


def query(name: str, what: str, number: int) -> dict[str, str]:
    """A report of the shop's own."""
    return {
        f"reports/{name}.sql": f"-- {name.replace('-', ' ')}\n-- owner: team shop\n"
        f"SELECT date_trunc('day', created_at) AS day,\n"
        f"       count(*) AS {what},\n       {10 * number} AS threshold\nFROM {what}\n"
        f"WHERE created_at > now() - interval '{7 * (number + 1)} days'\nGROUP BY 1\nORDER BY 1;\n"
    }


ALONE: Files = {
    "README.md": "# Shop\n\nParcels, payments and patience.\n",
    "Makefile": "test:\n\t@echo 212 passed\n\nimage:\n\t@echo built $(SERVICE) $(VERSION)\n\n"
    "ship:\n\t@echo shipped $(VERSION)\n\ndeps:\n\t@echo added $(ADD)\n",
    "shop/__init__.py": "",
    "shop/money.py": 'from decimal import Decimal\n\nEURO = "EUR"\n\n\ndef cents(text: str) -> int:\n'
    "    return int(Decimal(text) * 100)\n",
    "shop/shipping/base.py": "from dataclasses import dataclass\nfrom typing import Any\n\n\n"
    "@dataclass\nclass Parcel:\n    code: str\n    grams: int\n\n"
    "    def as_json(self) -> dict[str, Any]:\n        return vars(self)\n\n\n"
    "class CarrierError(Exception):\n    pass\n\n\nclass Label(bytes):\n    pass\n\n\n"
    "@dataclass\nclass Quote:\n    carrier: str\n    cents: int\n    days: int\n\n\n"
    "class Carrier:\n    def __init__(self, client: Any) -> None:\n        self.client = client\n",
    "tests/shipping/fakes.py": "from shop.shipping.base import Parcel\n\n\nclass FakeClient:\n"
    "    def __init__(self, answer: dict[str, int]) -> None:\n        self.answer = answer\n\n\n"
    "def parcel() -> Parcel:\n    return Parcel('A1', 700)\n",
    "web/bus.ts": "export interface Message<T> {\n  body: T;\n}\n\nexport interface Handler<T> {\n"
    "  readonly topic: string;\n  handle(message: Message<T>): Promise<void>;\n}\n",
}
"""What has no siblings."""
