"""All parts, in the order in which they are shown. A new one is a module of this package and a line here."""

from __future__ import annotations

from engine.enabling.agent_hooks import AGENT_HOOKS
from engine.enabling.git_hooks import GIT_HOOKS
from engine.enabling.part import Part
from engine.enabling.policies import POLICIES
from engine.enabling.schedule import SCHEDULE
from engine.enabling.shell_hooks import SHELL_HOOKS
from engine.enabling.workflow import CI

PARTS: tuple[Part, ...] = (SHELL_HOOKS, SCHEDULE, AGENT_HOOKS, GIT_HOOKS, CI, POLICIES)
