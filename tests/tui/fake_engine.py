"""A stand-in for the engine's façade with a small, frozen world, so that screens can be looked at without an engine.

It keeps the façade's promises (a decision moves a candidate, a written plan can be taken back) in plain lists.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from engine.actions.find import Standing
from engine.config import Config, SuggestionRules
from engine.errors import BrokenInput, InvalidDocument, NotTrusted, Problem
from engine.model import (
    Application,
    Candidate,
    Event,
    EventType,
    FileTemplate,
    Fit,
    Kind,
    Literal,
    Pattern,
    Plan,
    PlannedWrite,
    Preset,
    Refinement,
    Refusal,
    Slot,
    Status,
    Suggestion,
    SuggestionKind,
    Switch,
    Template,
    Undone,
    Value,
    Variable,
    VariableType,
    WriteAction,
)
from engine.refine import lost_examples, reach_of, refined, unavailable, words_of_template
from tests.tui.fake_past import FakePast

NOW = 1_763_647_318.0  # 2025-11-20 14:01:58 UTC

ORIGINAL = '''from collections import OrderedDict

from .. import Provider as ColorProvider

localized = True


class Provider(ColorProvider):
    """Colours for de_AT."""

    all_colors = OrderedDict(
        (
            ("Aquamarinblau", "#66CDAA"),
            ("Azurblau", "#007FFF"),
        )
    )
'''
RENDERED = ORIGINAL.replace("all_colors", "safe_colors").replace("Azurblau", "Azur")

PATTERN = Pattern(
    pattern_id="PAT-LOCALE-PROVIDER-001",
    name="locale-provider",
    kind=Kind.FILE,
    version="1.2.0",
    description="A colour provider for one locale.",
    variables=(
        Variable("locale", derivation="match.locale", examples=("de_AT", "fr_FR", "sk_SK")),
        Variable("safe", VariableType.BOOLEAN, default=False, examples=(True, False, False)),
        Variable("colors", VariableType.LIST, examples=(["a"] * 8, ["b"] * 140)),
    ),
    files=(
        FileTemplate(
            Template((Literal("providers/color/"), Slot("locale"), Literal("/__init__.py"))),
            Template(
                (
                    Literal("from collections import OrderedDict\n\n\nclass Provider(ColorProvider):\n    # "),
                    Slot("locale"),
                    Literal("\n"),
                    Switch("safe", (Literal("    safe = True\n"),)),
                )
            ),
        ),
    ),
    presets=(Preset("fr_FR", {"safe": True}), Preset("de_AT", {"safe": False})),
    evidence={"support": 14},
)


def _candidate(number: int, name: str, kind: Kind, support: int, hours: float, sure: float) -> Candidate:
    folder = "providers/color"
    locales = ["de_AT", "fr_FR", "hu_HU", "sk_SK"]
    return Candidate(
        id=number,
        pattern_id=f"PAT-{name.upper()}-001",
        name=name,
        kind=kind,
        status=Status.PENDING,
        confidence=sure,
        support=support,
        hours_saved=hours * 4,
        hours_per_month=hours,
        signature=name,
        path=f"patterns/drafts/AUTO-2025-11-20-{number:03}-{name}.pattern.yaml",
        detected_at=NOW - 90_000,
        members=tuple(f"{folder}/{locale}/__init__.py" for locale in locales),
        evidence={
            "first": "2025-03-03",
            "last": "2025-11-19",
            "authors": 4,
            "by_agents": 2 if number == 1 else 0,
            "backtest": {
                "later": support - 3,
                "predicted": min(support - 3, 6),
                "exact": 2,
                "mostly_right": 5,
                "hours_saved": hours * 4,
            },
        },
    )


def _candidates() -> list[Candidate]:
    return [
        replace(_candidate(1, "locale-provider", Kind.FILE, 14, 3.2, 0.91), pattern_id=PATTERN.pattern_id),
        _candidate(2, "release", Kind.EXECUTION, 6, 1.4, 0.88),
        _candidate(3, "shop-migration", Kind.FILE, 9, 1.1, 0.84),
        _candidate(4, "plugin", Kind.SCAFFOLD, 5, 1.0, 0.8),
        _candidate(5, "missing-module", Kind.RECOVERY, 4, 0.3, 0.77),
    ]


def _events() -> list[Event]:
    return [
        Event(EventType.READY, NOW - 700, "watching 2,310 files", id=1),
        Event(EventType.VERDICT, NOW - 535, "approved shop-migration 1.0.0", id=2),
        Event(EventType.CANDIDATE, NOW - 78, "14 similar files: locale-provider", about={"candidate": 1}, id=3),
        Event(EventType.ERROR, NOW - 46, "1 failed: ModuleNotFoundError: babel", id=4),
        Event(EventType.FILE, NOW, "15th of locale-provider", path="providers/color/lt_LT/__init__.py", id=5),
    ]


def offer(number: int = 1, *, time: float = NOW, kind: SuggestionKind = SuggestionKind.FILL) -> Suggestion:
    """A suggestion of the frozen world: the next empty file of the family."""
    return Suggestion(
        key=f"fill:{number}",
        kind=kind,
        title="15th locale-provider. Fill it: 96 % known",
        detail="",
        path=f"providers/color/l{number}_LT/__init__.py",
        pattern=PATTERN.pattern_id,
        time=time,
        id=number,
    )


@dataclass
class FakeEngine(FakePast):
    """The world behind the fake façade. `changed` holds the tables that the next poll names."""

    state: Path
    candidates: list[Candidate] = field(default_factory=_candidates)
    whys: list[str] = field(default_factory=list)  # per decision: its reason, or the digest of what was shown
    problems: tuple[Problem, ...] = ()
    decided: list[tuple[int, Status]] = field(default_factory=list)
    events: list[Event] = field(default_factory=_events)
    suggestions: list[Suggestion] = field(default_factory=list)
    settled: list[tuple[int, str]] = field(default_factory=list)
    written: list[Plan] = field(default_factory=list)
    library: list[Pattern] = field(default_factory=lambda: [PATTERN])
    changed: set[str] = field(default_factory=set)
    running: bool = True
    busy: str = ""
    missing_targets: tuple[str, ...] = ("providers/color/lt_LT/__init__.py", "providers/color/lv_LV/__init__.py")
    comparison: tuple[str, str] = (ORIGINAL, RENDERED)
    quiet: bool = False
    trouble: str = ""
    free: bool = True
    draft: Pattern = PATTERN
    changes: list[tuple[Pattern, Refinement]] = field(default_factory=list)

    def workspace(self, root: Path) -> Any:
        """What stands for `engine.workspace.Workspace`."""
        config = Config(suggestion=SuggestionRules(quiet=self.quiet))
        trust = SimpleNamespace(directory=self.state / "trust")
        return SimpleNamespace(root=root, home=root / "patterns", clock=lambda: NOW, config=config, trust=trust)

    # ── review ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _list(self, _: Any, statuses: Any = None) -> list[Candidate]:
        return [candidate for candidate in self.candidates if candidate.status is Status.PENDING]

    def _show(self, _: Any, reference: str) -> Any:
        if self.problems:
            raise InvalidDocument(reference, self.problems)
        return SimpleNamespace(candidate=None, pattern=self.draft, digest=self.digest(reference))

    def _compare(self, _: Any, reference: str, member: str) -> Any:
        original, rendered = self.comparison
        start = rendered.find("de_AT")
        parts = (
            SimpleNamespace(text=rendered[:start], variable="", start=0),
            SimpleNamespace(text="de_AT", variable="locale", start=start),
        )
        fit = Fit(None, {"safe": True}, {}, original == rendered, 0.9, (), rendered)
        return SimpleNamespace(
            member=member,
            path=member,
            original=original,
            rendered=rendered,
            segments=parts if start >= 0 else (),
            fit=fit,
        )

    def _decide(self, status: Status) -> Any:
        def decide(_: Any, reference: str, why: str = "") -> Candidate:
            self.whys.append(why)
            for index, candidate in enumerate(self.candidates):
                if reference in (candidate.pattern_id, str(candidate.id)):
                    self.candidates[index] = replace(candidate, status=status)
                    self.decided.append((candidate.id, status))
                    self.changed |= {"pattern_candidates", "verdicts"}
                    return self.candidates[index]
            raise BrokenInput(f"no {reference}")

        return decide

    def _undo_verdict(self, _: Any) -> Candidate | None:
        if not self.decided:
            return None
        number, _status = self.decided.pop()
        index = next(index for index, candidate in enumerate(self.candidates) if candidate.id == number)
        self.candidates[index] = replace(self.candidates[index], status=Status.PENDING)
        self.changed |= {"pattern_candidates", "verdicts"}
        return self.candidates[index]

    # ── applying ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _preview(
        self, _: Any, reference: str, target: str, values: Mapping[str, Value] | None = None, preset: str | None = None
    ) -> Any:
        given = dict(values or {})
        parts = target.split("/")
        locale = given.get("locale") or (parts[-2] if len(parts) > 2 else "")
        safe = given.get("safe", preset == "fr_FR")
        text = (
            f"from collections import OrderedDict\n\n\nclass Provider(ColorProvider):\n    # {locale or '‹locale›'}\n"
        )
        text += "    safe = True\n" if safe else ""
        missing = () if locale else ("locale",)
        sources = {
            "locale": "given" if "locale" in given else "path" if locale else "missing",
            "safe": "given" if "safe" in given else "preset" if preset else "default",
            "colors": "given" if "colors" in given else "default",
        }
        action = WriteAction.FILL if "_LT" in target else WriteAction.CREATE
        start = text.index("# ") + 2
        segments = (SimpleNamespace(text=locale or "‹locale›", variable="locale", start=start),)
        plan = Plan(
            PATTERN.pattern_id,
            "1.2.0",
            PATTERN.name,
            (target,),
            (PlannedWrite(target, text, action),),
            given,
            ("safe", "colors"),
        )
        return SimpleNamespace(
            standing=Standing.TRUSTED,
            pattern=PATTERN,
            plan=plan,
            values={"locale": locale, "safe": safe, "colors": given.get("colors", [])},
            sources=sources,
            missing=missing,
            files=(SimpleNamespace(path=target, text=text, segments=segments, action=action),),
        )

    def _missing(self, _: Any, reference: str) -> Plan:
        writes = tuple(PlannedWrite(t, f"# {t}\n", WriteAction.CREATE) for t in self.missing_targets)
        return Plan(PATTERN.pattern_id, "1.2.0", PATTERN.name, self.missing_targets, writes, {})

    @staticmethod
    def _without(plan: Plan, target: str) -> Plan:
        return replace(
            plan,
            targets=tuple(t for t in plan.targets if t != target),
            writes=tuple(write for write in plan.writes if write.path != target),
        )

    def _write(self, _: Any, plan: Plan) -> Application:
        self.written.append(plan)
        self.changed |= {"applications"}
        return Application(len(self.written), plan.pattern_id, plan.version, NOW, tuple(w.path for w in plan.writes))

    def _undo(self, _: Any) -> Undone:
        if not self.written:
            return Undone(None, (), {})
        plan = self.written.pop()
        paths = tuple(write.path for write in plan.writes)
        return Undone(Application(1, plan.pattern_id, plan.version, NOW, paths, NOW), paths, {})

    # ── live ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _status(self, _: Any) -> Any:
        pending = len(self._list(None))
        return SimpleNamespace(running=self.running, files=2310, commits=412, pending=pending, busy=self.busy)

    def _settle(self, status: str) -> Any:
        def settle(_: Any, number: int) -> None:
            self.settled.append((number, status))
            self.suggestions = [suggestion for suggestion in self.suggestions if suggestion.id != number]
            self.changed |= {"suggestions"}

        return settle

    def _poll(self) -> frozenset[str]:
        if self.trouble:
            raise BrokenInput(self.trouble)
        tables, self.changed = frozenset(self.changed), set()
        return tables

    # ── refining ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _preview_change(self, _: Any, reference: str, refinement: Any, member: str) -> Any:
        after = refined(self.draft, refinement)
        if isinstance(after, Refusal):
            return after
        comparison = self._compare(None, reference, member)
        return SimpleNamespace(pattern=after, comparison=comparison, lost=lost_examples(self.draft, after))

    def _refine(self, _: Any, reference: str, refinement: Any, shown: str) -> Any:
        if shown != self.digest(reference):
            raise NotTrusted(f"{reference} changed since it was shown")
        after = refined(self.draft, refinement)
        if isinstance(after, Refusal):
            return after
        before, self.draft = self.draft, after
        self.changes.append((before, refinement))
        candidate = next(one for one in self.candidates if reference in (one.pattern_id, str(one.id)))
        lost = lost_examples(before, after)
        return SimpleNamespace(
            candidate=candidate, pattern=after, digest=self.digest(reference), lost=lost, reflowed=False
        )

    def _take_back(self, _: Any, done: Any) -> Candidate:
        self.draft, _refinement = self.changes.pop()
        candidate: Candidate = done.candidate
        return candidate

    def _measure(self, _: Any, done: Any) -> Any:
        before = {"predicted": 5, "exact": 3, "seconds": 41.2}
        return SimpleNamespace(before=before, after={**before, "exact": 2, "seconds": 38.4})

    def digest(self, reference: str) -> str:
        return f"digest of {reference}" + f" {len(self.changes)}" * bool(self.changes)

    def modules(self) -> dict[str, ModuleType]:
        """The façade's modules."""
        contents: dict[str, dict[str, Any]] = {
            "review": {
                "candidates": self._list,
                "show": self._show,
                "compare": self._compare,
                "approve": self._decide(Status.APPROVED),
                "reject": self._decide(Status.REJECTED),
                "defer": self._decide(Status.DEFERRED),
                "undo_verdict": self._undo_verdict,
            },
            "refining": {
                "preview": self._preview_change,
                "refine": self._refine,
                "take_back": self._take_back,
                "measure": self._measure,
                "words": lambda _, reference: words_of_template(self.draft),
                "reach": lambda pattern, refinement: reach_of(pattern, refinement.text),
                "unavailable": unavailable,
            },
            "applying": {
                "preview": self._preview,
                "missing": self._missing,
                "without": self._without,
                "write": self._write,
                "undo": self._undo,
                "library": lambda _: self.library,
            },
            "live": {
                "recent_events": lambda _, limit=200: self.events,
                "open_suggestions": lambda _: self.suggestions,
                "recent_suggestions": lambda _, limit=200: [*self.suggestions, replace(offer(9), status="dismissed")],
                "dismiss": self._settle("dismissed"),
                "accept": self._settle("accepted"),
                "status": self._status,
                "is_free": lambda _: self.free,
                "waiting": lambda _: 0,
                "stop_waiting": lambda _: None,
                "Cursor": lambda _: SimpleNamespace(poll=self._poll),
            },
        } | self.past_modules()
        modules = {}
        for name, members in contents.items():
            modules[name] = ModuleType(f"engine.actions.{name}")
            vars(modules[name]).update(members)
        return modules

    def stand_in(self, patch: pytest.MonkeyPatch) -> None:
        """Takes the place of the façade while `patch` lasts."""
        import engine.actions

        for name, module in self.modules().items():
            patch.setitem(sys.modules, f"engine.actions.{name}", module)
            patch.setattr(engine.actions, name, module, raising=False)
