"""The true templates of the recovery benchmark, and the random values they are rendered with."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.model import Value

Draw = Callable[[random.Random], Value]

_FIRST = [
    "blue",
    "rapid",
    "silent",
    "hidden",
    "tiny",
    "global",
    "remote",
    "local",
    "smart",
    "open",
    "dark",
    "bright",
    "static",
    "quick",
    "north",
]
_SECOND = [
    "order",
    "invoice",
    "user",
    "report",
    "sensor",
    "token",
    "session",
    "parcel",
    "ledger",
    "queue",
    "route",
    "ticket",
    "vendor",
    "metric",
]
_THIRD = [
    "manager",
    "service",
    "cache",
    "index",
    "store",
    "tracker",
    "gateway",
    "monitor",
    "builder",
    "parser",
    "client",
]
_PEOPLE = ["Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov", "Ken Thompson"]
_LICENCES = ["MIT", "Apache-2.0", "BSD-3-Clause"]
_VERBS = ["tracks", "sends", "archives", "renders", "validates", "imports", "schedules", "exports", "merges", "audits"]


def name(rng: random.Random) -> str:
    words = [rng.choice(_FIRST), rng.choice(_SECOND), rng.choice(_THIRD)]
    return "_".join(words[rng.choice((0, 1, 1)) :][: rng.choice((1, 2, 2, 3))])


def word(rng: random.Random) -> str:
    return rng.choice(_SECOND) + rng.choice(_THIRD)


def flag(rng: random.Random) -> bool:
    return rng.random() < 0.5


def version(rng: random.Random) -> str:
    return f"{rng.randint(0, 4)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}"


def sentence(rng: random.Random) -> str:
    return (
        f"{rng.choice(_VERBS).capitalize()} the {rng.choice(_FIRST)} {rng.choice(_SECOND)}s of a {rng.choice(_THIRD)}"
    )


def date(rng: random.Random) -> str:
    return f"20{rng.randint(15, 26)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def person(rng: random.Random) -> str:
    return rng.choice(_PEOPLE)


def licence(rng: random.Random) -> str:
    return rng.choice(_LICENCES)


def port(rng: random.Random) -> str:
    return str(rng.randint(1024, 9999))


def words(rng: random.Random) -> Value:
    return rng.sample(_SECOND, rng.randint(1, 5))


def fields(rng: random.Random) -> Value:
    kinds = ["str", "int", "date", "Decimal", "bool"]
    return [{"name": word, "type": rng.choice(kinds)} for word in rng.sample(_SECOND, rng.randint(1, 5))]


@dataclass(frozen=True, slots=True)
class Source:
    """A true template: the path it is rendered to, its inputs besides `name`, and its text."""

    path: str
    inputs: dict[str, Draw]
    body: str


SOURCES: dict[str, Source] = {
    "django_app": Source(
        "apps/{{ name }}/apps.py",
        {"verbose": sentence},
        """from django.apps import AppConfig


