"""How well families are found, and how fast.

    python benchmarks/families.py --families DATA/families/dev [--tree DIRECTORY]

PATUI_FAMILIES and PATUI_BENCH_TREE stand for the two, PATUI_FAMILIES_2 and _3 for further sets. DATA is what
`build_families.py` of the benchmark data makes: `families/dev/*` (each with a `meta.json` that has the files' real
`paths`) and the unpacked packages in `.src`. The families' files, at their real paths, are mixed with strangers: files
of homeassistant, django and pygments that no family's glob matches, one per directory and extension, for two of one
kind would be a family in truth; or the files that `families/strangers.json` lists, where there is one. Scaffolds count
role by role. DIRECTORY (by default homeassistant's components in DATA) is sketched and clustered for the time and
memory; reading is apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from engine.mining.families import find_families
from engine.mining.index import FamilyIndex, representatives, roles_of
from engine.mining.sketches import Sketch, sketch, sketch_many
from engine.model import Example

T = TypeVar("T")
STRANGERS = ("homeassistant-", "django-6", "pygments-")
SUFFIXES = {".py", ".json", ".html", ".md", ".toml", ".cfg", ".txt", ".js", ".yaml", ".ini"}
TARGETS = {"precision": 0.97, "recall": 0.90, "B-cubed F1": 0.93}


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--families", type=Path, default=os.environ.get("PATUI_FAMILIES"))
    parser.add_argument("--second", type=Path, default=os.environ.get("PATUI_FAMILIES_2"))
    parser.add_argument("--third", type=Path, default=os.environ.get("PATUI_FAMILIES_3"))
    parser.add_argument("--tree", type=Path, default=os.environ.get("PATUI_BENCH_TREE"))
    parser.add_argument("--strangers", type=int, default=600)
    parser.add_argument("--details", action="store_true", help="name the families that are split")
    chosen = parser.parse_args(arguments)
    if not chosen.families:
        print("set PATUI_FAMILIES to a folder of families (families/dev of the benchmark data)")
        return
    data = Path(chosen.families).parent.parent
    quality(data, chosen.strangers, chosen.details)
    for which, folder in (("second", chosen.second), ("third", chosen.third)):
        if folder:
            print(f"\nthe {which} set")
            quality(Path(folder).parent.parent, chosen.strangers, chosen.details)
    tree = chosen.tree or next(data.glob(".src/homeassistant-*/homeassistant/components"), None)
    if tree:
        speed(Path(tree))


def quality(data: Path, strangers: int, details: bool) -> None:
    sketches, truth = members(data / "families" / "dev")
    families = len(set(truth.values()))
    listed = data / "families" / "strangers.json"
    unlike = named(data, listed) if listed.is_file() else outsiders(data, set(truth), strangers)
    for path, text in unlike:
        sketches.append(sketch(path, text))
        truth[path] = path
    found: dict[str, str] = {}
    for family in find_families(sketches):
        for number, role in enumerate(roles_of(family)):
            found.update(dict.fromkeys(role, f"{family.signature}/{number}"))
    measured = scores(truth, {path: found.get(path, path) for path in truth})
    print(f"{families} families, {len(truth)} files of which {len(truth) - sum_members(truth)} are strangers")
    print(f"{'':12}{'measured':>10}{'target':>10}")
    for name, target in TARGETS.items():
        print(f"{name:12}{measured[name]:10.3f}{target:10.2f}")
    if details:
        for known in sorted(set(truth.values()) - truth.keys()):
            parts = Counter(found.get(path, "") for path, name in truth.items() if name == known)
            if parts.pop("", 0) + len(parts) > 1:
                print(f"  split: {known} {sorted(parts.values(), reverse=True)}")


def sum_members(truth: dict[str, str]) -> int:
    return sum(path != family for path, family in truth.items())


def members(folder: Path) -> tuple[list[Sketch], dict[str, str]]:
    sketches, truth = [], {}
    for family in sorted(folder.iterdir()):
        meta = json.loads((family / "meta.json").read_text(encoding="utf-8"))
        files = sorted(file for file in family.iterdir() if file.name != "meta.json")
        prefix = "" if len(meta["source"]) > 1 else meta["source"][0] + "/"
        for path, file in zip(meta["paths"], files, strict=True):
            if prefix + path not in truth:
                truth[prefix + path] = family.name
                sketches.append(sketch(prefix + path, file.read_bytes().decode()))
    return sketches, truth


def named(data: Path, listed: Path) -> Iterator[tuple[str, str]]:
    for path in json.loads(listed.read_text(encoding="utf-8")):
        yield path, (data / ".src" / path).read_bytes().decode()


def outsiders(data: Path, taken: set[str], most: int) -> Iterator[tuple[str, str]]:
    globs = [json.loads(meta.read_text(encoding="utf-8"))["glob"] for meta in data.glob("families/dev/*/meta.json")]
    known = [re.compile(_expression(glob)) for glob in globs]
    files = [
        file
        for prefix in STRANGERS
        for package in sorted(data.glob(f".src/{prefix}*"))
        for file in sorted(package.rglob("*"))
        if file.suffix in SUFFIXES and "translations" not in file.parts
    ]
    random.Random(5).shuffle(files)
    places = set()
    for file in files:
        path = file.relative_to(data / ".src").as_posix()
        within = path.partition("/")[2]
        place = (re.sub(r"(components|snippets)/.*", r"\1", path.rpartition("/")[0]), file.suffix)
        if path in taken or place in places or any(glob.fullmatch(within) for glob in known):
            continue
        try:
            text = file.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        places.add(place)
        yield path, text
        if len(places) >= most:
            return


def _expression(glob: str) -> str:
    """Like the data's own globs: `**` spans slashes, `{1}` is what the first star matched."""
    pieces = re.split(r"(\*\*|\*|\{\d\})", glob)
    made = {"**": ".*", "*": "[^/]*"}
    return "".join(made.get(piece, "[^/]*" if piece.startswith("{") else re.escape(piece)) for piece in pieces)


