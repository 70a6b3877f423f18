"""Reading one mapping of a document field by field, noting everything that is wrong with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from engine.errors import Problem

_Choice = TypeVar("_Choice", bound=StrEnum)


class Fields:
    """A mapping at the path `where`. Each reader takes a key, notes a problem if its value is wrong, and returns the
    value or a stand-in; null counts as absent. What no reader asked for is `rest()`."""

    def __init__(self, data: Any, where: str, problems: list[Problem]) -> None:
        self.where = where
        self.problems = problems
        self.data: dict[str, Any] = data if isinstance(data, dict) else {}
        self._asked: set[str] = set()
        if not isinstance(data, dict):
            self.problem("", f"must be a mapping, not {shown(data)}")

    def at(self, key: str) -> str:
        """The path of `key`, or of the mapping itself for an empty one."""
        return f"{self.where}.{key}" if self.where and key else self.where or key

    def problem(self, key: str, what: str) -> None:
        self.problems.append(Problem(self.at(key), what))

    def has(self, key: str) -> bool:
        return self.data.get(key) is not None

    def get(self, key: str) -> Any:
        self._asked.add(key)
        return self.data.get(key)

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        value = self.get(key)
        if isinstance(value, str) and (value or not required):
            return value
        if value is None or value == "":
            if required:
                self.problem(key, "is missing")
            return default
        quote = ": put it in quotes" if isinstance(value, (bool, int, float)) else ""
        self.problem(key, f"must be text, not {shown(value)}{quote}")
        return default

    def truth(self, key: str, default: bool) -> bool:
        value = self.get(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.problem(key, f"must be true or false, not {shown(value)}")
        return default

    def share(self, key: str) -> float | None:
        """A number from 0 to 1, or None when it is absent."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        self.problem(key, f"must be a number from 0 to 1, not {shown(value)}")
        return None

    def choice(self, key: str, kind: type[_Choice], default: _Choice) -> _Choice:
        value = self.get(key)
        if value is None:
            return default
        try:
            return kind(value)
        except ValueError:
            self.problem(key, f"must be one of {', '.join(kind)}, not {shown(value)}")
            return default

    def mapping(self, key: str) -> Mapping[str, Any]:
        value = self.get(key)
        if value is None or isinstance(value, dict):
            return value or {}
        self.problem(key, f"must be a mapping, not {shown(value)}")
        return {}

    def each(self, key: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
        """The entries of a list, each as `read(entry, path)` gives it; None is left out."""
        value = self.get(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(key, f"must be a list, not {shown(value)}")
            return ()
        entries = (read(entry, f"{self.at(key)}[{number}]") for number, entry in enumerate(value))
        return tuple(entry for entry in entries if entry is not None)

    def texts(self, key: str) -> tuple[str, ...]:
        def read(entry: Any, where: str) -> str | None:
            if isinstance(entry, str):
                return entry
            self.problems.append(Problem(where, f"must be text, not {shown(entry)}"))
            return None

        return self.each(key, read)

    def mappings(self, key: str) -> tuple[Mapping[str, Any], ...]:
        return tuple(fields.data for fields in self.rows(key))

    def rows(self, key: str) -> Iterator[Fields]:
        """The mappings of a list, to be read field by field."""
        yield from self.each(key, lambda entry, where: Fields(entry, where, self.problems))

    def rest(self) -> dict[str, Any]:
        """Keys that nobody asked for, with their values."""
        return {key: value for key, value in self.data.items() if key not in self._asked}


def shown(value: Any) -> str:
    """A value for a message, on one line and not too long."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if isinstance(value, (dict, list)):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
