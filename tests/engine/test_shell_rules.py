"""What the shell hooks hide: the same cases as the engine's redaction, by the plainer table."""

from __future__ import annotations

import pytest

from engine.redact.shell_rule import in_python
from engine.redact.shell_rules import RULES, mask
from tests.engine.test_redact import COMMANDS, HARMLESS, ISSUED

# Harmless lines that the table hides a word of, because no expression without lookaround tells them apart.
HIDDEN_ALL_THE_SAME = ("-pass env:SECRET", "--secret dbPassword", "--token=YOUR_TOKEN")


@pytest.mark.parametrize(("kind", "token"), ISSUED, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(ISSUED)])
def test_an_issued_token_is_hidden(kind: str, token: str) -> None:
    for before, after in [("", ""), ("deploy ", " now"), ("x='", "'"), ("curl -H 'X: ", "' u")]:
        shown = mask(before + token + after)
        assert token[8:-1] not in shown and "‹secret:" in shown
        assert shown.startswith(before) and shown.endswith(after)


@pytest.mark.parametrize(
    ("before", "secret", "after"), COMMANDS, ids=[before.strip()[:40] for before, _, _ in COMMANDS]
)
def test_a_password_of_a_command_line_is_hidden(before: str, secret: str, after: str) -> None:
    shown = mask(before + secret + after)
    assert secret not in shown and secret[1:-1] not in shown and "‹secret:" in shown


@pytest.mark.parametrize("line", HARMLESS)
def test_a_harmless_line_stays(line: str) -> None:
    assert (mask(line) == line) is not any(part in line for part in HIDDEN_ALL_THE_SAME)


def test_what_a_rule_finds_has_one_of_its_words() -> None:
    lines = [before + secret + after for before, secret, after in COMMANDS] + [token for _, token in ISSUED]
    tried = [
        rule.may_be_in(line, line.lower())
        for line in lines
        for rule in RULES
        if in_python(rule.expression).search(line)
        and not any(word in line for word in rule.unless)
        and (not rule.when or in_python(rule.when).search(line))
    ]
    assert len(tried) > 100 and all(tried)
