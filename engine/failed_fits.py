"""A fit that failed is a failed use of its pattern, with the file as its input."""

from __future__ import annotations

import hashlib

from engine.measuring import kept_of
from engine.model import Execution, Fit, Pattern, Source
from engine.parts import Parts
from engine.recording import keep
from engine.store.outcomes import KEPT_ENOUGH


def note_failed_fit(place: Parts, pattern: Pattern, path: str, text: str, found: Fit) -> bool:
    """Records that `pattern` cannot give `text` at `path`; False where it can, or all but a little of it. The same file
    counts once a version; its own input signature makes it an edge case."""
    if found.exact or kept_of(found.rendered, text, ()).share >= KEPT_ENOUGH:
        return False
    digest = hashlib.sha256(f"{path}\n{text}".encode()).hexdigest()[:16]
    keep(
        place.store,
        [
            Execution(
                at=place.clock(),
                success=False,
                source=Source.PATUI,
                operation_kind="fit",
                pattern_id=pattern.pattern_id,
                pattern_version=pattern.version,
                inputs={"path": path},
                input_signature=f"file:{digest}",
                verification=f"not reproduced: {found.similarity:.0%} alike, {len(found.missed)} lines missed",
                key=f"fit:{pattern.pattern_id}:{pattern.version}:{path}",
            )
        ],
    )
    return True
