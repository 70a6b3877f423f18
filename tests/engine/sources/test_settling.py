from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sources.settling import BURST, FEW, HOLD, SOONER, Settling

DEBOUNCE = 0.25


def names(settling: Settling, now: float) -> list[bytes]:
    return [touch.name for touch in settling.take(now)]


def test_a_path_settles_when_it_is_left_alone() -> None:
    settling = Settling(DEBOUNCE)
    settling.touch(b"a", 10.0)
    settling.touch(b"a", 10.1)
    assert settling.due() == pytest.approx(10.35)
    assert names(settling, 10.3) == []
    assert names(settling, 10.35) == [b"a"]
    assert settling.due() is None


def test_constant_writing_settles_all_the_same() -> None:
    settling = Settling(DEBOUNCE)
    moment = 0.0
    while moment <= HOLD:
        settling.touch(b"log", moment)
        moment += 0.1
    assert settling.due() == HOLD
    assert names(settling, HOLD) == [b"log"]


def test_each_path_has_its_own_time_unless_they_are_close() -> None:
    settling = Settling(DEBOUNCE)
    settling.touch(b"a", 0.0)
    settling.touch(b"b", 0.01)
    settling.touch(b"c", 0.2)
    assert names(settling, 0.25) == [b"a", b"b"]
    assert names(settling, 0.45) == [b"c"]


def test_a_burst_settles_together_when_it_is_over() -> None:
    settling = Settling(DEBOUNCE)
    for number in range(BURST + 1):
        settling.touch(b"%d" % number, number * 0.01)
    assert names(settling, 0.3) == []
    assert len(names(settling, BURST * 0.01 + DEBOUNCE)) == BURST + 1


def test_a_few_whole_files_settle_sooner() -> None:
    settling = Settling(DEBOUNCE)
    settling.touch(b"a~", 0.0, whole=True)
    settling.touch(b"a", 0.02)
    settling.touch(b"a", 0.03, whole=True)
    assert settling.due() == pytest.approx(SOONER * DEBOUNCE)
    assert names(settling, SOONER * DEBOUNCE) == [b"a~", b"a"]


@pytest.mark.parametrize(
    "others",
    [
        [(b"b", False)],  # something is still being written
        [(b"a", False)],  # this very file is, again
        [(b"%d" % number, True) for number in range(FEW)],  # more than one save
    ],
)
def test_nothing_settles_sooner_while_more_goes_on(others: list[tuple[bytes, bool]]) -> None:
    settling = Settling(DEBOUNCE)
    settling.touch(b"a", 0.0, whole=True)
    for name, whole in others:
        settling.touch(name, 0.0, whole=whole)
    assert settling.due() == DEBOUNCE


def test_an_endless_burst_is_cut() -> None:
    settling = Settling(DEBOUNCE)
    for number in range(1000):
        settling.touch(b"%d" % number, number * 0.01)
    assert settling.due() == HOLD


def test_what_was_once_a_tools_or_a_write_stays_so() -> None:
    settling = Settling(DEBOUNCE)
    settling.touch(b"a", 0.0, by_tool=True, wrote=False)
    settling.touch(b"a", 0.1, wrote=False)
    settling.touch(b"b", 0.1, wrote=False)
    settling.touch(b"b", 0.1)
    a, b = settling.take(1.0)
    assert (a.by_tool, a.wrote) == (True, False)
    assert (b.by_tool, b.wrote) == (False, True)


@given(
    st.lists(
        st.tuples(st.sampled_from([b"%d" % number for number in range(80)]), st.floats(0, 0.5), st.booleans()),
        min_size=1,
    )
)
def test_every_touch_settles_once_and_never_late(events: list[tuple[bytes, float, bool]]) -> None:
    settling = Settling(DEBOUNCE)
    now = 0.0
    last: dict[bytes, float] = {}
    settled: list[bytes] = []
    for name, pause, whole in events:
        now += pause
        while (due := settling.due()) is not None and due <= now:
            for touch in settling.take(due):
                settled.append(touch.name)
                assert due <= last[touch.name] + HOLD
        settling.touch(name, now, whole=whole)
        last[name] = now
    while (due := settling.due()) is not None:
        assert due <= now + DEBOUNCE
        settled += names(settling, due)
    assert set(settled) == set(last)
    assert len(settling) == 0
