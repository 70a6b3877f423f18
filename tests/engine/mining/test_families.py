"""Families among files made from a few skeletons: what belongs together, and what stays when they grow."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.mining.families import find_families
from engine.mining.sketches import Sketch, sketch
from engine.model import Family, Kind

NAMES = ("alpha", "bravo", "carol", "delta", "echoes", "foxtrot", "golfer", "hotels")


def provider(name: str) -> str:
    return (
        f"from base import Provider\n\n\nclass {name.title()}Provider(Provider):\n    key = '{name}'\n"
        f"    retries = {len(name)}\n\n    def fetch(self, query):\n        return self.client.get('/{name}', query)\n"
        "\n    def close(self):\n        self.client.close()\n"
    )


def manifest(name: str) -> str:
    return (
        f'{{"domain": "{name}", "name": "{name.title()}", "owners": ["@{name}"], "requirements": [], "quality": 3}}\n'
    )


def stranger(seed: int, lines: int = 12) -> str:
    """A file that shares nothing with another seed's, as two unrelated files do."""
    dice = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(dice.choices(letters, k=dice.randint(4, 9))) for _ in range(lines * 3)]
    return "\n".join(" ".join(words[at : at + 3]) for at in range(0, len(words), 3)) + "\n"


def providers(count: int, start: int = 0) -> list[Sketch]:
    return [
        sketch(f"app/providers/{name}/client.py", provider(name), created=100.0 + at)
        for at, name in enumerate(NAMES[start : start + count])
    ]


def strangers(count: int) -> list[Sketch]:
    return [sketch(f"app/core/part{number}.py", stranger(number), created=50.0) for number in range(count)]


def by_kind(families: tuple[Family, ...], kind: Kind) -> list[Family]:
    return [family for family in families if family.kind is kind]


def test_family_among_strangers() -> None:
    (family,) = find_families([*strangers(20), *providers(5)])
    assert [member.path for member in family.members] == [one.path for one in providers(5)]
    assert family.kind is Kind.FILE
    assert family.path_template == "app/providers/{{ provider }}/client.py"
    assert family.name == "provider-client"
    assert 0.5 < family.confidence <= 1


def test_members_are_in_order_of_creation() -> None:
    made = [
        sketch(f"app/providers/{name}/client.py", provider(name), created=float(-at), author="ann", by_agent=at == 1)
        for at, name in enumerate(NAMES[:4])
    ]
    (family,) = find_families(made)
    assert [member.created for member in family.members] == [-3.0, -2.0, -1.0, 0.0]
    assert [member.by_agent for member in family.members] == [False, False, True, False]
    assert {member.author for member in family.members} == {"ann"}


@pytest.mark.parametrize(("count", "found"), [(2, 0), (3, 1), (4, 1)])
def test_three_make_a_family(count: int, found: int) -> None:
    assert len(find_families(providers(count))) == found


def test_min_files() -> None:
    assert not find_families(providers(4), min_files=5)


def test_strangers_make_no_family() -> None:
    assert find_families(strangers(40)) == ()


@pytest.mark.parametrize("text", ["", "\n\n", "import os\n", "x = 1\ny = 2\n"])
def test_near_empty_files_make_no_family(text: str) -> None:
    assert find_families([sketch(f"app/{name}/__init__.py", text) for name in NAMES]) == ()


def test_odd_file_at_the_place_stays_out() -> None:
    odd = sketch("app/providers/misfit/client.py", stranger(3))
    (family,) = find_families([*providers(6), odd])
    assert odd.path not in family.files
    assert len(family.members) == 6


def test_two_kinds_at_one_place_are_two_families() -> None:
    def tasks(name: str) -> str:
        head = f"import queue\n\n@queue.task\ndef run_{name}(job):\n    job.log('{name}')\n"
        return head + "    with job.lock():\n        job.run()\n    job.done()\n"

    others = [sketch(f"app/providers/{name}x/client.py", tasks(name)) for name in NAMES[:5]]
    families = find_families([*providers(6), *others])
    assert sorted(len(family.members) for family in families) == [5, 6]
    assert len({family.signature for family in families}) == 2
    assert len({family.name for family in families}) == 2


def test_whole_directories_are_one_scaffold() -> None:
    made = []
    for name in NAMES[:4]:
        made.append(sketch(f"app/providers/{name}/client.py", provider(name)))
        made.append(sketch(f"app/providers/{name}/manifest.json", manifest(name)))
        made.append(sketch(f"app/providers/{name}/docs/{name}.md", f"# {name}\n\nHow to set it up.\n\n## Options\n"))
    (family,) = find_families(made)
    assert family.kind is Kind.SCAFFOLD
    assert family.path_template == "app/providers/{{ provider }}"
    assert [member.path for member in family.members] == [f"app/providers/{name}" for name in NAMES[:4]]
    assert f"app/providers/{NAMES[0]}/manifest.json" in family.members[0].files


