"""Which family a new file will be of, told by where it lies: tables, and what holds for any neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mining.index import FamilyIndex, Match
from engine.mining.neighbours import (
    LIKELIER,
    Around,
    Chance,
    around,
    blended,
    joined,
    known_chances,
    local_chances,
    ordered,
    shows_more,
)
from engine.model import Family, Kind, Member

TREE = (
    "jobs/a.py",
    "jobs/b.py",
    "jobs/notes.txt",
    "skills/one/SKILL.md",
    "skills/two/SKILL.md",
    "roles/web/tasks/main.yml",
    "roles/db/tasks/main.yml",
)


def listing(ending: str) -> object:
    def found(directory: str, tail: str) -> Sequence[str]:
        parts = [one for one in TREE if one.startswith(f"{directory}/")]
        if not tail:
            return [one for one in parts if "/" not in one[len(directory) + 1 :] and one.endswith(ending)]
        return [one for one in parts if one[len(directory) + 1 :].partition("/")[2] == tail]

    return found


@pytest.mark.parametrize(
    ("path", "paths", "part"),
    [
        ("jobs/new.py", ("jobs/a.py", "jobs/b.py"), 0),
        ("jobs/a.py", ("jobs/b.py",), 0),
        ("skills/new/SKILL.md", ("skills/one/SKILL.md", "skills/two/SKILL.md"), 1),
        ("roles/new/tasks/main.yml", ("roles/web/tasks/main.yml", "roles/db/tasks/main.yml"), 2),
        ("jobs/more.txt", ("jobs/notes.txt",), 0),
        ("elsewhere/new.go", (), 0),
        ("top.py", (), 0),
    ],
)
def test_neighbours_lie_beside_or_at_the_same_place_of_a_sibling(path: str, paths: tuple[str, ...], part: int) -> None:
    found = around(path, listing("." + path.rpartition(".")[2]))  # type: ignore[arg-type]
    assert found.paths == paths
    assert found.part == part


def test_those_of_the_same_first_or_last_word_are_kin() -> None:
    names = ["test_one", "test_two", "test_six", "conftest", "helper_one", "git_push", "api_push", "cli_push"]
    here = Around("t/test_push.py", tuple(f"t/{name}.py" for name in names))
    assert here.kin(here.paths) == [
        ["t/test_one.py", "t/test_two.py", "t/test_six.py"],
        ["t/git_push.py", "t/api_push.py", "t/cli_push.py"],
    ]
    assert Around("t/push.py", here.paths).kin(here.paths) == []
    dirs = Around("src/addDaysWithOptions/index.ts", tuple(f"src/{n}WithOptions/index.ts" for n in "abc"), 1)
    assert dirs.kin([*dirs.paths, "src/add/index.ts"]) == [list(dirs.paths)]


def family(name: str, files: Sequence[str], template: str) -> Family:
    members = tuple(Member(path, (path,), float(at)) for at, path in enumerate(files))
    return Family(name, Kind.FILE, members, name, 0.9, template)


OLD = [f"p/money/{at}/init.py" for at in "abcdefgh"]
NEW = [f"p/money/{at}/init.py" for at in "klmn"]
FAR = [f"p/place/{at}/init.py" for at in "abcdefgh"]


def index_of(*families: Family) -> FamilyIndex:
    index = FamilyIndex()
    for one in families:
        index.learn(one, ())
    return index


def test_a_place_says_more_than_all_places() -> None:
    everywhere = family("everywhere", FAR, "p/{{ kind }}/{{ locale }}/init.py")
    money = family("money", OLD, "p/money/{{ locale }}/init.py")
    index = index_of(everywhere, money)
    here = Around("p/money/z/init.py", tuple(OLD), 1)
    found = {
        one.match.name: one for one in known_chances(index, {"everywhere": 0.5, "money": 0.9}, index.families_of, here)
    }
    assert found["money"].share > 0.95 and found["everywhere"].share < 0.15
    assert ordered(list(found.values()))[0].match.name == "money"


def test_two_that_share_a_place_are_told_together() -> None:
    index = index_of(
        family("old", OLD, "p/money/{{ locale }}/init.py"), family("new", NEW, "p/money/{{ locale }}/init.py")
    )
    here = Around("p/money/z/init.py", (*NEW, *OLD), 1)
    found = ordered(known_chances(index, {"old": 0.7, "new": 0.3}, index.families_of, here))
    assert [one.match.name for one in found] == ["old", "new"]
    assert LIKELIER < found[0].share < 0.8 < found[0].together and found[0].is_tie
    assert found[0].second is not None and found[0].second.name == "new" and not found[1].is_tie


def test_neighbours_are_looked_at_where_nothing_is_sure_or_the_family_lies_elsewhere() -> None:
    index = index_of(family("far", [*FAR, *OLD[:1]], "p/{{ kind }}/{{ locale }}/init.py"))
    here = Around("p/money/z/init.py", tuple(OLD), 1)
    sure = [Chance(Match("far", "far", Kind.FILE, 0.9), 0.95, 0.95)]
    assert shows_more([], index, here, 0.8) and shows_more(sure, index, here, 0.8)
    at_home = Around("p/place/z/init.py", tuple(FAR), 1)
    assert not shows_more(sure, index, at_home, 0.8) and shows_more(sure, index, at_home, 0.96)
    assert not shows_more([], index, Around("x.py", ("y.py",)), 0.8)


def test_a_known_family_that_the_neighbours_show_too_stands_once_and_the_surer() -> None:
    known = family("money", OLD, "p/money/{{ locale }}/init.py")
    index = index_of(known)
    here = Around("p/money/z/init.py", tuple(OLD), 1)
    local = local_chances([family("seen", OLD, "")], here)
    old = Chance(Match("money", "money", Kind.FILE, 0.9), 0.4, 0.4)
    assert [(one.match.name, one.share) for one in joined([old], local, index)] == [("money", local[0].share)]
    other = local_chances([family("other", NEW, "")], Around("p/money/z/init.py", tuple(NEW), 1))
    assert [one.match.name for one in joined([old], other, index)] == ["money", "other"]
    assert local_chances([], here) == []


@given(st.lists(st.booleans(), max_size=60), st.floats(0, 1), st.floats(0.1, 5))
def test_a_share_lies_between_what_was_thought_and_what_is_there(own: list[bool], prior: float, weight: float) -> None:
    names = [f"{at}" for at in range(len(own))]
    mine = {name for name, is_own in zip(names, own, strict=True) if is_own}
    share = blended(names, mine.__contains__, prior, weight)
    assert -1e-9 <= share <= 1 + 1e-9
    if not own:
        assert share == pytest.approx(prior)
    more = blended([*names, "new"], {*mine, "new"}.__contains__, prior, weight)
    less = blended([*names, "new"], mine.__contains__, prior, weight)
    assert more >= less


def test_the_newest_say_more_than_the_oldest() -> None:
    names = [str(at) for at in range(40)]
    assert (
        blended(names, set(names[20:]).__contains__, 0.5, 1)
        > 0.6
        > blended(names, set(names[:20]).__contains__, 0.5, 1)
    )
