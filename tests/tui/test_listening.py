"""What the app hears of its database: a question at a time, without a thread and without waiting."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.message import Message

from tests.tui.fake_engine import FakeEngine
from tui.messages import Notice, TablesChanged, Trouble
from tui.screens.listening import BUSY, CALM_SECONDS, EVERYTHING, HELD_SECONDS, POLL_SECONDS, STATUS_SECONDS, Listener


@pytest.fixture
def told() -> list[Message]:
    return []


@pytest.fixture
def ear(engine: FakeEngine, told: list[Message]) -> Listener:
    return Listener(engine.workspace(Path("shop")), told.append, lambda: True)


def troubles(told: list[Message]) -> list[str]:
    return [message.words for message in told if isinstance(message, Trouble)]


def test_the_first_question_has_everything_read_and_the_next_what_changed(
    ear: Listener, engine: FakeEngine, told: list[Message]
) -> None:
    ear.ask(0.0)
    engine.changed = {"feed"}
    ear.ask(POLL_SECONDS)
    ear.ask(POLL_SECONDS)
    assert [message.tables for message in told if isinstance(message, TablesChanged)] == [
        EVERYTHING | {"status"},
        {"feed"},
    ]


def test_who_holds_the_database_for_long_is_told_once_and_when_it_is_over(
    ear: Listener, engine: FakeEngine, told: list[Message]
) -> None:
    ear.ask(0.0)
    engine.free = False
    for _ in range(round((STATUS_SECONDS + 2 * HELD_SECONDS) / POLL_SECONDS)):
        ear.ask(POLL_SECONDS)
    assert troubles(told) == [BUSY]
    engine.free = True
    ear.ask(POLL_SECONDS)
    ear.ask(POLL_SECONDS)
    assert troubles(told) == [BUSY, ""]


def test_a_write_that_ends_is_no_trouble(ear: Listener, engine: FakeEngine, told: list[Message]) -> None:
    for _ in range(100):
        engine.free = False
        ear.ask(STATUS_SECONDS)
        engine.free = True
        ear.ask(POLL_SECONDS)
    assert troubles(told) == []


def test_a_free_database_is_tried_with_the_status_only(
    ear: Listener, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.actions import live

    tried: list[object] = []

    def is_free(workspace: object) -> bool:
        tried.append(workspace)
        return True

    monkeypatch.setattr(live, "is_free", is_free)
    for _ in range(round(10 * STATUS_SECONDS / POLL_SECONDS)):
        ear.ask(POLL_SECONDS)
    assert 10 <= len(tried) <= 11


def test_an_engine_that_ends_is_started_again(engine: FakeEngine, told: list[Message]) -> None:
    starts: list[str] = []

    def start() -> bool:
        starts.append("an engine")
        return True

    ear = Listener(engine.workspace(Path("shop")), told.append, start)
    ear.ask(0.0)
    engine.running = False
    ear.ask(STATUS_SECONDS)
    ear.ask(STATUS_SECONDS)
    assert len(starts) == 1
    assert [message.words for message in told if isinstance(message, Notice)] == [
        "the engine had ended: it was started again"
    ]


@pytest.mark.parametrize(("calm", "pause"), [(False, POLL_SECONDS), (True, CALM_SECONDS)])
def test_it_asks_less_often_while_nobody_is_there(
    ear: Listener, monkeypatch: pytest.MonkeyPatch, calm: bool, pause: float
) -> None:
    ended, pauses = threading.Event(), []

    def wait(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 3

    monkeypatch.setattr(ended, "wait", wait)
    ear.calm = calm
    ear.run(ended)
    assert pauses == [pause] * 3