def scores(truth: dict[str, str], found: dict[str, str]) -> dict[str, float]:
    """Pairwise precision and recall over all pairs of files, and B-cubed F1 (Bagga and Baldwin 1998)."""
    both = Counter((truth[path], found[path]) for path in truth)
    mine, theirs = Counter(found.values()), Counter(truth.values())

    def pairs(counts: Counter[object]) -> float:
        return sum(count * (count - 1) / 2 for count in counts.values())

    hits = pairs(Counter(both))
    precision = sum(both[truth[path], found[path]] / mine[found[path]] for path in truth) / len(truth)
    recall = sum(both[truth[path], found[path]] / theirs[truth[path]] for path in truth) / len(truth)
    return {
        "precision": hits / max(1.0, pairs(Counter(mine))),
        "recall": hits / max(1.0, pairs(Counter(theirs))),
        "B-cubed F1": 2 * precision * recall / (precision + recall),
    }


def speed(tree: Path) -> None:
    examples = []
    for file in sorted(tree.rglob("*")):
        if file.is_file():
            try:
                examples.append(Example(file.relative_to(tree).as_posix(), file.read_bytes().decode()))
            except UnicodeDecodeError:
                continue
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sketches, sketching = timed(lambda: sketch_many(examples))
    size = sum(len(example.text) for example in examples)
    families, clustering = timed(lambda: find_families(sketches))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"\n{len(examples)} files, {size / 1e6:.0f} MB, one core, read beforehand")
    print(
        f"sketches {sketching:.2f} s CPU, families {clustering:.2f} s CPU ({len(families)} found), {grown:.0f} MB more"
    )
    index = FamilyIndex()
    by_path = {one.path: one for one in sketches}
    for family in families:
        index.learn(family, representatives(family, (by_path[path] for path in family.files)))
    saves = sorted(timed(partial(save, index, one))[1] for one in examples[::100])
    opens = sorted(timed(partial(index.for_path, "new/" + one.path))[1] for one in examples[::400])
    print(
        f"a file saved: p95 {saves[int(len(saves) * 0.95)] * 1e3:.1f} ms;"
        f" an empty file made: p95 {opens[int(len(opens) * 0.95)] * 1e3:.1f} ms"
    )


def save(index: FamilyIndex, example: Example) -> None:
    index.add(sketch(example.path, example.text))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


if __name__ == "__main__":
    main(sys.argv[1:])
