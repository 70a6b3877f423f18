"""Where command lines carry passwords: options with telling names, and the short options of well-known programs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.redact.secret import Secret, is_reference, is_stand_in

_ARGUMENT = r"""(?:"(?P<double>[^"\n]{1,1000})"|'(?P<single>[^'\n]{1,1000})'|(?P<bare>[^\s"'|;&<>()]{1,1000}))"""
# The lookbehind stands behind the first dash so that the search can jump from dash to dash.
_OPTION = re.compile(
    r"-(?<![\w-]-)-?(?:[a-z0-9]+[-_.])*(?P<word>pass(?:code)?|[a-z0-9]*(?:password|passwd|passphrase)"
    r"|(?:store|key|src|dest|trust)pass|token|secret(?:[-_]key)?|(?:api|access|auth|private)[-_]?key)"
    rf"(?P<joint>=|[ \t]+){_ARGUMENT}",
    re.IGNORECASE,
)
# What openssl calls a password is where to get it from; `pass:` is looked for by its own shape.
_SOURCE = re.compile(r"-|(?:pass|env|file|fd):|stdin$")
# The name of a secret, not its value: `--secret dbPassword`
_NAME = re.compile(r"[a-z]+(?:[A-Z_-][a-z]*)*(?:Password|Token|Secret|Key|[_-](?:password|token|secret|key))")
_USER = r"(?:-[a-zA-Z]{0,4}[uUa]\s*|--(?:proxy-)?(?:user|auth)(?:=|\s+))"
# Programs, and what stands before the secret among their arguments.
_PROGRAMS = (
    ("mysql mysqldump mysqladmin mysqlimport mysqlsh mysqlcheck mariadb mariadb-dump mycli", r"\s-p(?=\S)"),
    ("sshpass", r"\s-p\s*"),
    ("curl wget http https xh ab hey", rf"\s{_USER}[^\s:\"']{{1,200}}:"),
    (
        "curl wget http https xh ab hey",
        rf"\s{_USER}(?P<q>[\"'])[^\"'\s:]{{1,200}}:(?P<rest>(?:(?!(?P=q))[^\n]){{1,1000}})",
    ),
    ("redis-cli valkey-cli keydb-cli", r"\s-a\s+"),
    ("ldapsearch ldapadd ldapmodify ldapdelete ldapwhoami ldappasswd", r"\s-w\s*"),
    ("docker podman nerdctl buildah skopeo crane helm oras az oc cf argocd", r"\slogin\s(?:.*?\s)?-p(?:\s+|=)"),
    ("mongo mongosh mongodump mongorestore mongoexport mongoimport", r"\s-p\s+"),
    ("sqlcmd bcp osql", r"\s-P\s*"),
    ("zip unzip", r"\s-P\s*"),
    ("7z 7za 7zr rar unrar", r"\s-p(?=\S)"),
    ("cqlsh influx impala-shell", r"\s-p\s+"),
    ("smbclient rpcclient", r"\s-U\s*[^\s%]{1,200}%"),
    ("openssl keytool jarsigner", r"\spass:"),
    ("xfreerdp wfreerdp", r"\s/p:"),
    ("htpasswd", r"\s-[a-zA-Z]*b[a-zA-Z]*\s+\S+\s+\S+\s+"),
    ("aws", r"\sset\s+\S*(?:secret_access_key|session_token)\s+"),
    ("npm pnpm yarn", r"\sset\s+\S*(?:_authToken|_auth|_password)(?:=|\s+)"),
    ("git", r"\sconfig\s(?:.*?\s)?\S*(?:token|password|secret)\s+"),
    ("vault", r"\s(?:login|unseal)\s+(?:-\S+\s+)*(?!-)"),
    ("ssh-keygen", r"\s-[NP]\s+"),
    ("openssl", r"\senc\s(?:.*?\s)?-k\s+"),
    ("rabbitmqctl", r"\s(?:add_user|change_password|authenticate_user)\s+\S+\s+"),
    ("poetry composer bundle", r"\sconfig\s(?:.*?\s)?http-basic\S*\s+\S+\s+"),
    ("bundle", r"\sconfig\s(?:set\s)?(?:.*?\s)?\S+\s+[^\s:/]+:"),
    ("gh", r"\ssecret\s+set\s(?:.*?\s)?(?:-b|--body)(?:\s+|=)"),
    ("useradd usermod", r"\s(?:-p|--password)(?:\s+|=)"),
    ("nmcli", r"\s(?:password|psk|\S*\.(?:psk|password))\s+"),
    ("wpa_passphrase", r"\s+\S+\s+"),
    ("sqlplus rman expdp impdp", r"\s+(?:-\S+\s+)*[\w$]+/(?=[^\s@]+@)"),
    ("lftp", r"\s-u\s*[^\s,]+,"),
    ("setx", r"\s+\w*(?:KEY|TOKEN|SECRET|PASS|PASSWORD)\s+"),
    ("snmpwalk snmpget snmpset snmpbulkwalk", r"\s-[AX]\s+"),
    ("net", r"\suse\s(?:\S+\s+)*?\\\\\S+\s+(?![/\\])"),
    ("sudo kinit passwd su", r"<<<\s*"),
    (
        "echo printf",
        r"\s+(?:-\w+\s+)?[\"']?[^\s:\"'|]+:(?P<rest>[^\s\"'|]{1,1000})(?=[\"']?\s*\|\s*(?:sudo\s+)?chpasswd)",
    ),
    (
        "echo printf",
        r"\s+(?=[^\s|]+\s*\|\s*(?:sudo\s+(?:-\S+\s+)*-S|(?:docker|podman|helm)\s.*login\b|gh\s+auth|passwd\b))",
    ),
)
_CALL = re.compile(
    r"(?<![\w.-])(?:"
    + "|".join(dict.fromkeys(name for names, _ in _PROGRAMS for name in names.split()))
    + r")(?=[ \t])"
)
_BY_PROGRAM: dict[str, list[re.Pattern[str]]] = {}
for _names, _before in _PROGRAMS:
    for _name in _names.split():
        _whole = _before if "(?P<rest>" in _before else _before + _ARGUMENT
        _BY_PROGRAM.setdefault(_name, []).append(re.compile(_whole))
