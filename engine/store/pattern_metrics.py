"""The plan's table of what each pattern achieved, brought up to date from what was recorded."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from engine.store.columns import datetime_text
from engine.store.connection import Store


@dataclass(frozen=True, slots=True)
class MetricsRow:
    """A row in the plan's columns; `last_used` is in seconds since the epoch."""

    pattern_id: str
    version: str
    total_uses: int
    success_count: int
    failure_count: int
    total_time_saved_minutes: int
    last_used: float
    confidence_score: float


def put(store: Store, metrics: MetricsRow) -> bool:
    """Replace a pattern's row; whether it changed. An unchanged one is not written, so nobody is told."""
    row = asdict(metrics) | {"last_used": datetime_text(metrics.last_used) if metrics.last_used else None}
    known = store.row("SELECT * FROM pattern_metrics WHERE pattern_id = ?", (metrics.pattern_id,))
    if known is not None and all(known[name] == value for name, value in row.items()):
        return False
    with store.write() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO pattern_metrics (pattern_id, version, total_uses, success_count, failure_count, "
            "total_time_saved_minutes, last_used, confidence_score) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            tuple(row[name] for name in MetricsRow.__slots__),
        )
    return True
