"""Widgets show what they are given and say what was pressed; they never call the engine."""
