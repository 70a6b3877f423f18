"""The words patui speaks, as frozen values; every floor above passes these and nothing else to its neighbours.

Times are seconds since the epoch (float, UTC); paths are relative to the workspace with `/` between parts; savings are
seconds unless a name says hours. `docs/glossary.md` has a line for each term.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.model.applying import Application, Plan, PlannedWrite, Undone, WriteAction
    from engine.model.events import (
        ChangeKind,
        Clock,
        Event,
        EventType,
        FileChange,
        Notifier,
        Suggestion,
        SuggestionKind,
    )
    from engine.model.evidence import Backtest, Candidate, Fit, Induction, Prediction
    from engine.model.patterns import (
        FileTemplate,
        Kind,
        Literal,
        Node,
        Pattern,
        Preset,
        RawTemplate,
        Record,
        Repeat,
        Slot,
        Status,
        Switch,
        Template,
        Value,
        Values,
        Variable,
        VariableType,
    )
    from engine.model.refinements import AsText, AsVariable, Refinement, Refusal, Rename, SetDefault
    from engine.model.telemetry import ErrorRecord, Execution, Resolution, Routine, Source, Step, StepKind
    from engine.model.work import Example, Family, Instance, Member, Scan

__all__ = [
    "Application",
    "AsText",
    "AsVariable",
    "Backtest",
    "Candidate",
    "ChangeKind",
    "Clock",
    "ErrorRecord",
    "Event",
    "EventType",
    "Example",
    "Execution",
    "Family",
    "FileChange",
    "FileTemplate",
    "Fit",
    "Induction",
    "Instance",
    "Kind",
    "Literal",
    "Member",
    "Node",
    "Notifier",
    "Pattern",
    "Plan",
    "PlannedWrite",
    "Prediction",
    "Preset",
    "RawTemplate",
    "Record",
    "Refinement",
    "Refusal",
    "Rename",
    "Repeat",
    "Resolution",
    "Routine",
    "Scan",
    "SetDefault",
    "Slot",
    "Source",
    "Status",
    "Step",
    "StepKind",
    "Suggestion",
    "SuggestionKind",
    "Switch",
    "Template",
    "Undone",
    "Value",
    "Values",
    "Variable",
    "VariableType",
    "WriteAction",
]

# In the order of what is asked for first: the app paints its first frame from events alone, and waits for no other.
_FILES = ("events", "patterns", "evidence", "applying", "work", "telemetry", "refinements")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Each file is imported when one of its names is asked for: making all these classes takes 20 ms."""
        if name in __all__:
            for file in _FILES:
                if name in (found := vars(import_module(f"{__name__}.{file}"))):
                    globals()[name] = found[name]
                    return found[name]
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
