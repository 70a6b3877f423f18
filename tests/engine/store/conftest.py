from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.store.connection import Store, open_store

NOW = 1_763_769_600.0  # 2025-11-22T00:00:00Z


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "metrics" / "patterns.db", clock=lambda: NOW) as opened:
        yield opened
