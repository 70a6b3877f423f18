"""Palettes (`*.toml`) and the stylesheet (`patui.tcss`) of the app: package data, read by `tui.themes`."""
