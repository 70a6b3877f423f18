"""What people of the demo's shop ran: releases with another version each time, branches, and what went wrong.

All of it can be run in the demo's workspace, and does nothing there but a line of output.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.model import Execution, Source

Steps = tuple[tuple[str, float], ...]
"""Commands, and how many seconds each took."""
SERVICES = ("billing", "catalog", "checkout", "inventory", "notifications", "pricing", "returns", "search")


def release(number: int) -> Steps:
    version, service = f"1.{number}.0", SERVICES[number % len(SERVICES)]
    return (
        (f"git switch -c release/{version}", 0.3),
        ("make test", 41.0 + 3 * (number % 5)),
        (f"make image SERVICE={service} VERSION={version}", 95.0 + 7 * (number % 4)),
        (f"git tag v{version}", 0.1),
        (f"make ship VERSION={version}", 31.0),
        ("git switch main", 0.2),
    )


def in_a_row(at: float, steps: Steps, session: str, *, looks_around: bool = False) -> Iterator[Execution]:
    """The steps one after the other; people look around in between."""
    for number, (command, seconds) in enumerate(steps):
        at += seconds + 9
        yield ran(at, command, seconds, session)
        if looks_around and number == 1:
            at += 20
            yield ran(at, "git status", 0.1, session)


def module_missing(at: float, module: str) -> Iterator[Execution]:
    """A test that lacks a module, what was done about it, and the test again."""
    session = f"tests-{module}"
    said = (
        f"{' ERRORS ':=^80}\n{' ERROR collecting tests/test_api.py ':_^80}\n"
        "ImportError while importing test module 'tests/test_api.py'.\n"
        "Hint: make sure your test modules/packages have valid Python names.\nTraceback:\n"
        f"tests/test_api.py:3: in <module>\n    import {module}\n"
        f"E   ModuleNotFoundError: No module named '{module}'\n"
        f"{' short test summary info ':=^80}\nERROR tests/test_api.py\n"
        f"{' Interrupted: 1 error during collection ':!^80}\n{' 1 error in 0.41s ':=^80}\n"
    )
    yield ran(at, "pytest -q", 3.0, session, error=said)
    yield ran(at + 40, f"make deps ADD={module}", 9.0, session)
    yield ran(at + 65, "pytest -q", 12.0, session)


def no_upstream(at: float, branch: str, *, fixed: bool = True) -> Iterator[Execution]:
    """A push of a branch that nobody else knows yet."""
    session = f"push-{branch}"
    said = (
        f"fatal: The current branch {branch} has no upstream branch.\n"
        "To push the current branch and set the remote as upstream, use\n\n"
        f"    git push --set-upstream origin {branch}\n"
    )
    yield ran(at, "git push", 0.4, session, error=said, code=128)
    if fixed:
        yield ran(at + 25, f"git push --set-upstream origin {branch}", 2.1, session)
        yield ran(at + 60, "git push", 1.4, session)


def denied(at: float, service: str) -> Iterator[Execution]:
    """Something that fails again and again, and nobody has found out why."""
    said = (
        f"The push refers to repository [registry.shop.example/{service}]\n"
        "denied: requested access to the resource is denied\n"
    )
    yield ran(at, f"docker push registry.shop.example/{service}:2.0.0", 6.0, f"image-{service}", error=said)


def slow(at: float, number: int) -> Iterator[Execution]:
    said = "TimeoutError: no answer from api.shop.example after 30 s\nmake: *** [Makefile:9: integration] Error 1\n"
    yield ran(at, "make integration", 34.0, f"integration-{number}", error=said, code=2)


def ran(at: float, command: str, seconds: float, session: str, *, error: str = "", code: int = 1) -> Execution:
    return Execution(
        at=at,
        command=command,
        cwd=".",
        exit_code=code if error else 0,
        success=not error,
        seconds=seconds,
        session=session,
        source=Source.SHELL,
        error_output=error,
        key=f"demo {session} {at:.0f}",
    )


def branch(number: int) -> Steps:
    ticket = f"fix/shop-{140 + 7 * number}"
    return (
        (f"git switch -c {ticket}", 0.2),
        ("make test", 44.0 + number),
        (f"git push --set-upstream origin {ticket}", 2.0),
        ("git switch main", 0.2),
    )