# A program's own arguments end here (what `echo` is piped into is looked at by its own shape).
_END = re.compile(r"[\n;&]|\|(?!\s*(?:sudo|docker|podman|helm|gh|passwd|chpasswd)\b)")
_LONGEST_CALL = 2000
# One of these is in a longer text that holds command lines with passwords; looking for all programs costs more.
_IN_FILES = (
    *("curl ", "wget ", "mysql", "mariadb", "sshpass", "redis-cli", " login ", "ldap", "mongo", "sqlcmd", "htpasswd"),
    *("smbclient", " pass:", "vault ", " set ", "sudo -S"),
)


def secrets_of_command(text: str, is_command: bool) -> Iterator[Secret]:
    """Secrets among the arguments of a command line, or of the command lines in a longer text."""
    for found in _OPTION.finditer(text):
        if not _is_prose(found, is_command):
            yield from _secret(found, "option")
    if not is_command and not any(word in text for word in _IN_FILES):
        return
    looked_at: dict[str, int] = {}
    for call in _CALL.finditer(text):
        if call.start() < looked_at.get(call[0], 0):
            continue  # an argument that is called like the program itself
        limit = min(len(text), call.end() + _LONGEST_CALL)
        end = _END.search(text, call.end(), limit)
        looked_at[call[0]] = end.start() if end else limit
        for pattern in _BY_PROGRAM[call[0]]:
            for found in pattern.finditer(text, call.end(), looked_at[call[0]]):
                yield from _secret(found, "argument")


def _is_prose(found: re.Match[str], is_command: bool) -> bool:
    """Whether the option is only talked about, or what follows it is another option."""
    if found["joint"] == "=":
        return False
    value = found[_part(found)]
    if _SOURCE.match(value) or _NAME.fullmatch(value):
        return True
    # In a manual the next word of the sentence follows; in a command line the value.
    return not is_command and value.strip("`.,:").isalpha()


def _secret(found: re.Match[str], kind: str) -> Iterator[Secret]:
    part = _part(found)
    value = found[part]
    if "›" in value:  # the end of something that is hidden already
        return
    if is_stand_in(value) if part != "single" else is_stand_in(value) and not is_reference(value):
        return
    yield Secret(kind, *found.span(part))


def _part(found: re.Match[str]) -> str:
    return next(name for name in ("rest", "double", "single", "bare") if found.groupdict().get(name) is not None)
