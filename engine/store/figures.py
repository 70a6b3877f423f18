"""How patterns were used over time, added up by SQLite: what the reports, the evolution and the recoveries show.

Every query goes through the index on the pattern's id, so that a million executions without one cost nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

from engine.store.columns import datetime_text, moment, number, text
from engine.store.connection import Store
from engine.store.outcomes import KEPT_ENOUGH

QUARTER: Final = 900.0  # seconds; every time zone's midnight is the start of one
_NEWEST: Final = 20_000  # rows of work by hand that a median is taken from
# Other programs write the plan's columns: a time is a number of seconds or ISO 8601, a success whatever SQL calls true.
_AT = "CASE WHEN typeof(timestamp) IN ('integer', 'real') THEN timestamp ELSE strftime('%s', timestamp) END"
_TRUE = (
    "CASE WHEN success IS NULL THEN NULL WHEN typeof(success) IN ('integer', 'real') THEN success <> 0 "
    "ELSE lower(success) IN ('true', 'yes', 'success') END"
)
_TIMED = "typeof(time_taken_seconds) IN ('integer', 'real') AND time_taken_seconds >= 0"


@dataclass(frozen=True, slots=True)
class Uses:
    """Uses of one pattern's version in one quarter of an hour that starts at `at`.

    `version` is empty where nobody recorded it. `seconds` were saved.
    """

    at: float
    pattern_id: str
    version: str
    uses: int
    succeeded: int
    failed: int
    seconds: float


@dataclass(frozen=True, slots=True)
class LastUse:
    at: float
    success: bool | None


def applied(store: Store, since: float = 0.0) -> list[Uses]:
    """What was applied from `since` on. What was taken back failed, and is no use; what was edited so far that less
    than KEPT_ENOUGH of its saving stayed failed too. The newest look at each file counts."""
    rows = store.rows(
        "SELECT CAST(at / 900 AS INTEGER) AS quarter, pattern_id, version, sum(undone_at = 0) AS stand, "
        "sum(undone_at = 0 AND kept >= ?) AS good, sum(undone_at <> 0 OR kept < ?) AS bad, "
        "total(CASE WHEN undone_at = 0 THEN seconds_saved * kept END) AS seconds "
        "FROM (SELECT at, pattern_id, version, undone_at, seconds_saved, coalesce((SELECT avg(kept) FROM outcomes "
        "WHERE id IN (SELECT max(id) FROM outcomes WHERE application_id = applications.id GROUP BY path)), 1.0) "
        "AS kept FROM applications WHERE at >= ?) GROUP BY 1, 2, 3 ORDER BY 1",
        (KEPT_ENOUGH, KEPT_ENOUGH, since),
    )
    return [
        Uses(
            row["quarter"] * QUARTER,
            row["pattern_id"],
            row["version"],
            row["stand"],
            row["good"],
            row["bad"],
            row["seconds"],
        )
        for row in rows
    ]


def executed(store: Store, since: float = 0.0) -> list[Uses]:
    """Executions with a pattern from `since` on.

    A successful use of known duration saves the median time of the same kind of operation by hand, less its own; where
    nothing was done by hand it saves nothing that could be told.
    """
    rows = store.rows(
        "SELECT CAST(at / 900 AS INTEGER) AS quarter, pattern_id, version, operation_kind, count(*) AS uses, "  # noqa: S608 - fixed text
        "coalesce(sum(good = 1), 0) AS succeeded, coalesce(sum(good = 0), 0) AS failed, "
        "coalesce(sum(good = 1 AND took IS NOT NULL), 0) AS timed, "
        "total(CASE WHEN good = 1 THEN took END) AS seconds FROM "
        f"(SELECT {_AT} + 0.0 AS at, {_TRUE} AS good, pattern_id, operation_kind, "
        f"coalesce(pattern_version, '') AS version, "
        f"coalesce(seconds, CASE WHEN {_TIMED} THEN time_taken_seconds END) AS took "
        "FROM execution_logs LEFT JOIN execution_details ON execution_id = execution_logs.id WHERE pattern_id > '') "
        "WHERE at >= ? GROUP BY 1, 2, 3, 4 ORDER BY 1",
        (since,),
    )
    by_hand = seconds_by_hand(store, {text(row["operation_kind"]) for row in rows if row["timed"]})
    return [
        Uses(
            row["quarter"] * QUARTER,
            text(row["pattern_id"]),
            row["version"],
            row["uses"],
            row["succeeded"],
            row["failed"],
            row["timed"] * by_hand[kind] - row["seconds"] if (kind := text(row["operation_kind"])) in by_hand else 0.0,
        )
        for row in rows
    ]


def seconds_by_hand(store: Store, kinds: Collection[str], until: float | None = None) -> Mapping[str, float]:
    """The median time of each kind of operation without a pattern, of the newest that succeeded (before `until`)."""
    wanted = sorted(kind for kind in kinds if kind)
    if not wanted:
        return {}
    rows = store.rows(
        "SELECT operation_kind, coalesce(seconds, time_taken_seconds) AS took FROM execution_logs "  # noqa: S608 - fixed text
        "LEFT JOIN execution_details ON execution_id = execution_logs.id WHERE coalesce(pattern_id, '') = '' "
        f"AND operation_kind IN ({', '.join('?' * len(wanted))}) AND (seconds IS NOT NULL OR {_TIMED}) "
        f"AND {_TRUE} = 1 AND (? IS NULL OR {_AT} + 0.0 < ?) ORDER BY execution_logs.id DESC LIMIT ?",
        [*wanted, until, until, _NEWEST],
    )
    times: dict[str, list[float]] = {}
    for row in rows:
        times.setdefault(text(row["operation_kind"]), []).append(number(row["took"]))
    return {kind: median(seconds) for kind, seconds in times.items()}


def count_use(store: Store, pattern_id: str, version: str, uses: int, succeeded: int, failed: int) -> None:
    """Sets what `pattern_metrics` says of a pattern whose uses are executions."""
    with store.write() as connection:
        connection.execute("INSERT OR IGNORE INTO pattern_metrics (pattern_id) VALUES (?)", (pattern_id,))
        connection.execute(
            "UPDATE pattern_metrics SET version = ?, total_uses = ?, success_count = ?, failure_count = ?, "
            "last_used = ? WHERE pattern_id = ?",
            (version, uses, succeeded, failed, datetime_text(store.clock()), pattern_id),
        )


def last_uses(store: Store, pattern_ids: Collection[str]) -> Mapping[str, LastUse]:
    """The newest execution of each of these patterns that has one."""
    if not pattern_ids:
        return {}
    rows = store.rows(
        f"SELECT pattern_id, timestamp, {_TRUE} AS good FROM execution_logs WHERE id IN (SELECT max(id) "  # noqa: S608
        f"FROM execution_logs WHERE pattern_id IN ({', '.join('?' * len(pattern_ids))}) GROUP BY pattern_id)",
        list(pattern_ids),
    )
    return {
        text(row["pattern_id"]): LastUse(moment(row["timestamp"]), None if row["good"] is None else bool(row["good"]))
        for row in rows
    }
