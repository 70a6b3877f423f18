"""The command group: a directory where a command could stand means the app; every error has its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from engine import __version__
from engine.errors import PatuiError
from tui.cli.output import say

BROKEN_INPUT = 3
INTERRUPTED = 130

# name -> (module, section of the help, one line of help). A command's module is imported when it runs.
_COMMANDS = {
    "scan": ("scan", "Every day", "Show the families of similar files in a directory and its history."),
    "analyze": ("scan", "Every day", "Look for patterns now, and draft those worth having."),
    "candidates": ("review", "Every day", "List what waits for a verdict."),
    "show": ("review", "Every day", "Show one candidate or pattern with its evidence."),
    "approve": ("review", "Every day", "Approve a candidate: it may write from now on, on this machine."),
    "reject": ("review", "Every day", "Reject a candidate; it is not proposed again."),
    "defer": ("review", "Every day", "Put a candidate off for 7 days, or until two more examples."),
    "create": ("create", "Every day", "Before a file is made by hand: continue, or apply the pattern that fits."),
    "apply": ("apply", "Every day", "Write the files of a pattern, after showing them."),
    "undo": ("apply", "Every day", "Take the last application back."),
    "fix": ("fix", "Every day", "Offer what helped before with the last error, and run it after a confirmation."),
    "run": ("telemetry", "Every day", "Run a command unchanged, and remember it with its errors."),
    "report": ("report", "Every day", "Say what patterns did in a week, and what to do about it."),
    "evolve": ("evolution", "Every day", "Say how a pattern does over time, and propose its next version."),
    "anti-patterns": ("evolution", "Every day", "Say what keeps failing, why, and what to do about it."),
    "init": ("set_up", "Set-up", "Make patui's folder in this workspace, to be shared by git."),
    "enable": ("enable", "Set-up", "Put patui's hooks and schedule into place; shown first, taken out exactly."),
    "disable": ("enable", "Set-up", "Take them out again."),
    "purge": ("telemetry", "Set-up", "Remove what was recorded: patui purge --match TEXT."),
    "doctor": ("set_up", "Set-up", "Say what works, what does not, and what was skipped."),
    "induce": ("template", "Plumbing", "Draft a template from example files."),
    "fit": ("template", "Plumbing", "Find the values with which a pattern reproduces a file."),
    "render": ("template", "Plumbing", "Render a pattern to stdout."),
    "log": ("telemetry", "Plumbing", "Take execution records as JSON lines."),
    "hook": ("telemetry", "Set-up", 'Print the hook of a shell: eval "$(patui hook init bash)".'),
    "cleanup": ("schedule", "Set-up", "Archive what nobody uses; forget what is too old to keep."),
    "replay": ("replay", "Plumbing", "Live through a repository's past: what would have been suggested."),
    "tick": ("schedule", "Plumbing", "Do what is due: detection, reports, clean-up."),
    "import": ("import", "Set-up", "Read histories, transcripts and test reports that are there already."),
    "export": ("export", "Plumbing", "Print a recipe as a just recipe or a shell function."),
    "signatures": ("signature", "Plumbing", "Group the messages of a log by template."),
    "backtest": ("scan", "Plumbing", "Say what a pattern would have saved on the past."),
}
_SECTIONS = ("Every day", "Set-up", "Plumbing")


class Patui(click.Group):
    """Loads a command when it is called; the first word may be a directory instead."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        module = import_module(f"tui.cli.{_COMMANDS[name][0]}_commands")
        command = getattr(module, "import_" if name == "import" else name.replace("-", "_"))
        if not isinstance(command, click.Command):
            raise TypeError(f"tui.cli has no command {name}")
        return command

    def resolve_command(
        self, context: click.Context, arguments: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(context, arguments)
        except click.UsageError:
            name = arguments[0]
            near = _nearest(name)
            hint = f" Did you mean `patui {near}`?" if near else " `patui --help` lists the commands."
            raise click.UsageError(f"{name!r} is neither a command nor a directory.{hint}") from None

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        for section in _SECTIONS:
            with formatter.section(section):
                formatter.write_dl([(name, line) for name, (_, place, line) in _COMMANDS.items() if place == section])


def _nearest(name: str) -> str | None:
    from rapidfuzz import process

    best = process.extractOne(name, _COMMANDS.keys(), score_cutoff=60)
    return best[0] if best else None


@click.group(
    cls=Patui,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Without a command, patui opens its app on DIR (default: the workspace around here). "
    "A directory named like a command is written ./scan.",
)
@click.option("--engine-only", is_flag=True, help="Run the engine without the app: one JSON event a line on stdout.")
@click.option("--demo", is_flag=True, help="Open the app on a throw-away workspace with replayed work.")
@click.option("-C", "--workspace", "chosen", metavar="DIR", help="Work on this directory (default: around here).")
@click.option("--json", "as_json", is_flag=True, hidden=True)
@click.version_option(__version__, "-V", "--version", message="patui %(version)s")
@click.pass_context
def patui(context: click.Context, engine_only: bool, demo: bool, chosen: str | None, as_json: bool) -> None:
    """Notices work that repeats, drafts a pattern for it, proves what it would have saved, and asks."""
    context.obj = chosen
    if context.invoked_subcommand is not None:
        return
    directory = context.meta.get("patui.directory") or chosen
    if engine_only:
        from tui.cli.app_commands import run_engine

        context.exit(run_engine(directory))
    from tui.cli.app_commands import run_app

    context.exit(run_app(directory, demo=demo))


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and gives its exit code; never a traceback for a mistake of the user."""
    words, directory = _split_directory(list(arguments))
    try:
        with patui.make_context("patui", words) as context:
            context.meta["patui.directory"] = directory
            result = patui.invoke(context)
            return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except PatuiError as error:
        say(f"patui: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone (`patui scan | head`): nothing is left to say, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        # What a disk, a limit or a device refuses where no part of patui has better words for it.
        say(f"patui: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}")
        return BROKEN_INPUT


def _split_directory(words: list[str]) -> tuple[list[str], str | None]:
    """Takes the first plain word out of `words` when it is no command but a directory (or looks like a path)."""
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif word in ("-C", "--workspace"):
            skip = True
        elif not word.startswith("-"):
            if word in _COMMANDS or not (Path(word).exists() or "/" in word or word.startswith(".")):
                return words, None
            return words[:index] + words[index + 1 :], word
    return words, None
