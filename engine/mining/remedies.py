"""What a cause is called, and what to do about it."""

from __future__ import annotations

from engine.model.failures import Blame, Cause

_TITLES = {
    Cause.TEMPLATE_TOO_RIGID: "Rigid Template Variables",
    Cause.MISSING_DEPENDENCY: "Missing Dependency",
    Cause.WRONG_CONTEXT: "Wrong Context",
    Cause.VERIFICATION_FAILED: "Over-Verification",
    Cause.PERMISSION: "Missing Permission",
    Cause.AUTHENTICATION: "Failed Authentication",
    Cause.TIMEOUT: "Timeout",
    Cause.NETWORK: "Network Failure",
    Cause.PORT_IN_USE: "Port in Use",
    Cause.OUT_OF_MEMORY: "Out of Memory",
    Cause.DISK_FULL: "Disk Full",
    Cause.LOCKED: "Locked Resource",
    Cause.MERGE_CONFLICT: "Merge Conflict",
    Cause.ALREADY_EXISTS: "Target Exists Already",
    Cause.MISSING_FILE: "Missing File",
    Cause.BAD_INPUT: "Bad Input",
    Cause.CODE_ERROR: "Error in the Code",
    Cause.FLAKY: "Flaky Result",
    Cause.UNWANTED: "Result Taken Back",
    Cause.UNKNOWN: "Unexplained Failure",
}
_MEANINGS = {
    Cause.TEMPLATE_TOO_RIGID: "The pattern requires its variables in one form and fails on variations",
    Cause.MISSING_DEPENDENCY: "Something that is needed is not there",
    Cause.WRONG_CONTEXT: "It is used where it does not apply: another kind of file, another place",
    Cause.VERIFICATION_FAILED: "The result does not pass its checks",
    Cause.PERMISSION: "What it does is not permitted here",
    Cause.AUTHENTICATION: "The credentials are missing, wrong or expired",
    Cause.TIMEOUT: "It does not end in the time it is given",
    Cause.NETWORK: "Another machine cannot be reached, or refuses",
    Cause.PORT_IN_USE: "Another process listens on its port",
    Cause.OUT_OF_MEMORY: "It needs more memory than there is",
    Cause.DISK_FULL: "There is no room left on the disk",
    Cause.LOCKED: "Another process holds what it needs",
    Cause.MERGE_CONFLICT: "What it builds on was changed elsewhere meanwhile",
    Cause.ALREADY_EXISTS: "What it makes is there already",
    Cause.MISSING_FILE: "A file or directory that it names is not there",
    Cause.BAD_INPUT: "It is given what it cannot read",
    Cause.CODE_ERROR: "The code that runs is wrong",
    Cause.FLAKY: "The same input fails at one time and succeeds at another",
    Cause.UNWANTED: "What it writes is taken back",
    Cause.UNKNOWN: "It fails again and again; what was recorded does not show why",
}


def title(blame: Blame, of: str) -> str:
    """A name for people: the cause, and what it is about."""
    about = blame.detail or of
    # Whether a check is too strict or the result is wrong cannot be told where no pattern made the result.
    words = "Failed Verification" if blame.cause is Cause.VERIFICATION_FAILED and not of else _TITLES[blame.cause]
    return f"{words}: {about}" if about else words


def meaning(blame: Blame) -> str:
    """One sentence that says what goes wrong, with the words that show it."""
    return _MEANINGS[blame.cause] + (f" ({blame.quote})" if blame.quote else "") + "."


def remedy(blame: Blame, pattern_id: str, operation: str) -> str:
    """What to do about it, as one would tell a colleague."""
    what = pattern_id or operation or "it"
    named = blame.detail
    match blame.cause:
        case Cause.TEMPLATE_TOO_RIGID:
            variable = f"the variable {named}" if named else "its variables"
            return (
                f"Let {variable} take other forms, or give a default: `patui evolve {pattern_id}`"
                if pattern_id
                else (f"Give {variable} a value in every form that occurs")
            )
        case Cause.MISSING_DEPENDENCY:
            return f"Install {named or 'what is missing'}" + (
                f", and check for it before {what} starts" if named != what else ""
            )
        case Cause.WRONG_CONTEXT:
            place = f"where {named} lies" if named else "where it was made for"
            return f"Use {what} only {place}: check the file type and the directory first"
        case Cause.VERIFICATION_FAILED:
            if pattern_id:
                return f"Compare the result of {what} with its checks: relax those that reject valid output, or fix it"
            return f"Fix what the checks of {what} report before running them again"
        case Cause.PERMISSION:
            return f"Give {what} the permission it lacks, or let it write elsewhere"
        case Cause.AUTHENTICATION:
            return f"Log in or renew the credentials before {what} starts"
        case Cause.TIMEOUT:
            return f"Give {what} more time, or split what it does"
        case Cause.NETWORK:
            return f"Check that the other side can be reached before {what} starts, and try again after a pause"
        case Cause.PORT_IN_USE:
            return f"Stop what listens on {f'port {named}' if named else 'the port'}, or let {what} take a free one"
        case Cause.OUT_OF_MEMORY:
            return f"Give {what} more memory, or let it work on smaller pieces"
        case Cause.DISK_FULL:
            return f"Make room on the disk, and check for it before {what} starts"
        case Cause.LOCKED:
            return f"Wait for the other process, or run {what} one at a time"
        case Cause.MERGE_CONFLICT:
            return f"Bring in what changed elsewhere before {what}"
        case Cause.ALREADY_EXISTS:
            return f"Let {what} check whether its target exists, or take another name"
        case Cause.MISSING_FILE:
            return f"Check that the file {what} names exists, relative to where it runs"
        case Cause.BAD_INPUT:
            return f"Check the input of {what} before it starts"
        case Cause.CODE_ERROR:
            return f"Fix the error that {what} reports: {blame.quote}" if blame.quote else f"Fix what {what} reports"
        case Cause.FLAKY:
            return f"Run {what} again when it fails, and look for what differs between two runs on the same input"
        case Cause.UNWANTED:
            return f"Look at what was taken back: `patui evolve {pattern_id}`"
        case _:
            return f"Record the output of {what} (`patui run -- …`): what there is does not show the cause"