def test_scaffolds_that_share_a_directory_are_told_apart() -> None:
    groups = {"ab": ("zh", "ar", "ko"), "cd": ("zh", "es", "it"), "ef": ("zh", "hi", "fa")}
    texts = {role: stranger(ord(role)) for roles in groups for role in roles}
    made = [
        sketch(f"texts/{tongue}/{role}/page.md", texts[role], created=0.0 if tongue == "zh" else 100.0)
        for roles, tongues in groups.items()
        for role in roles
        for tongue in tongues
    ]
    families = find_families(made)
    assert [(family.kind, family.members[0].path) for family in families] == [(Kind.SCAFFOLD, "texts/zh")] * 3
    assert len({family.signature for family in families}) == 3


def test_files_made_on_different_days_are_no_scaffold() -> None:
    day = 86_400.0
    made = []
    for at, name in enumerate(NAMES[:4]):
        made.append(sketch(f"app/providers/{name}/client.py", provider(name), created=at * 9 * day))
        made.append(sketch(f"app/providers/{name}/manifest.json", manifest(name), created=(at * 9 + 4) * day))
    assert not by_kind(find_families(made), Kind.SCAFFOLD)
    assert len(find_families(made)) == 2


def test_family_that_is_only_partly_in_a_scaffold_keeps_the_rest() -> None:
    made = [
        *providers(8),
        *(sketch(f"app/providers/n{at}/client.py", provider(f"n{at}"), created=90.0) for at in range(3)),
    ]
    made += [sketch(f"app/providers/{name}/manifest.json", manifest(name), created=100.0) for name in NAMES]
    families = find_families(made)
    (scaffold,) = by_kind(families, Kind.SCAFFOLD)
    (rest,) = by_kind(families, Kind.FILE)
    assert len(scaffold.members) == 8
    assert [member.path for member in rest.members] == [f"app/providers/n{at}/client.py" for at in range(3)]


def test_threshold_decides_who_is_a_member() -> None:
    half = sketch("app/providers/half/client.py", "\n".join(provider("half").splitlines()[:6]) + "\n")
    made = [*providers(3), half]
    assert half.path in {path for family in find_families(made, threshold=0.3) for path in family.files}
    assert half.path not in {path for family in find_families(made, threshold=0.95) for path in family.files}


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_order_does_not_matter(dice: random.Random) -> None:
    made = [*providers(5), *strangers(10), sketch("app/providers/odd/client.py", stranger(99))]
    made += [sketch(f"app/providers/{name}/manifest.json", manifest(name), created=1.0) for name in NAMES[:4]]
    shuffled = list(made)
    dice.shuffle(shuffled)
    assert find_families(shuffled) == find_families(made)


@settings(deadline=None, max_examples=25)
@given(st.integers(3, 7), st.integers(0, 8))
def test_growth_keeps_signature_and_name(count: int, others: int) -> None:
    before = find_families(providers(count))
    after = find_families([*providers(8), *strangers(others)])
    assert [(one.signature, one.name, one.path_template) for one in before] == [
        (one.signature, one.name, one.path_template) for one in after
    ]


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["x.py", "y.py", "Dockerfile", "{{z}}.md"]), st.text()))
)
def test_any_texts_give_disjoint_families(files: list[tuple[str, str, str]]) -> None:
    families = find_families([sketch(f"{directory}/{name}", text) for directory, name, text in files])
    paths = [path for family in families for path in family.files]
    assert len(paths) == len(set(paths))
    assert all(len(family.members) >= 3 and 0 <= family.confidence <= 1 for family in families)


def test_files_that_share_a_licence_alone_make_no_family() -> None:
    licence = "/*\n" + "".join(f" * clause {'abcdefghij'[at]} of the licence\n" for at in range(10)) + " */\n"
    files = [sketch(f"app/part{seed}.java", licence + stranger(seed)) for seed in range(12)]
    assert find_families(files) == ()


def test_kinds_mixed_in_one_flat_directory_by_their_last_word() -> None:
    def store(name: str) -> str:
        return f"import {{ http }} from 'http'\nexport const state = reactive({{ {name}: [] }})\nload()\nwatch(state)\n"

    def spec(name: str) -> str:
        return f"describe('{name}', () => {{\n  beforeEach(reset)\n  it('loads', async () => expect(ok))\n}})\n"

    names = ("album", "artist", "genre", "queue", "song")
    files = [sketch(f"js/stores/{name}Store.ts", store(name)) for name in names]
    files += [sketch(f"js/stores/{name}Store.spec.ts", spec(name)) for name in names]
    found = {frozenset(family.files) for family in find_families(files)}
    assert found == {
        frozenset(f"js/stores/{name}Store.ts" for name in names),
        frozenset(f"js/stores/{name}Store.spec.ts" for name in names),
    }


def test_what_is_usual_in_the_language_makes_no_family() -> None:
    """Modules of one directory that share what most modules of the workspace have are not of a kind."""
    usual = "from __future__ import annotations\nimport logging\nLOG = logging.getLogger(__name__)\n"
    letters = "abcdefghijklmnopqrstuvwxyz"
    place = [(letters[seed % 26], letters[seed // 26]) for seed in range(78)]
    files = [
        sketch(f"{one * 3}/{one}{other * 2}.py", usual + stranger(seed, 40)) for seed, (one, other) in enumerate(place)
    ]
    together = [sketch(f"core/{name}.py", usual + stranger(100 + at, 40)) for at, name in enumerate(letters[:12])]
    assert find_families([*files, *together]) == ()
