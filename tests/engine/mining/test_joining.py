"""One kind that was torn into two clusters is joined again; two kinds at one place stay two."""

from __future__ import annotations

from engine.mining.clusters import Cluster
from engine.mining.cohesion import core_of
from engine.mining.joining import join_clusters
from engine.mining.sketches import Sketch, sketch

COMMON = [
    f"common {word} of all\n" for word in ("title", "type", "head", "rules", "options", "usage", "related", "end")
]


def files(directory: str, names: list[str], *lines: str) -> list[Sketch]:
    return [sketch(f"{directory}/{name}.md", "".join([*lines, f"only in {name} it says\n"])) for name in names]


def cluster(shape: str, everything: list[Sketch], own: list[Sketch]) -> Cluster:
    keys = [one.key_set() for one in own]
    members = tuple(sorted(everything.index(one) for one in own))
    return Cluster(shape, members, (1.0,) * len(own), core_of(keys))


NO = files("docs", ["no-alert", "no-eval", "no-void", "no-with"], *COMMON, "an example of what is wrong\n")
REST = files("docs", ["camelcase", "curly", "indent", "semi", "yoda"], *COMMON, "an example of what is right\n")
OTHER = files("docs", ["one", "two", "three"], *(line.replace("common", "quite another") for line in COMMON))
ELSEWHERE = files("notes", ["a", "b", "c"], *COMMON)


def test_a_word_of_the_name_that_went_first_is_joined_with_the_rest() -> None:
    together = [*NO, *REST]
    first, second = cluster("docs/no-*.md", together, NO), cluster("docs/*.md", together, REST)
    for order in ([first, second], [second, first]):
        (joined,) = join_clusters(together, order)
        assert joined.shape == "docs/*.md"
        assert joined.members == tuple(range(9)) and len(joined.coverage) == 9
        assert joined.core.files == 9


def test_two_kinds_two_places_and_two_chosen_words_stay_apart() -> None:
    together = [*NO, *REST, *OTHER, *ELSEWHERE]
    kinds = [
        cluster("docs/*.md", together, REST),
        cluster("docs/*.md", together, OTHER),
        cluster("notes/*.md", together, ELSEWHERE),
    ]
    assert join_clusters(together, kinds) == kinds
    words = [cluster("docs/no-*.md", together, NO), cluster("docs/*-all.md", together, REST)]
    assert join_clusters(together, words) == words
