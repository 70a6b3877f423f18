"""`make bench`: every figure of docs/benchmarks.md. `python -m benchmarks NAME …` prints some of them.

Real material is given from outside: PATUI_BENCH_TREE is a directory of many files (homeassistant/components, say),
PATUI_FAMILIES the folder of families that `benchmarks.induction` reads, PATUI_GENERATORS one of generator templates
(`benchmarks.recovery_generators`), PATUI_LOGHUB one of labelled logs,
PATUI_REPOSITORIES repositories to replay (with a `:` between). Without them those figures are left out.
"""

from __future__ import annotations

import sys

from benchmarks import (
    analysing,
    anti_patterns,
    app,
    cause_texts,
    engine_cost,
    errors,
    evolution,
    families,
    hook_cost,
    idle,
    induction,
    peers,
    recovery,
    redaction,
    saving,
    scan_cost,
    simulate,
    telemetry,
    tui_scale,
)

SECTIONS = {
    "scan": scan_cost.main,
    "start": engine_cost.main,
    "saving": saving.main,
    "analysing": analysing.main,
    "app": app.main,
    "tui": tui_scale.main,
    "idle": idle.main,
    "families": families.main,
    "induction": induction.main,
    "recovery": recovery.main,
    "peers": peers.main,
    "errors": errors.main,
    "telemetry": telemetry.main,
    "simulate": simulate.main,
    "hooks": hook_cost.main,
    "redaction": redaction.main,
    "anti-patterns": anti_patterns.main,
    "cause-texts": cause_texts.main,
    "evolution": evolution.main,
}


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in SECTIONS]
    if unknown:
        print(f"there is no benchmark {unknown[0]!r}; there are: {', '.join(SECTIONS)}", file=sys.stderr)
        return 2
    for name in names or list(SECTIONS):
        print(f"\n## {name}\n", flush=True)
        sys.argv = [name]  # a benchmark that can be run by itself reads its own arguments
        SECTIONS[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
