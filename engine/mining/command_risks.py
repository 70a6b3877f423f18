"""What a command may do beyond the files it names: install, reach the network, need privileges, delete.

Known by program and subcommand; a mark too many costs a word on the screen, one too few a surprise, so a program that
fetches what it lacks counts as reaching the network.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.mining.commands import command_of
from engine.mining.shell_words import PIPES

INSTALLS, NETWORK, PRIVILEGED, DELETES = "installs", "network", "privileged", "deletes"
MARKS = (INSTALLS, NETWORK, PRIVILEGED, DELETES)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INSTALLERS = _words(
    """
    pip pip3 pipx npm pnpm yarn bun gem bundle cargo go apt apt-get aptitude dnf yum zypper pacman brew port snap
    flatpak apk nix nix-env conda mamba micromamba poetry uv pdm hatch rye composer dotnet nuget luarocks cpan cpanm
    opam stack cabal rustup nvm pyenv rbenv asdf mise helm ansible-galaxy pre-commit playwright mix rebar3 pod flutter
    dart terraform tofu vcpkg conan easy_install pipenv bower choco winget scoop
    """
)
_INSTALLING = _words(
    """
    install i add ci update upgrade require sync restore get fetch init download ensure bootstrap dist-upgrade
    full-upgrade setup update-all install-deps deps.get tidy refresh
    """
)
_ONLINE = _words(
    """
    curl wget ssh scp sftp rsync ftp ping dig nslookup telnet nc ncat http https xh gh glab aws gcloud az heroku kubectl
    ansible ansible-playbook doctl fly flyctl vercel netlify npx bunx pipx twine mosh host whois
    """
)
_ONLINE_SUBCOMMANDS = {
    "git": _words("clone fetch pull push remote submodule ls-remote lfs"),
    "docker": _words("pull push login build compose run search"),
    "podman": _words("pull push login build run search"),
    "docker-compose": _words("pull push up build run"),
    "go": _words("get install mod"),
    "cargo": _words("publish login search"),
    "npm": _words("publish login audit"),
    "terraform": _words("init apply plan destroy import refresh"),
    "tofu": _words("init apply plan destroy import refresh"),
    "helm": _words("repo pull push upgrade"),
}
_PRIVILEGED = _words("sudo doas su pkexec runas systemctl service mount umount useradd usermod userdel visudo setcap")
_DELETERS = _words("rm rmdir unlink shred truncate dropdb dropuser wipefs mkfs dd kill killall pkill fuser")
_DELETING = _words(
    """
    rm remove delete destroy prune purge clean uninstall drop reset rmi down cleanup erase wipe autoremove flush
    flushall flushdb restore
    """
)
_DELETING_FLAGS = _words(
    "--hard --force -f -fd -fdx -fx -D --delete -delete --force-with-lease --prune --purge -rf -fr"
)
_FORCED_ONLY = _words("git svn hg docker podman kubectl find rsync")


def marks_of(argv: Sequence[str]) -> tuple[str, ...]:
    """The marks of one call, in the order of `MARKS`; those of every part of a pipeline together."""
    words = tuple(argv)
    for at, word in enumerate(words):
        if word in PIPES:
            rest = {*marks_of(words[:at]), *marks_of(words[at + 1 :])}
            return tuple(mark for mark in MARKS if mark in rest)
    if words[:1] == ("xargs",):
        return marks_of([word for word in words[1:] if not word.startswith("-")])
    command = command_of(words)
    program, first = command.program, command.subcommand[0] if command.subcommand else ""
    plain = {word for word in words[1:] if not word.startswith("-")}
    found: set[str] = set()
    if program in _INSTALLERS and (first in _INSTALLING or (not first and bool(plain & _INSTALLING))):
        found |= {INSTALLS, NETWORK}
    if program in ("yarn", "bundle", "pod", "mix") and not plain - {program}:
        found |= {INSTALLS, NETWORK}
    if program == "setup.py" and "install" in plain:
        found.add(INSTALLS)
    if program in ("make", "just", "task") and any("install" in word or "deps" in word for word in plain):
        found.add(INSTALLS)
    if program in _ONLINE or first in _ONLINE_SUBCOMMANDS.get(program, ()) or any("://" in word for word in words):
        found.add(NETWORK)
    if any(word.rpartition("/")[2] in _PRIVILEGED for word in (words[0] if words else "", program)):
        found.add(PRIVILEGED)
    if program in _DELETERS or first in _DELETING:
        found.add(DELETES)
    if program in _FORCED_ONLY and set(words) & _DELETING_FLAGS:
        found.add(DELETES)
    return tuple(mark for mark in MARKS if mark in found)
