"""The tour shows each picture that its script makes, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from benchmarks.tour import PICTURES

DOCS = Path(__file__).parents[2] / "docs"


def test_every_picture_is_made_and_shown() -> None:
    shown = re.findall(r"\(pictures/([^)]+)\.svg\)", (DOCS / "tour.md").read_text("utf-8"))
    assert sorted(shown) == sorted(picture.name for picture in PICTURES)
    assert sorted(path.stem for path in (DOCS / "pictures").iterdir()) == sorted(shown)