class {{ name | pascal }}Config(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "{{ name }}"
    verbose_name = "{{ verbose }}"
""",
    ),
    "model": Source(
        "shop/{{ name }}/models.py",
        {"fields": fields, "ordering": flag},
        '''from django.db import models


class {{ name | pascal }}(models.Model):
    """A {{ name | words }} of the shop."""

{% for field in fields %}    {{ field.name }} = models.{{ field.type }}()
{% endfor %}
    class Meta:
        verbose_name = "{{ name | words }}"
{% if ordering %}        ordering = ("-created", "id")
{% endif %}
    def __str__(self):
        return f"{{ name | title }} {self.pk}"
''',
    ),
    "package_json": Source(
        "packages/{{ name | kebab }}/package.json",
        {"version": version, "description": sentence, "author": person, "license": licence, "private": flag},
        """{
  "name": "@acme/{{ name | kebab }}",
  "version": "{{ version }}",
  "description": "{{ description }}",
{% if private %}  "private": true,
{% endif %}  "main": "dist/{{ name | kebab }}.js",
  "scripts": {
    "build": "tsc -p .",
    "test": "vitest run"
  },
  "author": "{{ author }}",
  "license": "{{ license }}"
}
""",
    ),
    "dockerfile": Source(
        "services/{{ name }}/Dockerfile",
        {"version": version, "port": port, "health": flag, "packages": words},
        """FROM python:{{ version }}-slim

WORKDIR /srv/{{ name }}
{% for package in packages %}RUN apt-get install -y lib{{ package }}-dev
{% endfor %}COPY . .
RUN pip install -r requirements.txt

EXPOSE {{ port }}
{% if health %}HEALTHCHECK CMD curl -f http://localhost:{{ port }}/health || exit 1
{% endif %}CMD ["gunicorn", "{{ name }}.wsgi", "--bind", "0.0.0.0:{{ port }}"]
""",
    ),
    "ansible_role": Source(
        "roles/{{ name }}/meta/main.yml",
        {"author": person, "description": sentence, "license": licence, "tags": words, "platforms": flag},
        """---
galaxy_info:
  role_name: {{ name }}
  author: {{ author }}
  description: {{ description }}
  license: {{ license }}
  min_ansible_version: "2.9"
{% if platforms %}  platforms:
    - name: Debian
      versions:
        - bookworm
{% endif %}  galaxy_tags:
{% for tag in tags %}    - {{ tag }}
{% endfor %}dependencies: []
""",
    ),
    "ci_workflow": Source(
        "ci/{{ name | kebab }}.yml",
        {"python": version, "deploy": flag, "cache": flag},
        """name: {{ name | title }}
on:
  push:
    branches: [main]
jobs:
  {{ name }}:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
{% if cache %}      - uses: actions/cache@v4
        with:
          path: ~/.cache/pip
          key: {{ name | kebab }}-pip
{% endif %}      - uses: actions/setup-python@v5
        with:
          python-version: "{{ python }}"
      - run: make test
{% if deploy %}      - name: Deploy
        run: make deploy TARGET={{ name | constant }}
{% endif %}""",
    ),
    "readme": Source(
        "libs/{{ name | kebab }}/README.md",
        {"description": sentence, "author": person, "year": date, "docs": flag, "features": words},
        """# {{ name | title }}

{{ description }}.

## Install

```sh
pip install {{ name | kebab }}
```

## Features

{% for feature in features %}* supports {{ feature }} objects
{% endfor %}
## Use

```python
from {{ name }} import {{ name | pascal }}

{{ name | pascal }}().run()
```
{% if docs %}
## Documentation

See https://docs.example.org/{{ name | kebab }}/ for the whole story.
{% endif %}
## License

(c) {{ year }} {{ author }}
""",
    ),
    "migration": Source(
        "db/migrations/{{ name }}.sql",
        {"date": date, "author": person, "columns": fields, "index": flag},
        """-- Migration: {{ name }}
-- Created: {{ date }} by {{ author }}
BEGIN;

CREATE TABLE {{ name }} (
    id BIGSERIAL PRIMARY KEY,
{% for column in columns %}    {{ column.name }} {{ column.type }} NOT NULL,
{% endfor %}    created_at TIMESTAMPTZ NOT NULL
);
{% if index %}
CREATE INDEX idx_{{ name }}_created ON {{ name }} (created_at);
{% endif %}
COMMIT;
""",
    ),
    "header": Source(
        "include/{{ name }}.h",
        {"brief": sentence, "author": person, "functions": words, "cplusplus": flag},
        """/**
 * @file {{ name }}.h
 * @brief {{ brief }}
 * @author {{ author }}
 */
#ifndef {{ name | constant }}_H
#define {{ name | constant }}_H
{% if cplusplus %}
#ifdef __cplusplus
extern "C" {
#endif
{% endif %}
typedef struct {{ name }} {{ name }}_t;

{% for function in functions %}int {{ name }}_{{ function }}({{ name }}_t *self);
{% endfor %}
#endif /* {{ name | constant }}_H */
""",
    ),
    "component": Source(
        "src/components/{{ name | pascal }}.tsx",
        {"title": sentence, "props": fields, "memo": flag},
        """import React from "react";
import styles from "./{{ name | pascal }}.module.css";

interface {{ name | pascal }}Props {
{% for prop in props %}  {{ prop.name }}: {{ prop.type }};
{% endfor %}}

export function {{ name | pascal }}(props: {{ name | pascal }}Props) {
  return (
    <section className={styles.{{ name | camel }}}>
      <h2>{{ title }}</h2>
    </section>
  );
}
{% if memo %}
export const Memo{{ name | pascal }} = React.memo({{ name | pascal }});
{% endif %}""",
    ),
    "test_module": Source(
        "tests/test_{{ name }}.py",
        {"cases": words, "slow": flag},
        """import pytest

from app.{{ name }} import {{ name | pascal }}

{% if slow %}pytestmark = pytest.mark.slow

{% endif %}
@pytest.fixture
def {{ name }}():
    return {{ name | pascal }}()

{% for case in cases %}
def test_{{ case }}({{ name }}):
    assert {{ name }}.{{ case }}() is not None

{% endfor %}""",
    ),
    "systemd": Source(
        "units/{{ name | kebab }}.service",
        {"description": sentence, "user": name, "port": port, "restart": flag, "after": words},
        """[Unit]
Description={{ description }}
{% for unit in after %}After={{ unit }}.target
{% endfor %}
[Service]
User={{ user }}
ExecStart=/usr/bin/{{ name | kebab }} --port {{ port }}
{% if restart %}Restart=on-failure
RestartSec=5
{% endif %}Environment={{ name | constant }}_PORT={{ port }}

[Install]
WantedBy=multi-user.target
""",
    ),
}
