"""The Keystroke-Level Model: costs computed by hand, and the laws of any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.savings import (
    Cost,
    copy_cost,
    edit_cost,
    limit_cost,
    pattern_cost,
    similarity,
    tokens_of,
    typing_cost,
)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("FooConfig", ["Foo", "Config"]),
        ("HTTPServer_2b", ["HTTP", "Server", "_", "2", "b"]),
        ("a  \t= 10\n\n", ["a", "  \t", "=", " ", "10", "\n", "\n"]),
        ("f(x)", ["f", "(", "x", ")"]),
        ("größeMaß", ["größe", "Maß"]),
        ("a\r\n", ["a", "\r", "\n"]),
        ("", []),
    ],
)
def test_tokens(text: str, tokens: list[str]) -> None:
    assert tokens_of(text) == tokens


def test_seconds_are_keystrokes_and_places() -> None:
    # .28 × 10 + (1.35 + 1.10) × 2
    assert Cost(10, 2).seconds == pytest.approx(7.7)


@pytest.mark.parametrize(
    ("before", "after", "chars", "places"),
    [
        ("", "", 0, 0),
        ("same\n", "same\n", 0, 0),
        ("", "abc\n", 4, 1),
        ("abc\n", "", 0, 1),
        ("class FooConfig:\n", "class BarConfig:\n", 3, 1),
        ("a = foo_bar\n", "a = foo_quux\n", 4, 1),
        ("keep\ndrop this\nkeep\n", "keep\nkeep\n", 0, 1),
        ("keep\nkeep too\n", "keep\nnew line\nkeep too\n", 9, 1),
        ("x = 1\nkeep this\ny = 2\n", "x = 30\nkeep this\ny = 40\n", 4, 2),
        # Between two changes 2 equal characters make one place, 3 make two.
        ("aa::bb", "cc::dd", 4, 1),
        ("aa:::bb", "cc:::dd", 4, 2),
        # Several short gaps in a row stay one place.
        ("a.b.c", "x.y.z", 3, 1),
        # What is equal at both ends costs nothing, however often it is repeated.
        ("x\n" * 5, "x\n" * 6, 2, 1),
        ("x\n" * 6, "x\n" * 5, 0, 1),
    ],
)
def test_edit_cost(before: str, after: str, chars: int, places: int) -> None:
    assert edit_cost(before, after) == Cost(chars, places)


def test_typing_costs_every_character_at_one_place() -> None:
    assert typing_cost("abc\ndef\n") == Cost(8, 1)
    assert typing_cost("abc\ndef\n").seconds == pytest.approx(0.28 * 8 + 2.45)
    assert typing_cost("") == Cost(0, 0)


LONG = "import this\n\n\ndef first_function(argument):\n    return argument + 1\n"


def test_copying_starts_from_the_most_similar_of_the_three_newest() -> None:
    wanted = LONG.replace("first", "fifth")
    near, far = LONG.replace("first", "second"), "nothing alike\n"
    assert copy_cost([near, far], wanted) == Cost(5, 1)
    assert copy_cost([far, near], wanted) == Cost(5, 1)
    assert copy_cost([near, far, far], wanted) == Cost(5, 1)
    assert copy_cost([wanted, far, near, far], wanted) == Cost(5, 1)


def test_typing_everything_is_taken_where_it_is_cheaper() -> None:
    assert copy_cost([], "abc") == Cost(3, 1)
    scattered = "".join(f"old_{number} same {number}\n" for number in range(5))
    wanted = "".join(f"new same {number}\n" for number in range(5))
    assert edit_cost(scattered, wanted) == Cost(15, 5)
    # 5 places and 15 characters take 16.45 s, 55 characters at one place 17.85 s; three lines fewer turn it round.
    assert copy_cost([scattered], wanted) == Cost(15, 5)
    assert copy_cost(["".join(f"o {char} " for char in "abc")], "x a y b z c ") == typing_cost("x a y b z c ")


def test_a_pattern_costs_what_is_typed_accepted_and_still_edited() -> None:
    # 6 characters typed, 3 values accepted, and one edit of 3 characters: .28 × 12 + 2.45
    cost = pattern_cost(["foo", "bar"], 3, "class FooConfig:\n", "class BazConfig:\n")
    assert cost == Cost(12, 1)
    assert cost.seconds == pytest.approx(5.81)
    assert pattern_cost([], 0, "exact\n", "exact\n").seconds == 0


def test_the_limit_is_each_new_word_once() -> None:
    training = ["class Foo:\n    pass\n", "x = 1\n"]
    after = "class BarQuux:\n    quux = QUUX_FOO(42)\n    bar = {}\n"
    # New are quux, 42, and the five characters _ ( ) { }; bar stands in the path, foo in a sibling.
    assert limit_cost(training, "src/bar.py", after) == Cost(4 + 2 + 5, 0)
    assert limit_cost(training, "src/bar.py", training[0]) == Cost(0, 0)


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("", "", 1.0), ("a b", "a b", 1.0), ("a b c", "x y z", 0.4), ("ab", "cd", 0.0)]
)
def test_similarity(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == pytest.approx(expected)


def test_long_texts_are_compared_by_lines_first() -> None:
    lines = [f"value_{number} = compute(number, {number})\n" for number in range(2000)]
    changed = [*lines]
    changed[0], changed[1000], changed[-1] = "first\n", changed[1000].replace("compute", "derive"), "last\n"
    assert edit_cost("".join(lines), "".join(changed)) == Cost(len("first") + len("derive") + len("last"), 3)
    assert similarity("".join(lines), "".join(changed)) == pytest.approx(1 - 3 / 2001)


TEXT = st.lists(st.sampled_from(["Foo", "bar", "_", "(", " ", "  ", "\n", "1", "é", "\r\n"]), max_size=30).map("".join)


@given(st.text())
def test_tokens_are_the_whole_text(text: str) -> None:
    assert "".join(tokens_of(text)) == text


@given(TEXT, TEXT)
def test_an_edit_types_between_what_is_missing_and_everything(before: str, after: str) -> None:
    cost = edit_cost(before, after)
    assert max(0, len(after) - len(before)) <= cost.chars <= len(after)
    assert (cost.places == 0) == (before == after)
    assert cost.places <= cost.chars + len(before)


@given(TEXT, TEXT, TEXT)
def test_equal_lines_around_an_edit_change_nothing(before: str, after: str, around: str) -> None:
    inner = edit_cost(f"\n{before}\n", f"\n{after}\n")
    outer = edit_cost(f"{around}\n{before}\n{around}", f"{around}\n{after}\n{around}")
    assert (outer.chars == 0) <= (inner.chars == 0)
    assert outer.chars <= inner.chars


@given(st.lists(TEXT, max_size=5), TEXT)
def test_copying_never_costs_more_than_typing(candidates: list[str], after: str) -> None:
    cost = copy_cost(candidates, after)
    assert cost.seconds <= typing_cost(after).seconds
    if after in candidates[-3:]:
        assert cost == Cost(0, 0)
