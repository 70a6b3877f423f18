"""Approved patterns in the languages of tools that people already use."""

from __future__ import annotations

from engine.actions.find import find
from engine.exporting import export_recipe
from engine.workspace import Workspace


def export(workspace: Workspace, reference: str, target: str) -> str:
    """The text of a pattern for `target`. NotTrusted for what a person has not approved: the text is made to be run."""
    return export_recipe(find(workspace, reference).must_write().pattern, target)
