"""Shapes: the places where files of a family could lie, as paths with `*` for what differs (`components/*/main.json`).

People keep files of a kind at one kind of place: one name in sibling directories, or one extension (with one first or
last word of the stem) in one directory. So every place that holds a few files is a hypothesis that its files are a
family, and only their content has to confirm it; no two strangers from unrelated places are ever compared.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

ANYWHERE = "**"
_WORD_GAP = re.compile(r"[_\-. ]|(?<=[a-z0-9])(?=[A-Z])")
TIED_DEPTH = 4
TIED_SHARE = 0.7  # the part of the files that has the same directory at a place where it does not differ
_OWN = "{1}"  # the nearest directory's name inside the file's name


def split(path: str) -> tuple[str, str]:
    directory, _, name = path.rpartition("/")
    return directory, name


def extension(name: str) -> str:
    """`.json` of `x.metadata.json`; the whole name where there is no extension (`Dockerfile`, `.gitignore`)."""
    dot = name.rfind(".")
    return name[dot:] if dot > 0 else name


def places(paths: Sequence[str], least: int) -> dict[str, list[int]]:
    """Every shape that at least `least` of `paths` share, with their positions; of equal sets the most specific one."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    by_name: dict[tuple[str, str], list[int]] = defaultdict(list)
    general: dict[str, tuple[str, ...]] = {}
    for position, path in enumerate(paths):
        directory, name = split(path)
        if directory not in general:
            general[directory] = tuple(_generalised(directory))
        for wider in general[directory]:
            found[wider, name].append(position)
        for pattern in _name_patterns(name, directory.rpartition("/")[2]):
            by_name[directory, pattern].append(position)
    for (directory, pattern), positions in by_name.items():
        if _OWN not in pattern:
            found[directory, pattern].extend(positions)
        for wider in general[directory]:
            found[wider, pattern].extend(positions)
    for (directory, pattern), positions in list(found.items()):
        if directory == ANYWHERE and "*" not in pattern and len(positions) >= least:
            for wider, fitting in _tied([split(paths[position])[0].split("/") for position in positions], least):
                found.setdefault((wider, pattern), [positions[place] for place in fitting])
    seen: dict[tuple[int, ...], str] = {}
    result: dict[str, list[int]] = {}
    enough = [item for item in found.items() if len(item[1]) >= least]
    for (directory, pattern), positions in sorted(enough, key=_specific_first):
        positions.sort()
        mark = (len(positions), positions[0], positions[-1], sum(positions))
        if mark not in seen:
            seen[mark] = shape = f"{directory}/{pattern}" if directory else pattern
            result[shape] = positions
    return result


def named_places(path: str) -> Iterator[tuple[str, str]]:
    """The places (directory, name) of `path` that people choose: its directory, and a name or a word of it anywhere."""
    directory, name = split(path)
    suffix = f"*{extension(name)}"
    wider = list(_generalised(directory))
    yield from ((place, name) for place in wider)
    for pattern in _name_patterns(name, directory.rpartition("/")[2]):
        yield directory, pattern
        if pattern != suffix:
            yield from ((place, pattern) for place in wider)


def fits(shape: str, path: str) -> bool:
    """Whether `path` lies at a place of this shape."""
    return re.fullmatch(_expression(shape), path, re.IGNORECASE) is not None


def _expression(shape: str) -> str:
    parts = []
    for part in shape.split("/"):
        if part == ANYWHERE:
            parts.append(r"(?:[^/]+/)*")
            continue
        pieces = [re.escape(piece).replace(re.escape(_OWN), ".+") for piece in part.split("*")]
        parts.append("[^/]+".join(pieces) + "/")
    return "".join(parts).removesuffix("/")


def _specific_first(item: tuple[tuple[str, str], list[int]]) -> tuple[int, int, str, str]:
    (directory, pattern), _ = item
    wildness = (9 if directory == ANYWHERE else directory.count("*")) + 2 * pattern.count("*")
    return (wildness, -len(pattern), directory, pattern)


def _generalised(directory: str) -> Iterator[str]:
    """`a/b/c` with one of its last four parts, the last two, or everything replaced."""
    if not directory:
        return
    parts = directory.split("/")
    for place in range(max(0, len(parts) - 4), len(parts)):
        yield "/".join([*parts[:place], "*", *parts[place + 1 :]])
    if len(parts) > 1:
        yield "/".join([*parts[:-2], "*", "*"])
    yield ANYWHERE


def _tied(rows: Sequence[Sequence[str]], least: int) -> Iterator[tuple[str, list[int]]]:
    """Directories of one depth that differ in two or three places (`shop/src/main/java/org/shop`), with `*` there."""
    depths: dict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        depths[len(row)].append(place)
    for depth, places in depths.items():
        if depth < TIED_DEPTH or len(places) < least:
            continue
        columns = [Counter(rows[place][at] for place in places).most_common(1)[0] for at in range(depth)]
        fixed = [at for at, (_, count) in enumerate(columns) if count >= TIED_SHARE * len(places)]
        if 2 <= depth - len(fixed) <= 3 and len(fixed) * 2 >= depth:
            fitting = [place for place in places if all(rows[place][at] == columns[at][0] for at in fixed)]
            yield "/".join(columns[at][0] if at in fixed else "*" for at in range(depth)), fitting


def _name_patterns(name: str, nearest: str) -> Iterable[str]:
    """What `name` may have in common with its siblings, other than being equal."""
    suffix = extension(name)
    stem = name.removesuffix(suffix)
    if not stem:
        return
    yield f"*{suffix}"
    if len(nearest) > 1 and nearest.lower() in stem.lower():
        at = stem.lower().index(nearest.lower())
        yield f"{stem[:at]}{_OWN}{stem[at + len(nearest) :]}{suffix}"
    gaps = list(_WORD_GAP.finditer(stem))
    if gaps:
        first, last = stem[: gaps[0].end()], stem[gaps[-1].start() :]
        # In `GetUser.java` the last word says the kind, the first does not; in `useUser.ts`, `test_user.py` it does.
        if len(first) > 2 and not first[:-1].isdigit() and not (first[-1].isalnum() and first[0].isupper()):
            yield f"{first}*{suffix}"
        if len(last) > 2 and not last[1:].isdigit():
            yield f"*{last}{suffix}"
