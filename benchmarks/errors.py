"""Signatures of errors: templates of logs next to Drain3, and tools' errors with other names in them.

    python -m benchmarks errors        (PATUI_LOGHUB: a folder of loghub's *_structured.csv)

    GA   share of lines whose group holds exactly the lines of their event (LogPAI; Zhu et al., ICSE 2019)
    FGA  F1 of groups that hold exactly the lines of one event (Jiang et al., 2023)
    PA   share of lines whose template is the labelled one, text by text (Khan et al., ICSE 2022)
    FTA  F1 of groups that are exact and carry the labelled template (Khan et al., ICSE 2022)

Templates are compared with runs of blanks as one blank; lines a second are of processor time. Drain3 runs in its
default configuration, where it is installed. The corpus of tools' errors is scored by B-cubed precision, recall and F1
(Bagga and Baldwin, 1998).
"""

from __future__ import annotations

import csv
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import error_stories
from benchmarks.error_corpus import CASES, variants
from engine.mining.signatures import Grouper, errors_of

VARIANTS = 12  # of each message of the corpus


@dataclass(frozen=True, slots=True)
class LogScore:
    ga: float
    fga: float
    pa: float
    fta: float
    groups: int
    events: int


def f1(right: int, found: int, true: int) -> float:
    return 2 * right / (found + true) if found + true else 0.0


def log_score(
    groups: Sequence[Hashable], templates: Sequence[str], events: Sequence[Hashable], labelled: Sequence[str]
) -> LogScore:
    """The four figures of one log; the sequences have an item a line."""
    sizes, of_event, pairs = Counter(groups), Counter(events), Counter(zip(groups, events, strict=True))
    exact = {group: event for (group, event), n in pairs.items() if n == sizes[group] == of_event[event]}
    named = {group for group, ours, theirs in zip(groups, templates, labelled, strict=True) if ours == theirs}
    return LogScore(
        ga=sum(sizes[group] for group in exact) / len(groups),
        fga=f1(len(exact), len(sizes), len(of_event)),
        pa=sum(a == b for a, b in zip(templates, labelled, strict=True)) / len(groups),
        fta=f1(len(named & exact.keys()), len(sizes), len(of_event)),
        groups=len(sizes),
        events=len(of_event),
    )


def b_cubed(groups: Sequence[Hashable], classes: Sequence[Hashable]) -> tuple[float, float, float]:
    """Precision, recall and F1 over items: how pure an item's group is, how much of its class is in it."""
    by_group, by_class = Counter(groups), Counter(classes)
    both = Counter(zip(groups, classes, strict=True))
    precision = sum(n * n / by_group[group] for (group, _), n in both.items()) / len(groups)
    recall = sum(n * n / by_class[label] for (_, label), n in both.items()) / len(groups)
    return precision, recall, 2 * precision * recall / (precision + recall)


def ours(lines: Sequence[str]) -> list[tuple[str, str]]:
    grouper = Grouper()
    forms = [grouper.form_of(line) for line in lines]
    return [grouper.resolve(form) for form in forms]


def drain3(lines: Sequence[str]) -> list[tuple[str, str]] | None:
    """Drain3's groups and templates; None where it is not installed."""
    try:
        from drain3 import TemplateMiner
        from drain3.template_miner_config import TemplateMinerConfig
    except ImportError:
        return None
    miner = TemplateMiner(config=TemplateMinerConfig())
    clusters = [miner.add_log_message(line)["cluster_id"] for line in lines]
    templates = {cluster.cluster_id: cluster.get_template() for cluster in miner.drain.clusters}
    return [(str(cluster), templates[cluster]) for cluster in clusters]


def one_blank(text: str) -> str:
    return " ".join(text.split())


def logs(folder: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for path in sorted(folder.glob("*_structured.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield path.name.split("_")[0], list(csv.DictReader(file))


def main() -> None:
    folder = os.environ.get("PATUI_LOGHUB", "")
    if folder:
        print(
            "| log | by | GA | FGA | PA | FTA | groups of events | lines a second |\n|---|---|---|---|---|---|---|---|"
        )
        means: dict[str, list[LogScore]] = defaultdict(list)
        spent: dict[str, list[float]] = defaultdict(list)
        for name, rows in logs(Path(folder)):
            lines = [row["Content"] for row in rows]
            for by, parse in (("patui", ours), ("Drain3", drain3)):
                start = time.process_time()
                found = parse(lines)
                seconds = time.process_time() - start
                if found is None:
                    continue
                score = log_score(
                    [group for group, _ in found],
                    [one_blank(template) for _, template in found],
                    [row["EventId"] for row in rows],
                    [one_blank(row["EventTemplate"]) for row in rows],
                )
                means[by].append(score)
                spent[by].append(seconds / len(lines))
                _print(name, by, score, len(lines) / seconds)
        for by, scores in means.items():
            columns = zip(*((s.ga, s.fga, s.pa, s.fta) for s in scores), strict=True)
            cells = " | ".join(f"{sum(column) / len(scores):.3f}" for column in columns)
            print(f"| **mean** | {by} | {cells} | | {len(scores) / sum(spent[by]):,.0f} |")
        if "Drain3" not in means:
            print("\nDrain3 is not installed here: pip install drain3")
    else:
        print("PATUI_LOGHUB names no folder of *_structured.csv: the logs are left out")
    _print_corpus()
    error_stories.main()


def _print(name: str, by: str, score: LogScore, speed: float) -> None:
    cells = f"{score.ga:.3f} | {score.fga:.3f} | {score.pa:.3f} | {score.fta:.3f}"
    print(f"| {name} | {by} | {cells} | {score.groups} of {score.events} | {speed:,.0f} |")


def _print_corpus() -> None:
    groups, classes = [], []
    start = time.process_time()
    for case in CASES:
        for output in variants(case, VARIANTS):
            found = errors_of(output, case.command)
            groups.append(found[0].signature if found else "")
            classes.append(case.name)
    milliseconds = 1000 * (time.process_time() - start) / len(groups)
    precision, recall, f = b_cubed(groups, classes)
    print(
        f"\nerrors of tools: {len(CASES)} messages, {VARIANTS} variants each: B-cubed precision {precision:.3f}, "
        f"recall {recall:.3f}, F1 {f:.3f}; {milliseconds:.2f} ms an output"
    )


if __name__ == "__main__":
    main()
