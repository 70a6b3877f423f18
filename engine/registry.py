"""Where anti-patterns are kept: the table, the registry with a page each and, when asked to, the policies of agents.

The table and the registry say the same. What only the registry knows came with the repository, or outlived a database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import documents
from engine.analyzers.report_text import escaped
from engine.detectors.anti_pattern_detector import ARCHIVED, AntiPatternDetector, FailureTexts, description
from engine.errors import BrokenInput, PatuiError
from engine.library.policies import FILE as _POLICY_FILE
from engine.library.policies import as_policies, is_kept
from engine.library.shelf import Shelf, content_of, text_of
from engine.model import Event, EventType, Execution
from engine.model.failures import AntiPatternRow
from engine.parts import Parts
from engine.store import anti_patterns as table
from engine.store import errors as error_table
from engine.store import executions, settings

POLICIES = "enabled.policies"
"""The setting that lets `ai_policies.yaml` be written."""


def detector(parts: Parts) -> AntiPatternDetector:
    """AUTO-005 over the database and the files of a workspace."""
    return AntiPatternDetector(StoredFailures(parts), parts.notifier, parts.clock)


@dataclass(frozen=True)
class StoredFailures:
    """The port over the database and the files."""

    parts: Parts

    def failed(self, since: float) -> Sequence[Execution]:
        return executions.failures(self.parts.store, since)

    def uses(self, pattern_id: str, operation_kind: str, since: float) -> Sequence[Execution]:
        if pattern_id:
            return executions.of_pattern(self.parts.store, pattern_id, since)
        return executions.of_operation(self.parts.store, operation_kind, since)

    def texts(self, execution: Execution) -> FailureTexts:
        found = error_table.of_execution(self.parts.store, execution.id)
        messages = tuple(f"{one.type}: {one.message}" for one in found)
        return FailureTexts(messages, executions.output(self.parts.store, execution.id))

    def known(self) -> Sequence[AntiPatternRow]:
        """The table, and what only the registry knows: it came with the repository, or the database was lost. What
        somebody archived in the file is archived."""
        rows = {row.id: row for row in table.listing(self.parts.store)}
        for entry in _registered(self.parts.shelf):
            found = _row_of(entry)
            if found.id and found.id not in rows:
                rows[found.id] = found
            elif found.id and found.status == ARCHIVED:
                rows[found.id] = replace(rows[found.id], status=ARCHIVED)
        return list(rows.values())

    def keep(self, rows: Sequence[AntiPatternRow]) -> None:
        before = {row.id: row for row in table.listing(self.parts.store)}
        for row in rows:
            if before.get(row.id) != row:
                table.put(self.parts.store, row)
        kept = table.listing(self.parts.store)
        if not (kept or _registry(self.parts.shelf).exists()):
            return
        self.parts.make_home()
        _write_registry(self.parts.shelf, kept)
        if settings.get(self.parts.store, POLICIES, False) is True or _policies_are_kept(self.parts.shelf):
            self.write_policies(kept)

    def write_policies(self, rows: Sequence[AntiPatternRow]) -> None:
        """`ai_policies.yaml` with what is active of `rows`; told, and left alone, where that cannot be done."""
        try:
            _write_policies(self.parts.shelf, rows)
        except PatuiError as error:
            said = f"{_POLICY_FILE} stays as it is: {error}"
            self.parts.notifier.tell(Event(EventType.NOTICE, self.parts.clock(), said, _POLICY_FILE))


# ── the files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _registry(shelf: Shelf) -> Path:
    return shelf.home / "anti_patterns" / "registry.yaml"


def _registered(shelf: Shelf) -> tuple[Any, ...]:
    path = _registry(shelf)
    return _entries(_read_mapping(shelf, path).get("anti_patterns")) if path.exists() else ()


def entry_of(row: AntiPatternRow) -> dict[str, Any]:
    """A row in the keys of the registry."""
    entry: dict[str, Any] = {
        "id": row.id,
        "name": row.name,
        "description": description(row),
        "detected": _day(row.detected_at),
        "occurrences": row.occurrences,
        "affected_patterns": list(row.affected),
        "fix": row.recommendation,
        "status": row.status,
        "fixed_in": row.fixed_in,
        "root_cause": row.cause,
        "pattern_id": row.pattern_id,
        "error_signature": row.error_signature,
        "first_failed": _moment(row.first_at),
        "last_failed": _moment(row.last_at),
        "evidence": dict(row.evidence),
    }
    kept = ("id", "name", "description", "detected", "occurrences", "affected_patterns", "fix", "status")
    return {key: value for key, value in entry.items() if key in kept or value not in ("", {}, None)}


def document_of(row: AntiPatternRow) -> dict[str, Any]:
    """A row in the keys that scripts read; every key is always there."""
    keys: dict[str, Any] = {"id": row.id, "pattern_id": row.pattern_id, "name": row.name, "root_cause": row.cause}
    keys |= {"occurrences": row.occurrences, "status": row.status, "recommendation": row.recommendation}
    keys |= {"description": description(row), "error_signature": row.error_signature, "fixed_in": row.fixed_in}
    times = {
        "detected": _day(row.detected_at),
        "first_failed": _moment(row.first_at),
        "last_failed": _moment(row.last_at),
    }
    return {**keys, "affected_patterns": list(row.affected), **times, "evidence": dict(row.evidence)}


def _row_of(entry: Any) -> AntiPatternRow:
    count = entry.get("occurrences")
    affected = entry.get("affected_patterns")
    evidence = entry.get("evidence")
    status = _text(entry.get("status")) or "active"
    return AntiPatternRow(
        id=_text(entry.get("id")),
        name=_text(entry.get("name")),
        occurrences=count if isinstance(count, int) else 0,
        affected=tuple(map(_text, affected)) if isinstance(affected, list) else (),
        status=status if status in ("active", "archived") else "fixed" if status.startswith("fixed") else "active",
        detected_at=_seconds(entry.get("detected")),
        pattern_id=_text(entry.get("pattern_id")),
        cause=_text(entry.get("root_cause")) or "unknown",
        error_signature=_text(entry.get("error_signature")),
        recommendation=_text(entry.get("fix")),
        evidence=evidence if isinstance(evidence, dict) else {},
        first_at=_seconds(entry.get("first_failed")),
        last_at=_seconds(entry.get("last_failed")),
        fixed_in=_text(entry.get("fixed_in")),
    )


def _write_registry(shelf: Shelf, rows: Sequence[AntiPatternRow]) -> None:
    """The registry and the pages; keys that somebody added to an entry stay."""
    path = _registry(shelf)
    document = dict(_read_mapping(shelf, path)) if path.exists() else {}
    before = {_text(entry.get("id")): entry for entry in _entries(document.get("anti_patterns"))}
    ours = set(entry_of(AntiPatternRow("", "", 0, evidence={"": 0}))) | {"fixed_in", "pattern_id", "error_signature"}
    written = []
    for row in rows:
        added = {key: value for key, value in before.get(row.id, {}).items() if key not in ours}
        written.append({**entry_of(row), **added})
    _save_changed(shelf, path, documents.dump({**document, "anti_patterns": written}))
    for row in rows:
        _save_changed(shelf, path.parent / f"{row.id}.md", page(row))


def page(row: AntiPatternRow) -> str:
    """One anti-pattern as Markdown."""
    evidence = row.evidence
    lines = [f"# {row.id}: {escaped(row.name)}", "", escaped(description(row)), ""]
    since = f", fixed in {row.fixed_in}" if row.fixed_in else ""
    lines += [f"- Status: {row.status}{since}", f"- Root cause: `{row.cause}`", f"- Occurrences: {row.occurrences}"]
    lines += [f"- Affects: {', '.join(f'`{name}`' for name in row.affected)}"] if row.affected else []
    lines += [f"- Operation: `{_code(evidence.get('operation'))}`"] if evidence.get("operation") else []
    lines += [f"- First failed: {_moment(row.first_at)}", f"- Last failed: {_moment(row.last_at)}"]
    lines += ["", "## What shows it", ""]
    messages = evidence.get("messages")
    for message in messages if isinstance(messages, list) else ():
        lines += ["```text", *(line.replace("```", "'''") for line in str(message).split("\n")), "```", ""]
    if evidence.get("verification"):
        lines.append(f"- Verification: {escaped(str(evidence['verification']))}")
    for key, words in (("inputs", "distinct inputs failed"), ("succeeded", "uses succeeded in the same time")):
        if evidence.get(key):
            lines.append(f"- {evidence[key]} {words}")
    if evidence.get("file_types"):
        lines.append(f"- On: {escaped(', '.join(map(str, evidence['file_types'])))}")
    lines += ["", "## What to do", "", escaped(row.recommendation).replace("\\`", "`"), ""]
    return "\n".join(lines)


def _code(value: object) -> str:
    return " ".join(str(value).replace("`", "'").split())


def _policies_are_kept(shelf: Shelf) -> bool:
    with suppress(PatuiError):  # missing, or nothing that one reads
        return is_kept(content_of(shelf.root / _POLICY_FILE, _POLICY_FILE).decode("utf-8", "surrogateescape"))
    return False


def _write_policies(shelf: Shelf, rows: Sequence[AntiPatternRow]) -> None:
    path = shelf.root / _POLICY_FILE
    before = content_of(path, _POLICY_FILE).decode("utf-8", "surrogateescape") if path.exists() else ""
    forbidden = [
        {"id": row.id, "pattern": row.pattern_id, "name": row.name}
        | {"reason": row.cause, "instead": row.recommendation}
        for row in rows
        if row.status == "active" and row.pattern_id
    ]
    after = as_policies(before, forbidden, _POLICY_FILE)
    if after == before:
        return
    if after:
        shelf.save(path, after)
    else:
        path.unlink(missing_ok=True)


def _save_changed(shelf: Shelf, path: Path, content: str) -> None:
    with suppress(BrokenInput):  # missing: it is written
        if content_of(path, path.name) == content.encode():
            return
    shelf.save(path, content)


def _read_mapping(shelf: Shelf, path: Path) -> Mapping[str, Any]:
    source = shelf.relative(path)
    document = documents.load(text_of(content_of(path, source), source), source)
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise BrokenInput(f"{source}: must be keys and values")
    return document


def _entries(value: object) -> tuple[Mapping[str, Any], ...]:
    return tuple(entry for entry in value if isinstance(entry, dict)) if isinstance(value, list) else ()


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")


def _seconds(value: object) -> float:
    try:
        stamp = datetime.fromisoformat(_text(value))
    except ValueError:
        return 0.0
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)).timestamp()
