"""What keeps failing: the plan's table, and our details beside it."""

from __future__ import annotations

from engine.model.failures import AntiPatternRow
from engine.store.columns import datetime_text, mapping, moment, storable, text, texts, to_json
from engine.store.connection import Store

__all__ = ["AntiPatternRow", "listing", "put"]


def listing(store: Store) -> list[AntiPatternRow]:
    """All of them, by id; a row of another program comes with what it has."""
    rows = store.rows(
        "SELECT a.*, d.* FROM anti_patterns a LEFT JOIN anti_pattern_details d ON d.anti_pattern_id = a.id "
        "ORDER BY a.id"
    )
    return [
        AntiPatternRow(
            id=text(row["id"]),
            name=text(row["name"]),
            occurrences=int(row["occurrences"] or 0),
            affected=texts(row["affected_patterns"]),
            status=text(row["status"]) or "active",
            detected_at=moment(row["detected_at"]),
            pattern_id=text(row["pattern_id"]),
            cause=text(row["cause"]) or "unknown",
            error_signature=text(row["error_signature"]),
            recommendation=text(row["recommendation"]),
            evidence=mapping(row["evidence"]),
            first_at=row["first_at"] or moment(row["detected_at"]),
            last_at=row["last_at"] or moment(row["detected_at"]),
            fixed_in=text(row["fixed_in"]),
        )
        for row in rows
    ]


def put(store: Store, row: AntiPatternRow) -> None:
    """Add or replace one; unchanged ones are not written, so that nobody is told of what did not happen."""
    if row in listing(store):
        return
    with store.write() as connection:
        connection.execute(
            "INSERT INTO anti_patterns (id, name, detected_at, occurrences, affected_patterns, status) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, "
            "occurrences = excluded.occurrences, affected_patterns = excluded.affected_patterns, "
            "status = excluded.status",
            (
                row.id,
                storable(row.name),
                datetime_text(row.detected_at),
                row.occurrences,
                to_json(list(row.affected)),
                row.status,
            ),
        )
        connection.execute(
            "INSERT OR REPLACE INTO anti_pattern_details (anti_pattern_id, pattern_id, cause, error_signature, "
            "recommendation, evidence, first_at, last_at, fixed_in) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.id,
                storable(row.pattern_id),
                row.cause,
                row.error_signature,
                storable(row.recommendation),
                to_json(dict(row.evidence)),
                row.first_at,
                row.last_at,
                row.fixed_in,
            ),
        )
