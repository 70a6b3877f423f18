"""Whether a coding agent or a bot made a commit, decided from its names and addresses alone, and conservatively.

A commit is an agent's when its author or committer is a known agent, when a `Co-authored-by:` trailer names one, or
when its author is a bot. A bot as committer or co-author says nothing: merge queues commit and formatters co-sign what
people wrote. Nor does a review tool whose suggestion a person took. What counts is addresses and bot accounts, not
names: people are called Claude too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Addresses that the agents themselves put into commits.
_AGENT_ADDRESSES = frozenset(
    {
        "noreply@anthropic.com",
        "cursoragent@cursor.com",
        "aider@aider.chat",
        "noreply@aider.chat",
        "openhands@all-hands.dev",
        "codex@openai.com",
        "noreply@openai.com",
        "amp@ampcode.com",
        "junie@jetbrains.com",
        "noreply@opencode.ai",
        "crush@charm.land",
        "qwen-coder@alibabacloud.com",
        "gemini-cli@google.com",
        "218195315+gemini-cli@users.noreply.github.com",
        "198982749+copilot@users.noreply.github.com",  # the coding agent; other numbers are the review tool
        "223556219+copilot@users.noreply.github.com",  # the command line agent
    }
)

# Accounts ending in [bot] whose work is writing code.
_AGENT_BOTS = frozenset(
    {
        "claude",
        "copilot-swe-agent",
        "cursor",
        "chatgpt-codex-connector",
        "codegen-sh",
        "devin-ai-integration",
        "factory-droid",
        "google-labs-jules",
        "gpt-engineer-app",
        "lovable-dev",
        "openhands-agent",
        "sweep-ai",
        "windsurf-bot",
    }
)

_BOT_ADDRESSES = frozenset(
    {
        "bot@renovateapp.com",
        "hosted@weblate.org",
        "noreply@weblate.org",
        "semantic-release-bot@martynus.net",
        "support@greenkeeper.io",
        "pyup-bot@users.noreply.github.com",
        "snyk-bot@snyk.io",
        "support@transifex.com",
    }
)

_BOT = re.compile(r"\[bot\](?:@users\.noreply\.github\.com)?$")
_GITLAB_BOT = re.compile(r"^(?:project|group)_\d+_bot(?:_?[0-9a-f]+)?@noreply\.")
_PERSON = re.compile(r"^\s*(.*?)\s*<([^<>]*)>\s*$")


def _is_agent(name: str, address: str) -> bool:
    if address in _AGENT_ADDRESSES or name.endswith("(aider)"):
        return True
    account = name.removesuffix("[bot]") if name.endswith("[bot]") else ""
    if not account and _BOT.search(address):
        account = address.partition("[bot]")[0].rpartition("+")[2]
    return account in _AGENT_BOTS


def _is_bot(name: str, address: str) -> bool:
    return bool(_BOT.search(name) or _BOT.search(address) or _GITLAB_BOT.match(address) or address in _BOT_ADDRESSES)


def made_by_agent(author: tuple[str, str], committer: tuple[str, str], co_authors: Iterable[str] = ()) -> bool:
    """`author` and `committer` are (name, address); `co_authors` the values of the trailers, `Name <address>`."""
    author_name, author_address = author[0].lower(), author[1].lower()
    if _is_agent(author_name, author_address) or _is_bot(author_name, author_address):
        return True
    if _is_agent(committer[0].lower(), committer[1].lower()):
        return True
    people = (_PERSON.match(value.lower()) for value in co_authors)
    return any(_is_agent(person[1], person[2]) for person in people if person)
