"""The families that the last mining found, with a few sketches of each: by these new files are recognised."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from engine.model import Family, Kind, Member
from engine.store.columns import storable, to_json
from engine.store.connection import Store


def replace_all(store: Store, families: Sequence[Family], sketches: Mapping[str, bytes]) -> None:
    """Puts `families` in place of those of the mining before; `sketches` are blobs by path."""
    with store.write() as connection:
        connection.execute("DELETE FROM families")
        connection.execute("DELETE FROM family_sketches")
        connection.executemany(
            "INSERT INTO families (signature, name, kind, path_template, confidence, members) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (_row(family) for family in families),
        )
        connection.executemany(
            "INSERT OR REPLACE INTO family_sketches (path, sketch) VALUES (?, ?)",
            ((storable(path), sketch) for path, sketch in sketches.items()),
        )


def load(store: Store) -> tuple[list[Family], dict[str, bytes]]:
    """Every family, and the sketches by path."""
    families = [
        Family(
            row["name"],
            Kind(row["kind"]),
            tuple(Member(m["path"], tuple(m["files"]), m["created"]) for m in json.loads(row["members"])),
            row["signature"],
            row["confidence"],
            row["path_template"],
        )
        for row in store.rows("SELECT * FROM families ORDER BY name, signature")
    ]
    sketches = {row["path"]: row["sketch"] for row in store.rows("SELECT path, sketch FROM family_sketches")}
    return families, sketches


def _row(family: Family) -> tuple[str, str, str, str, float, str]:
    members = [{"path": m.path, "files": list(m.files), "created": m.created} for m in family.members]
    return (
        storable(family.signature),
        storable(family.name),
        family.kind.value,
        storable(family.path_template),
        family.confidence,
        to_json(members),
    )
