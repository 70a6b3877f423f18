"""CI: a workflow of GitHub Actions with the plan's three jobs. It mines git, for a checkout has no telemetry."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Final

from engine.enabling.part import Part, PartFile, Place
from engine.errors import BrokenInput
from engine.homes import find_home

PATH: Final = Path(".github") / "workflows" / "pattern-automation.yml"
_MARK: Final = "# patui: written by `patui enable ci`, taken out by `patui disable ci`."

_TEXT = """\
{mark}
name: Pattern Automation

on:
  schedule:
    - cron: '0 */6 * * *'  # every 6 hours: pattern detection
    - cron: '0 0 * * 0'    # weekly: performance reports
    - cron: '0 0 1 * *'    # monthly: pattern cleanup
  workflow_dispatch:

permissions: {{}}

concurrency:
  group: pattern-automation

jobs:
  detect_patterns:
    if: github.event_name == 'workflow_dispatch' || github.event.schedule == '0 */6 * * *'
    runs-on: ubuntu-latest
    timeout-minutes: 60
    permissions:
      contents: write
      pull-requests: write
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-python@v5
        with:
          python-version: '3.12'
      - name: Install patui
        run: python -m pip install '{package}'
      - name: Generate candidates
        run: patui analyze --suggest || test $? -eq 1
      - name: Write the digest
        run: patui tick
      - name: Open a draft pull request with the drafts
        env:
          GH_TOKEN: ${{{{ github.token }}}}
          BASE: ${{{{ github.event.repository.default_branch }}}}
        run: |
          if [ -z "$(ls {home}/drafts 2>/dev/null)" ]; then exit 0; fi
          git config user.name 'github-actions[bot]'
          git config user.email '41898282+github-actions[bot]@users.noreply.github.com'
          git switch -C patui/detected-patterns
          git add -f {home}/drafts {home}/reports/pattern_candidates.md
          if git diff --cached --quiet; then exit 0; fi
          git commit -m 'Auto-detected patterns'
          git push --force origin patui/detected-patterns
          if [ -z "$(gh pr list --head patui/detected-patterns --state open --json number --jq '.[].number')" ]; then
            gh pr create --draft --base "$BASE" --head patui/detected-patterns \\
              --title 'Auto-detected patterns' --body-file {home}/reports/pattern_candidates.md
          fi

  performance_report:
    if: github.event_name == 'workflow_dispatch' || github.event.schedule == '0 0 * * 0'
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-python@v5
        with:
          python-version: '3.12'
      - name: Install patui
        run: python -m pip install '{package}'
      - name: Generate weekly report
        run: |
          patui analyze --suggest || test $? -eq 1
          patui report >> "$GITHUB_STEP_SUMMARY"
      - uses: actions/upload-artifact@v4
        with:
          name: pattern-reports
          path: {home}/reports
          include-hidden-files: true
          if-no-files-found: ignore

  cleanup_patterns:
    if: github.event_name == 'workflow_dispatch' || github.event.schedule == '0 0 1 * *'
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0
      - uses: actions/setup-python@v5
        with:
          python-version: '3.12'
      - name: Install patui
        run: python -m pip install '{package}'
      - name: Archive unused patterns
        run: patui cleanup --archive-unused
      - name: Update anti-pattern registry
        run: patui anti-patterns || test $? -eq 1
"""


def workflow_text(place: Place) -> str:
    """The workflow for a workspace."""
    return _TEXT.format(mark=_MARK, package=_package(), home=find_home(place.root).name)


def _package() -> str:
    """What is installed there: the version that is installed here."""
    try:
        return f"patui=={metadata.version('patui')}"
    except metadata.PackageNotFoundError:  # run from a checkout
        return "patui"


def _files(place: Place) -> Sequence[PartFile]:
    return [PartFile(place.root / PATH, partial(_put, ours=workflow_text(place)), _take)]


def _put(text: str, ours: str) -> str:
    if text.strip() and _MARK not in text:
        raise BrokenInput(f"{PATH} is there and is not patui's: move it away first")
    return ours


def _take(text: str) -> str:
    return "" if _MARK in text else text


def _against(place: Place) -> str:
    return "" if (place.root / ".git").exists() else "this is not the top of a git repository: no workflow is run here"


CI = Part(
    "ci",
    "look for patterns on GitHub, and open a draft pull request with them (writes into .github/workflows)",
    _files,
    asks_alone=True,
    against=_against,
)
