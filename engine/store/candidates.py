"""The review: proposed patterns, and what was decided about each.

A candidate is a row of the plan's `pattern_candidates` and beside it a row of `candidate_details`. Another program may
add, change or delete rows of the former with plain SQL: such a candidate shows with what it has.
"""

# ruff: noqa: S608 - the queries are put together from fixed names only

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from engine.errors import NoSuchPattern
from engine.model import Candidate, Kind, Status
from engine.store.columns import datetime_text, insert, mapping, member, moment, number, storable, text, texts, to_json
from engine.store.connection import Store
from engine.store.driver import sqlite3

_KNOWN = ", ".join(f"'{status.value}'" for status in Status)
# A status that patui does not know (another program's) waits for review.
_STATUS = f"CASE WHEN lower(c.status) IN ({_KNOWN}) THEN lower(c.status) ELSE 'pending' END"
_SELECT = (
    f"SELECT c.id, c.detected_at AS noted, c.signature, c.example_executions, c.confidence, {_STATUS} AS status, "
    "c.auto_generated_spec, d.candidate_id, d.pattern_id, d.name, d.kind, d.support, d.hours_saved, d.hours_per_month, "
    "d.aliases, d.members, d.evidence, d.why, d.detected_at, d.defer_until, d.deferred_support "
    "FROM pattern_candidates c LEFT JOIN candidate_details d ON d.candidate_id = c.id "
)
# More waiting evidence than this brings a deferred candidate back before its time.
DEFERRED_EXAMPLES = 2
_BY_STATUS = "CASE status WHEN 'pending' THEN 0 WHEN 'deferred' THEN 1 WHEN 'approved' THEN 2 ELSE 3 END"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One decision, with the state before it so that it can be taken back; `undone_at` is 0 while it stands."""

    id: int
    candidate_id: int
    before_status: Status
    after_status: Status
    before_path: str
    after_path: str
    why: str
    at: float
    undone_at: float = 0.0
    before_why: str = ""
    before_defer_until: float = 0.0


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def get(store: Store, candidate_id: int) -> Candidate | None:
    return _one(store, "WHERE c.id = ?", candidate_id)


def by_signature(store: Store, signature: str) -> Candidate | None:
    """The candidate of a signature; of several the one that patui made, then the newest."""
    return _one(store, "WHERE c.signature = ? ORDER BY d.candidate_id IS NULL, c.id DESC LIMIT 1", storable(signature))


def find(store: Store, reference: str) -> Candidate | None:
    """The candidate that a person means by its number, `PAT-…` id, `AUTO-…` alias or name.

    Where several answer (a revision and the pattern it revises) the one that waits comes first, then the newest.
    """
    if reference.isascii() and reference.isdigit() and len(reference) < 18:
        return get(store, int(reference))
    order = f"ORDER BY {_BY_STATUS}, c.id DESC LIMIT 1"
    for where, value in (
        ("WHERE d.pattern_id = ?", reference),
        ("WHERE instr(d.aliases, ?) > 0", json.dumps(reference)),
        ("WHERE d.name = ?", reference),
    ):
        if found := _one(store, f"{where} {order}", value):
            return found
    # A row without details has no name of its own to search for.
    strays = store.rows(f"{_SELECT} WHERE d.candidate_id IS NULL")
    return next((one for one in map(_candidate, strays) if one.name == reference), None)


def listing(store: Store, statuses: Collection[Status] | None = None, limit: int = 10_000) -> list[Candidate]:
    """Candidates of these statuses (all without), those that save most per month from now on first."""
    where, parameters = "", []
    if statuses is not None:
        where = f"WHERE {_STATUS} IN ({', '.join('?' * len(statuses))})"
        parameters = [status.value for status in statuses]
    rows = store.rows(
        f"{_SELECT} {where} ORDER BY coalesce(d.hours_per_month, 0) DESC, coalesce(d.hours_saved, 0) DESC, c.id "
        "LIMIT ?",
        [*parameters, limit],
    )
    return [_candidate(row) for row in rows]


def counts(store: Store) -> dict[Status, int]:
    """How many candidates have each status; every status is a key."""
    rows = store.rows(f"SELECT {_STATUS} AS status, count(*) AS n FROM pattern_candidates c GROUP BY 1")
    found = {row["status"]: row["n"] for row in rows}
    return {status: found.get(status.value, 0) for status in Status}


def next_pattern_id(store: Store, name: str, taken: Collection[str] = ()) -> str:
    """A `PAT-{NAME}-{NNN}` that no row uses, nor anything in `taken` (ids that lie in files only).

    Call it inside `store.write()` together with the `put` that uses it: else another process may get the same.
    """
    words = re.sub(r"[^A-Z0-9]+", "-", name.upper()).strip("-")[:40].strip("-") or "PATTERN"
    stem = f"PAT-{words}-"
    rows = store.rows(
        "SELECT pattern_id FROM candidate_details WHERE pattern_id BETWEEN ? AND ? UNION "
        "SELECT pattern_id FROM pattern_metrics WHERE pattern_id BETWEEN ? AND ?",
        (stem, stem + "~", stem, stem + "~"),
    )
    return stem + _next_number(stem, [*(text(row[0]) for row in rows), *taken])


def next_alias(store: Store, at: float, taken: Collection[str] = ()) -> str:
    """An `AUTO-{date}-{NNN}` of the day of `at` (UTC) that is as free as `next_pattern_id` says."""
    stem = f"AUTO-{datetime_text(at)[:10]}-"
    rows = store.rows("SELECT aliases FROM candidate_details WHERE instr(aliases, ?) > 0", (stem,))
    return stem + _next_number(stem, [*(alias for row in rows for alias in texts(row["aliases"])), *taken])


def _next_number(stem: str, taken: Collection[str]) -> str:
    numbers = (name.removeprefix(stem) for name in taken if name.startswith(stem))
    return f"{max((int(number) for number in numbers if re.fullmatch('[0-9]{1,9}', number)), default=0) + 1:03d}"


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def put(store: Store, candidate: Candidate) -> Candidate:
    """Save a candidate and return it as it now stands.

    With a number it replaces that row (NoSuchPattern when there is none). Without one: the same signature found again
    updates the row that waits, which keeps its number, ids, date and status; one that was decided stays as it is
    and is returned; else it is added. Saving what is there already writes nothing.
    """
    candidate = replace(candidate, evidence=mapping(to_json(candidate.evidence)))  # as it will be read back
    with store.write() as connection:
        if candidate.id:
            standing = get(store, candidate.id)
            if standing is None:
                raise NoSuchPattern(str(candidate.id))
        else:
            standing = by_signature(store, candidate.signature) if candidate.signature else None
            if standing is not None and standing.status not in (Status.PENDING, Status.DEFERRED):
                return standing
            if standing is not None:
                candidate = _found_again(standing, candidate)
        if standing is None:
            candidate = replace(candidate, id=insert(connection, "pattern_candidates", _plan_row(candidate)))
            _put_details(connection, candidate)
        elif candidate != standing:
            row = _plan_row(candidate)
            changed = ", ".join(f"{name} = ?" for name in row)
            connection.execute(f"UPDATE pattern_candidates SET {changed} WHERE id = ?", (*row.values(), candidate.id))
            _put_details(connection, candidate)
        saved = get(store, candidate.id)
        return saved if saved is not None else candidate


def decide(
    store: Store, candidate_id: int, status: Status, *, why: str, at: float, path: str, defer_until: float = 0.0
) -> Candidate:
    """Give a candidate a status and its file's new `path`, and write a verdict that remembers how it was before.

    Raises NoSuchPattern when there is no such candidate.
    """
    with store.write() as connection:
        before = get(store, candidate_id)
        if before is None:
            raise NoSuchPattern(str(candidate_id))
        verdict = {
            "candidate_id": candidate_id,
            "before_status": before.status.value,
            "after_status": status.value,
            "before_path": storable(before.path),
            "after_path": storable(path),
            "before_why": before.why,
            "before_defer_until": before.defer_until,
            "why": storable(why),
            "at": at,
        }
        insert(connection, "verdicts", verdict)
        after = replace(before, status=status, why=why, path=path, defer_until=defer_until)
        connection.execute(
            "UPDATE pattern_candidates SET status = ?, auto_generated_spec = ? WHERE id = ?",
            (status.value, storable(path), candidate_id),
        )
        _put_details(connection, after)
        if status is Status.DEFERRED:
            connection.execute(
                "UPDATE candidate_details SET deferred_support = support WHERE candidate_id = ?", (candidate_id,)
            )
        return after


def wake_deferred(store: Store, at: float) -> list[Candidate]:
    """Bring back the deferred candidates whose time has come by `at`, or that have two more examples since."""
    due = (
        f"{_SELECT} WHERE lower(c.status) = 'deferred' AND "
        "(coalesce(d.defer_until, 0) <= ? OR d.support >= d.deferred_support + ?)"
    )
    parameters = (at, DEFERRED_EXAMPLES)
    if not store.rows(due, parameters):
        return []
    with store.write() as connection:
        woken = [
            replace(_candidate(row), status=Status.PENDING, defer_until=0.0) for row in store.rows(due, parameters)
        ]
        for candidate in woken:
            connection.execute("UPDATE pattern_candidates SET status = 'pending' WHERE id = ?", (candidate.id,))
            connection.execute("UPDATE candidate_details SET defer_until = 0 WHERE candidate_id = ?", (candidate.id,))
        return woken


def last_verdict(store: Store) -> Verdict | None:
    """The newest verdict that was not taken back."""
    row = store.row("SELECT * FROM verdicts WHERE undone_at = 0 ORDER BY id DESC LIMIT 1")
    if row is None:
        return None
    fields: dict[str, Any] = dict(row)
    fields |= {name: Status(fields[name]) for name in ("before_status", "after_status")}
    return Verdict(**fields)


def mark_verdict_undone(store: Store, verdict_id: int, at: float) -> None:
    with store.write() as connection:
        connection.execute("UPDATE verdicts SET undone_at = ? WHERE id = ? AND undone_at = 0", (at, verdict_id))


def _found_again(standing: Candidate, found: Candidate) -> Candidate:
    return replace(
        found,
        id=standing.id,
        pattern_id=standing.pattern_id or found.pattern_id,
        aliases=standing.aliases or found.aliases,
        path=found.path or standing.path,
        detected_at=standing.detected_at,
        status=standing.status,
        why=standing.why,
        defer_until=standing.defer_until,
    )


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _one(store: Store, clause: str, parameter: object) -> Candidate | None:
    row = store.row(_SELECT + clause, (parameter,))
    return _candidate(row) if row is not None else None


def _plan_row(candidate: Candidate) -> dict[str, object]:
    return {
        "detected_at": datetime_text(candidate.detected_at),
        "signature": storable(candidate.signature),
        "example_executions": to_json(candidate.members),
        "confidence": candidate.confidence,
        "status": candidate.status.value,
        "auto_generated_spec": storable(candidate.path),
    }


def _put_details(connection: sqlite3.Connection, candidate: Candidate) -> None:
    row: dict[str, Any] = {
        "candidate_id": candidate.id,
        "pattern_id": candidate.pattern_id,
        "name": storable(candidate.name),
        "kind": candidate.kind.value,
        "support": candidate.support,
        "hours_saved": float(candidate.hours_saved),
        "hours_per_month": float(candidate.hours_per_month),
        "aliases": to_json(candidate.aliases),
        "members": to_json(candidate.members),
        "evidence": to_json(candidate.evidence),
        "why": storable(candidate.why),
        "detected_at": float(candidate.detected_at),
        "defer_until": float(candidate.defer_until),
    }
    changed = ", ".join(f"{name} = excluded.{name}" for name in row)
    connection.execute(
        f"INSERT INTO candidate_details ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) "
        f"ON CONFLICT (candidate_id) DO UPDATE SET {changed}",
        list(row.values()),
    )


def _candidate(row: sqlite3.Row) -> Candidate:
    path = text(row["auto_generated_spec"])
    plan_only = row["candidate_id"] is None
    members = texts(row["example_executions"] if plan_only else row["members"])
    return Candidate(
        id=row["id"],
        pattern_id=row["pattern_id"] or "",
        name=row["name"] or _name_of(path) or f"candidate-{row['id']}",
        # The plan's own detector of this table is the one of executions.
        kind=member(Kind, row["kind"], Kind.EXECUTION),
        status=Status(row["status"]),
        confidence=number(row["confidence"]),
        support=len(members) if plan_only else row["support"],
        hours_saved=row["hours_saved"] or 0.0,
        hours_per_month=row["hours_per_month"] or 0.0,
        signature=text(row["signature"]),
        path=path,
        detected_at=moment(row["noted"]) if plan_only else row["detected_at"],
        aliases=texts(row["aliases"]),
        members=members,
        evidence=mapping(row["evidence"]),
        why=row["why"] or "",
        defer_until=row["defer_until"] or 0.0,
    )


def _name_of(path: str) -> str:
    """The name in a pattern file's name; nothing when `path` is no such file (it may be a whole document)."""
    name = PurePath(path).name
    return re.sub(r"(\.pattern|\.template)?\.ya?ml$", "", name) if re.fullmatch(r"[^\n]{1,200}\.ya?ml", name) else ""
