"""Lines of logs grouped by template: what is masked, what widens, what stays apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.mining.signatures import Grouper
from engine.mining.signatures.log_masks import message_of


def templates(*lines: str) -> list[str]:
    """The template that each line has once all are read."""
    grouper = Grouper()
    return [grouper.resolve(form)[1] for form in [grouper.form_of(line) for line in lines]]


@pytest.mark.parametrize(
    ("line", "template"),
    [
        ("job 17 took 0.25 of 3 tries", "job <*> took <*> of <*> tries"),
        ("from 10.1.2.3:8080 to /10.1.2.4:80", "from <*>:<*> to /<*>:<*>"),
        ("read /var/log/a.log, wrote ./b/c", "read <*>, wrote <*>"),
        ("block blk_-77889 gone", "block blk_<*> gone"),
        ("attempt_14_0020_m_0_0: done", "attempt_<*>: done"),
        ("at 0x1f2e with 5.2 KB free", "at <*> with <*> free"),
        ("ssh2 spoke log4j", "ssh2 spoke log4j"),
        ("id 123e4567-e89b-12d3-a456-426614174000 ok", "id <*> ok"),
        ("get https://example.com/a?b=1 failed", "get <*> failed"),
        ("a  b\tc ", "a  b\tc"),
        ("asked () twice", "asked (<*>) twice"),
        ("removed blk_1 blk_2 blk_3", "removed blk_<*>"),
        ("", ""),
    ],
)
def test_masks(line: str, template: str) -> None:
    assert templates(line) == [template]


@pytest.mark.parametrize(
    "lines",
    [
        [f"session opened for user {name} by root" for name in ("ann", "bob", "cid", "dan")],
        ["login of user root (uid=0) failed", "login of user 7 (uid=0) failed"],
        ["spoke with ssh1 on the wire", "spoke with ssh2 on the wire"],
        [f"bound class a.b.{x} to service c.d.{x}" for x in ("Order", "User", "Mail")],
    ],
)
def test_a_place_that_varies_becomes_a_mask(lines: list[str]) -> None:
    (template,) = set(templates(*lines))
    assert "<*>" in template


@pytest.mark.parametrize(
    "lines",
    [
        [f"session {what} for user root" for what in ("opened", "closed", "failed", "refused")],
        ["disk is full", "disk is empty"],
        [f"{daemon} startup has succeeded" for daemon in ("cupsd", "crond", "syslogd", "httpd", "atd")],
    ],
)
def test_what_happened_stays_apart(lines: list[str]) -> None:
    assert templates(*lines) == lines


def test_a_template_takes_in_what_it_says() -> None:
    lines = [f"status installed {what}" for what in ("libc6:amd64 2.36-9", "git:amd64 1:2.3", "x.y:amd64 7-1")]
    assert set(templates("status installed curl:all 7", *lines, "status installed wget:all 1/2")) == {
        "status installed <*> <*>"
    }


def test_a_group_keeps_the_id_of_its_first_form_when_it_widens() -> None:
    grouper = Grouper()
    names = ["ann", "bob", "cid", "dan", "eve"]
    given_ids = [grouper.add(f"session opened for user {name} by root")[0] for name in names]
    assert given_ids[3] == given_ids[4] == given_ids[0]
    assert grouper.add("session opened for user ann by root") == (
        given_ids[0],
        "session opened for user <*> by root",
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("081109 203615 148 INFO dfs.DataNode$X: block gone", "block gone"),
        ("2015-10-18 18:01:47,978 INFO [main] org.apache.App: block gone", "block gone"),
        ("17/06/09 20:10:40 INFO executor.Backend: block gone", "block gone"),
        ("[Sun Dec 04 04:47:44 2005] [notice] block gone", "block gone"),
        ("Jun 14 15:16:01 combo sshd(pam_unix)[19939]: block gone", "block gone"),
        ("20171223-22:15:29:606|Step_LSC|30002312|block gone", "block gone"),
        ("2026-01-02T03:04:05.678Z ERROR app.main: block gone", "block gone"),
        ("- 1117838570 2005.06.03 R02-M1 2005-06-03-15.42.50.675872 R02-M1 RAS KERNEL INFO block gone", "block gone"),
        ("connection from 1.2.3.4 (x) at Fri Jun 17 07:07:00 2005", None),
        ("block 12 gone: 3", None),
    ],
)
def test_headers(line: str, message: str | None) -> None:
    assert message_of(line) == (line if message is None else message)


@given(st.lists(st.text(max_size=60), max_size=30))
def test_any_lines_are_grouped_and_equal_lines_alike(lines: list[str]) -> None:
    assert len(templates(*lines, *lines)) == 2 * len(lines)
    grouper = Grouper()
    forms = [grouper.form_of(line) for line in (*lines, *lines)]
    resolved = list(map(grouper.resolve, forms))
    assert resolved[: len(lines)] == resolved[len(lines) :]


@given(st.lists(st.lists(st.sampled_from(["a", "b7", "user=x", "user=y", "c.d", "was", "9"]), min_size=1, max_size=6)))
def test_an_id_never_stands_for_two_templates_at_the_end(lines: list[list[str]]) -> None:
    grouper = Grouper()
    forms = [grouper.form_of(" ".join(words)) for words in lines]
    found = set(map(grouper.resolve, forms))
    assert len({signature for signature, _ in found}) == len(found)
