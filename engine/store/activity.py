"""What happened since somebody last looked, and when each pattern was last used: cheap enough to ask all the time."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from engine.store.columns import moment, text
from engine.store.connection import Store

_TOLD = 50_000  # late records whose times are read; more of them are an import, of which the newest count


@dataclass(frozen=True, slots=True)
class Marks:
    """The newest row of each table that reports are made of; two equal marks mean that nothing was added."""

    executions: int = 0
    applications: int = 0
    undone: float = 0.0
    outcomes: int = 0
    feedback: int = 0

    def as_row(self) -> dict[str, float]:
        return asdict(self)


def marks(store: Store) -> Marks:
    """How far each table has grown; one look at the end of five indexes."""
    row = store.row(
        "SELECT (SELECT max(id) FROM execution_logs) AS executions, (SELECT max(id) FROM applications) AS applications,"
        " (SELECT max(undone_at) FROM applications) AS undone, (SELECT max(id) FROM outcomes) AS outcomes, "
        "(SELECT max(id) FROM feedback) AS feedback"
    )
    if row is None:
        return Marks()
    return Marks(
        executions=int(row["executions"] or 0),
        applications=int(row["applications"] or 0),
        undone=float(row["undone"] or 0.0),
        outcomes=int(row["outcomes"] or 0),
        feedback=int(row["feedback"] or 0),
    )


def times_since(store: Store, seen: Marks) -> list[float]:
    """When the work was done of which a record came in, or changed, after `seen`; seconds since the epoch, unordered.

    A record that another program inserted says when by its own time stamp.
    """
    rows = store.rows(
        "SELECT l.timestamp, d.at FROM execution_logs l LEFT JOIN execution_details d ON d.execution_id = l.id "
        "WHERE l.id > ? ORDER BY l.id DESC LIMIT ?",
        (seen.executions, _TOLD),
    )
    found = [row["at"] or moment(row["timestamp"]) for row in rows]
    rows = store.rows("SELECT at FROM applications WHERE id > ? OR undone_at > ?", (seen.applications, seen.undone))
    found += [row["at"] for row in rows]
    rows = store.rows(
        "SELECT a.at FROM outcomes o JOIN applications a ON a.id = o.application_id WHERE o.id > ?", (seen.outcomes,)
    )
    return found + [row["at"] for row in rows]


def last_uses(store: Store) -> dict[str, float]:
    """When each pattern was last used, in whichever way: applied and not taken back, or run."""
    found: dict[str, float] = {}
    for row in store.rows("SELECT pattern_id, max(at) AS at FROM applications WHERE undone_at = 0 GROUP BY 1"):
        found[text(row["pattern_id"])] = float(row["at"])
    # Time stamps of other programs may be numbers or texts, which no index compares: one row a use is read.
    for row in store.rows(
        "SELECT l.pattern_id, l.timestamp, d.at FROM execution_logs l "
        "LEFT JOIN execution_details d ON d.execution_id = l.id WHERE l.pattern_id > ''"
    ):
        pattern = text(row["pattern_id"])
        found[pattern] = max(found.get(pattern, 0.0), row["at"] or moment(row["timestamp"]))
    return found


def approved_at(store: Store) -> dict[int, float]:
    """When each candidate was last approved, by its number."""
    rows = store.rows(
        "SELECT candidate_id, max(at) AS at FROM verdicts WHERE after_status = 'approved' AND undone_at = 0 GROUP BY 1"
    )
    return {row["candidate_id"]: float(row["at"]) for row in rows}
