"""Scaffolds: directories that several times hold the same set of files, each of them of a family.

A file family with at most one member in each directory is a role. Roles that fill mostly the same
directories are one scaffold.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST_OVERLAP = 0.7  # two roles belong together when they share this part of the directories of either
LEAST_ROLES = 2


@dataclass(frozen=True, slots=True)
class Role:
    """`files` maps each directory to the file that plays the role there; `cluster` is the number of its family."""

    cluster: int
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Scaffold:
    """`directories` maps each directory to its files, in the order of `roles` (numbers of the families merged)."""

    roles: tuple[int, ...]
    directories: Mapping[str, tuple[str, ...]]


def find_scaffolds(clusters: Sequence[Sequence[str]], created: Mapping[str, float], least: int) -> list[Scaffold]:
    """The scaffolds among families given by their members' paths; `created` tells when each file was made."""
    roles = [role for number, paths in enumerate(clusters) if (role := _role(number, paths))]
    roles.sort(key=lambda role: (-len(role.files), min(role.files.values())))
    groups: list[list[Role]] = []
    for role in roles:
        for group in groups:
            if all(_together(role, other, created, least) for other in group):
                group.append(role)
                break
        else:
            groups.append([role])
    return [_scaffold(group, least) for group in groups if len(group) >= LEAST_ROLES]


def _role(number: int, paths: Sequence[str]) -> Role | None:
    files: dict[str, str] = {}
    for directory, path in zip(_roots(paths), paths, strict=True):
        if not directory or directory in files:
            return None
        files[directory] = path
    return Role(number, files)


def _roots(paths: Sequence[str]) -> list[str]:
    """For each path the directory that is an instance: the last that differs, so `x/docs/conf.py` belongs to `x`.

    So it is where the files have one name, or one made of the directory's; else it is the file's own directory.
    """
    rows = [path.split("/")[:-1] for path in paths]
    if len({len(row) for row in rows}) == 1:
        last = max((place for place, column in enumerate(zip(*rows, strict=True)) if len(set(column)) > 1), default=-1)
        names = [posixpath.basename(path).lower() for path in paths]
        if (
            last >= 0
            and len({name.replace(row[last].lower(), "*") for name, row in zip(names, rows, strict=True)}) == 1
        ):
            return ["/".join(row[: last + 1]) for row in rows]
    return ["/".join(row) for row in rows]


def _together(one: Role, other: Role, created: Mapping[str, float], least: int) -> bool:
    """Mostly the same directories, and in most of them made within a day of each other."""
    common = one.files.keys() & other.files.keys()
    if len(common) < max(least, LEAST_OVERLAP * max(len(one.files), len(other.files))):
        return False
    near = sum(abs(created[one.files[place]] - created[other.files[place]]) <= 86_400 for place in common)
    return near * 2 >= len(common)


def _scaffold(group: Sequence[Role], least: int) -> Scaffold:
    """A directory is an instance when it holds at least half of the roles, and two.

    The others keep their files to a family of files, unless a role has fewer than `least` of these: then they are
    instances too, for they would be lost.
    """
    enough = max(LEAST_ROLES, (len(group) + 1) // 2)
    places = sorted({place for role in group for place in role.files})
    held = {place: tuple(role.files[place] for role in group if place in role.files) for place in places}
    whole = {place for place, files in held.items() if len(files) >= enough}
    for role in group:
        outside = role.files.keys() - whole
        if len(outside) < least:
            whole |= outside
    return Scaffold(tuple(role.cluster for role in group), {place: held[place] for place in sorted(whole)})
