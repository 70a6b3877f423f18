"""Volatile parts of one word of a log line, and the header before a log line's message.

Logs are masked word by word, so that a word seen before costs one look-up; the mask is `<*>`, as log parsers write it.
The kinds are those of `masks`, found by the same shapes, without the names that tools quote.
"""

from __future__ import annotations

import re

MASK = "<*>"
LONGEST_WORD = 512  # characters; a longer one is data

_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_ENDS = "(?![0-9A-Za-z])"
_PARTS = (
    r"[A-Za-z][A-Za-z0-9+.-]{1,15}://[^\s,;'\"<>()\[\]]+",  # url
    r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",  # mail address
    rf"(?<![0-9A-Za-z])[0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}{_ENDS}",  # uuid
    r"(?<![0-9A-Za-z:])(?:[0-9a-fA-F]{2}:){5,19}[0-9a-fA-F]{2}(?![0-9A-Za-z:])",  # hardware address
    r"(?<![\w.])\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:[.-](?=[\d.-]*[A-Za-z])[\w.-]*\w)?",  # ip, or a name made of one
    # a host: two labels with a digit or a hyphen among them, or a top-level domain people know
    r"(?<![\w.-])(?=[\w.]*-|[A-Za-z_.]*\d)[A-Za-z0-9][\w-]*(?:\.[A-Za-z0-9][\w-]*)*\.[a-z]+(?![\w.])",
    r"(?<![\w.-])(?!(?:com|org|net|java|javax|android)\.)(?:[a-z][a-z0-9]*\.)+(?:com|net|org|edu|gov|local"
    r"|internal)(?![\w.])",
    r"(?<![\w.-])[A-Za-z]\w*(?:-\w+)+-\d+(?![\w-])",  # a numbered machine: mesos-slave-07
    # a path: from the root or from here, or three parts and more
    r"(?<![\w./])(?:\.{0,2}|~)(?!/\d{1,3}\.\d{1,3}\.)(?:/+[\w.@%+~#$=:-]*[\w@%+~#$=-])+/?",
    r"(?<![\w./-])[\w.-]+(?:/+[\w.@%+~#$-]+){2,}/?",
    rf"(?<![A-Za-z0-9])0[xX][0-9a-fA-F]+{_ENDS}",
    rf"(?<![A-Za-z0-9])(?=[0-9a-fA-F]*\d)(?=[0-9a-fA-F]*[a-fA-F])[0-9a-fA-F]{{6,}}{_ENDS}",
    r"(?<![\w.])v?\d+(?:\.\d+)+(?:[+~.-]?\w)*",  # a version, a decimal with its unit
    r"(?<![A-Za-z0-9.])[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?%?(?![A-Za-z0-9_])",
    r"(?<![A-Za-z0-9])-?\d\w*|\d\w*",  # what is left of an identifier from its first digit on
)
_VOLATILE = re.compile("|".join(_PARTS))
_SUSPECT = re.compile(r"[\d/@.]")  # a word without any of these holds nothing volatile
# One digit inside a word belongs to the word (ssh2, log4j) until another digit stands in its place.
_VERSIONED = re.compile(r"[A-Za-z_(\[]*[A-Za-z]\d[A-Za-z_()\[\].:,;]*")
_WRITTEN_DATE = re.compile(rf"(?:\b(?:{_DAYS}),? )?\b(?:{_MONTHS}) +<\*> <\*>:<\*>:<\*>(?: [A-Z]{{3,4}})?(?: <\*>)?")
_UNIT = re.compile(r"<\*> (?:[KMGT]i?)?B\b")


def masked_word(word: str) -> str:
    """`word` with its volatile parts replaced by `<*>`."""
    if not _SUSPECT.search(word) or _VERSIONED.fullmatch(word[:LONGEST_WORD]):
        return word if word != "()" else f"({MASK})"  # a value that was empty
    if word.isdecimal():
        return MASK
    return MASK if len(word) > LONGEST_WORD else _VOLATILE.sub(MASK, word)


def joined(masked: str) -> str:
    """A masked message in which what takes several words (a date, 5.2 KB) is one mask."""
    return _WRITTEN_DATE.sub(MASK, _UNIT.sub(MASK, masked)) if "<*> " in masked else masked


_CLOCK = r"\d{1,2}[:.]\d{1,2}[:.]\d{1,2}(?:[.,:]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?"
_WRITTEN = rf"(?:(?:{_DAYS}),? )?(?:{_MONTHS}) {{1,2}}\d{{1,2}} {_CLOCK}(?: \d{{4}})?"
_COUNTED = (
    rf"(?:\d{{4}}[-./]?\d\d[-./]?\d\d|\d\d[-./]\d\d(?:[-./]\d\d)?|\d{{6}})[T ,|-]{{1,2}}(?:\d{{6}}(?= )|{_CLOCK})"
)
_LEVEL = (
    r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|FAILURE|[VDIWEF]|"
    r"(?:[Tt]race|[Dd]ebug|[Ii]nfo|[Nn]otice|[Ww]arn|[Ww]arning|[Ee]rror|[Ff]atal))"
)
# A priority, up to four plain fields (a tag, seconds, a node), then the time.
_PLAIN = r"(?:-|[A-Z_]{1,30}|[A-Za-z_./-]{0,40}\d[\w.:/-]{0,80}) "
_TIME = re.compile(rf"(?:<\d{{1,3}}>\d? ?)?(?:{_PLAIN}){{0,4}}?\[?(?:(?P<syslog>{_WRITTEN})|{_COUNTED})\]?")
# Behind it: process ids, [threads], levels, |columns|.
_FIELD = re.compile(
    rf"[ |,]*(?:- )?(?:\[[^\]\s]{{0,120}}\]|\d{{1,10}}|{_LEVEL}|(?<=\|)[\w.]{{1,80}}(?=\|))(?=[ |:,]|$)[:,]?"
)
_TO_LEVEL = re.compile(rf"(?: [\w.:/-]{{1,80}}){{1,3}} {_LEVEL}(?= )")
_COMPONENT = re.compile(r" *[\w./$@*-]{1,120}(?:\([\w:-]{1,40}\))?(?:\[\d{1,10}\])?:(?= )| *-(?= )")
_THREAD = re.compile(r" \[[^\]\n]{1,400}\](?= [\w.$]{1,120}: )")
_HOST = re.compile(r" [\w.:/-]{1,80}(?= [\w./$@*() :-]{1,120}(?:\[\d{1,10}\])?: )")


def message_of(line: str) -> str:
    """`line` without the header of a log: time, host, process ids, thread, level, component. The line without one."""
    time = _TIME.match(line)
    if time is None:
        return line
    at = time.end()
    if time["syslog"] and (host := _HOST.match(line, at)):
        at = host.end()
    for _ in range(6):
        if not (field := _FIELD.match(line, at)) or field.end() == len(line):
            break
        at = field.end()
    if level := _TO_LEVEL.match(line, at):
        return line[level.end() :].lstrip(" |") or line
    if thread := _THREAD.match(line, at):
        at = thread.end()
    if component := _COMPONENT.match(line, at):
        at = component.end()
    return line[at:].lstrip(" |") or line
