"""AUTO-002 with ports made of lists and a clock that a test turns by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from engine.detectors.file_pattern_miner import FilePatternMiner, signature
from engine.mining.sketches import Sketch
from engine.model import Candidate, Event, Family, Kind, Status, Suggestion

HOUR = 3600.0


@dataclass
class Clock:
    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Log:
    known: dict[str, Sketch] = field(default_factory=dict)

    def remember(self, sketch: Sketch, at: float) -> None:
        self.known[sketch.path] = sketch

    def beside(self, path: str, since: float, until: float, alike: int, others: int) -> Sequence[Sketch]:
        window = [sketch for sketch in self.known.values() if since <= sketch.created <= until]
        newest = sorted((one for one in window if one.path != path), key=lambda one: (-one.created, one.path))
        suffix = path[path.rfind(".") :]
        fitting = [one for one in newest if one.path.endswith(suffix)]
        unlike = [one for one in newest if not one.path.endswith(suffix)]
        return [*(one for one in window if one.path == path), *fitting[:alike], *unlike[:others]]


@dataclass
class Ears:
    suggestions: list[Suggestion] = field(default_factory=list)

    def suggest(self, suggestion: Suggestion) -> None:
        self.suggestions.append(suggestion)

    def tell(self, event: Event) -> None:
        raise AssertionError("the miner only suggests")


@dataclass(frozen=True)
class Rules:
    similarity_threshold: float = 0.75
    min_files: int = 3
    window_hours: float = 24


@dataclass
class Desk:
    """A miner with everything around it."""

    rules: Rules = field(default_factory=Rules)
    wanted: bool = True
    clock: Clock = field(default_factory=Clock)
    log: Log = field(default_factory=Log)
    ears: Ears = field(default_factory=Ears)
    proposed: list[Family] = field(default_factory=list)

    def propose(self, family: Family) -> Candidate | None:
        self.proposed.append(family)
        if not self.wanted:
            return None
        size = len(family.members)
        return Candidate(
            1, "PAT-X-001", family.name, family.kind, Status.PENDING, 0.5, size, 0, 0, family.signature, "", 0
        )

    def create(self, path: str, text: str, after: float = 60.0) -> Candidate | None:
        self.clock.now += after
        return FilePatternMiner(self.log, self.propose, self.ears, self.clock, self.rules).on_file_created(path, text)


def service(name: str, port: int = 80) -> str:
    return (
        f"name: {name}\nimage: registry/{name}:latest\nports:\n  - {port}\n"
        f'environment:\n  TITLE: "{name.title()}"\nrestart: always\nhealth:\n  path: /{name}/up\n'
    )


STRANGERS = (
    "steps:\n  - checkout\n  - build\non:\n  push: main\n",
    "theme: dark\nplugins:\n  - search\nnav:\n  - index.md\n",
    "repos:\n  - local\ndefault_stages: [commit]\nfail_fast: true\n",
)


def test_third_similar_file_brings_the_suggestion() -> None:
    desk = Desk()
    assert desk.create("services/users.yaml", service("users")) is None
    assert desk.create("services/orders.yaml", service("orders", 81)) is None
    candidate = desk.create("services/carts.yaml", service("carts", 82))
    assert candidate is not None and candidate.pattern_id == "PAT-X-001"
    (suggestion,) = desk.ears.suggestions
    assert suggestion.title == "You have created 3 similar YAML files. Generate a template?"
    assert (suggestion.path, suggestion.pattern, suggestion.time) == (
        "services/carts.yaml",
        "PAT-X-001",
        desk.clock.now,
    )
    (family,) = desk.proposed
    assert [member.path for member in family.members] == [
        "services/users.yaml",
        "services/orders.yaml",
        "services/carts.yaml",
    ]
    assert family.path_template == "services/{{ service }}.yaml"


def test_fourth_file_speaks_under_the_same_key() -> None:
    desk = Desk()
    for name in ("users", "orders", "carts", "bills"):
        desk.create(f"services/{name}.yaml", service(name))
    third, fourth = desk.ears.suggestions
    assert third.key == fourth.key
    assert fourth.title.startswith("You have created 4 similar YAML files")


@pytest.mark.parametrize(("gap", "told"), [(11.9, 1), (12.1, 0)])
def test_only_the_window_counts(gap: float, told: int) -> None:
    desk = Desk()
    for name in ("users", "orders", "carts"):
        desk.create(f"services/{name}.yaml", service(name), after=gap * HOUR)
    assert len(desk.ears.suggestions) == told


def test_window_follows_the_rules() -> None:
    desk = Desk(Rules(window_hours=1))
    for name in ("users", "orders", "carts"):
        desk.create(f"services/{name}.yaml", service(name), after=0.6 * HOUR)
    assert not desk.ears.suggestions


def test_saving_again_counts_once() -> None:
    desk = Desk()
    for text in (service("users"), service("users", 81), service("users", 82)):
        assert desk.create("services/users.yaml", text) is None
    assert not desk.proposed
    desk.create("services/orders.yaml", service("orders"))
    desk.create("services/carts.yaml", service("carts"))
    desk.create("services/carts.yaml", service("carts", 99))
    assert len(desk.ears.suggestions) == 1


def test_file_filled_after_it_was_made_empty_counts_when_it_is_filled() -> None:
    desk = Desk()
    for name in ("users", "orders", "carts"):
        assert desk.create(f"services/{name}.yaml", "") is None
        desk.create(f"services/{name}.yaml", service(name))
    assert len(desk.ears.suggestions) == 1


def test_strangers_bring_nothing() -> None:
    desk = Desk()
    for number, text in enumerate(STRANGERS):
        assert desk.create(f"services/s{number}.yaml", text) is None
    assert not desk.proposed


def test_two_of_a_kind_among_strangers_bring_nothing() -> None:
    desk = Desk()
    for name in ("users", "orders"):
        desk.create(f"services/{name}.yaml", service(name))
    for number, text in enumerate(STRANGERS):
        desk.create(f"services/s{number}.yaml", text)
    assert not desk.proposed


def test_what_nobody_wants_is_not_told() -> None:
    desk = Desk(wanted=False)
    for name in ("users", "orders", "carts"):
        assert desk.create(f"services/{name}.yaml", service(name)) is None
    assert len(desk.proposed) == 1
    assert not desk.ears.suggestions


def test_min_files_follows_the_rules() -> None:
    desk = Desk(Rules(min_files=4))
    for name in ("users", "orders", "carts"):
        desk.create(f"services/{name}.yaml", service(name))
    assert not desk.ears.suggestions
    desk.create("services/bills.yaml", service("bills"))
    assert "4 similar" in desk.ears.suggestions[0].title


@pytest.mark.parametrize(
    ("name", "words"),
    [("{}.json", "JSON files"), ("{}.py", "Python files"), ("{}.zz", ".zz files"), ("{}/Dockerfile", "Dockerfiles")],
)
def test_type_words(name: str, words: str) -> None:
    desk = Desk()
    for one in ("users", "orders", "carts"):
        desk.create(name.format(one), service(one))
    assert f"3 similar {words}." in desk.ears.suggestions[0].title


def test_whole_directories_are_one_suggestion_of_directories() -> None:
    desk = Desk()
    for name in ("users", "orders", "carts"):
        desk.create(f"modules/{name}/service.yaml", service(name))
        desk.create(f"modules/{name}/model.py", f"class {name.title()}(Base):\n    id = Field()\n    owner = Field()\n")
    assert desk.proposed[-1].kind is Kind.SCAFFOLD
    assert "3 similar directories" in desk.ears.suggestions[-1].title


@pytest.mark.parametrize(
    ("path", "text", "structure", "sections"),
    [
        ("a/x.md", "# Title\n\ntext\n\n## Use\n", ["#", "text", "#"], ["Title", "Use"]),
        ("a/x.ini", "[one]\nkey = 1\n[two]\n", ["[", "key", "["], ["one", "key", "two"]),
        ("a/x.py", "import os\nimport re\n\n\nclass A:\n    pass\n", ["import", "class"], ["A"]),
        ("x.yaml", "name: a\nports:\n    - 1\n", ["name", "ports"], ["name", "ports"]),
    ],
)
def test_signature(path: str, text: str, structure: list[str], sections: list[str]) -> None:
    found = signature(path, text)
    assert found["structure"] == structure
    assert found["sections"] == sections
    assert found["extension"] == "." + path.rpartition(".")[2]
    assert found["directory"] == path.rpartition("/")[0]
