"""What secrets look like in a command line, in POSIX extended regular expressions: the shell hooks are made from it.

A hook must hide secrets before its line reaches the spool, with builtins only, and every shell has these expressions.
They have no lookaround and no lazy operators, so this table is plainer than the rules of the engine, which look at the
line again before it is stored. Where one expression cannot tell, it hides: the line stays readable.
"""

from __future__ import annotations

import re
from typing import NamedTuple


# No dataclass: the hook of the agents reads this table, and must not wait 10 ms for `dataclasses`.
class ShellRule(NamedTuple):
    """What stands between `before` and `after` is secret; `kind` says what of. Nothing is looked for without `when`,
    and what is found without `proof` in it is none."""

    kind: str
    before: str
    secret: str
    after: str = ""  # plain text without a special character
    when: str = ""
    proof: str = ""
    hint: str = ""  # plain words, `|` between: without one of them in the line there is nothing to look for

    @property
    def expression(self) -> str:
        """The whole; its first group is what stays before the secret."""
        return f"({self.before}){self.secret}{self.after}"

    @property
    def words(self) -> str:
        """The hint; for a rule about programs, their names."""
        return self.hint or (_programs(self.before) if self.kind == "argument" else "")

    @property
    def looking_ahead(self) -> str:
        """The same in one expression with its proof, for fish and Python, which can look ahead."""
        proof = f"(?=[[:alnum:]]*{self.proof})" if self.proof else ""
        return f"({self.before}){proof}{self.secret}{self.after}"


def _programs(before: str) -> str:
    """What is plain at the start of an expression, or of each of its first alternatives; nothing when it is not."""
    group = re.match(r"\(([^()]*)\)", before)
    names = [re.match(r"\w[\w-]+(?![?*{])", one) for one in (group[1].split("|") if group else [before])]
    return "" if None in names else "|".join(dict.fromkeys(name[0] for name in names if name))


def _any_case(words: str) -> str:
    return re.sub("[a-z]", lambda found: f"[{found[0].upper()}{found[0]}]", words)


_BLANK = "[[:space:]]"
_WORD_START = "(^|[^[:alnum:]_])"
# A value: in quotes, or up to the next blank or operator, of three characters at least. What starts like a reference
# ($X, <x>, {x}), a path or a mask is none; `_VALUE` stands behind a blank and is no option either.
_REST = """[^[:space:]"'`;|&<>()]"""
_FIRST = """[^][:space:]"'$`<>(){};|&*~./"""
_JOINED = f"""("[^"$][^"]*"|'[^']+'|{_FIRST}]{_REST}{{2}}{_REST}*)"""
_VALUE = f"""("[^"$][^"]*"|'[^'%]+'|{_FIRST}-]{_REST}{{2}}{_REST}*)"""
_TAIL = "[[:alnum:]_.~+/=:%-]"
_WITH_DIGIT = f"{_TAIL}*[0-9]{_TAIL}*"
# Inside one call of a program, up to the argument.
_CALL = f"[^;|&]*{_BLANK}"
_PASSWORD = _any_case("(pass(word|wd|phrase|code)?|pwd)")
_TELLING = _any_case("(pass(word|wd|phrase)?|pwd|token|secret|api[_-]?key|access[_-]?key)")

_STRONG_STARTS = (
    "ya29[.]|GOCSPX-|do[oprt]_v1_|HRKU-|fm[12]_|hv[sbr][.]|dp[.](pt|st|ct|sa|scim)[.]|gh[pousr]_|github_pat_|"
    "gl(pat|dt|rt|rtr|cbt|ptt|ft|imt|agent)-|gl(soat|oas)-|gloas-|GR1348941|npm_|pypi-Ag|rubygems_|dckr_[po]at_|ATATT3|"
    "bkua_|sntry[su]_|glsa_|glc_|NRAK-|PMAK-|xox[a-z][-.]|xapp-|[sr]k_(live|test)_|whsec_|sq0(atp|csp|idp)-|"
    "shp(at|ca|pa|ss)_|figd_|lin_(api|oauth)_|ntn_|tskey-|sbp_|pscale_(tkn|pw|oauth)_|sk-ant-|"
    "sk-(proj|svcacct|admin)-|hf_|gsk_|r8_|AGE-SECRET-KEY-1|api_org_|pplx-|ops_eyJ|A3-[A-Z0-9]{6}-|p8e-|AKCp|cmVmd|"
    "ABSK|bedrock-api-key-|CLOJARS_|v1[.]0-[a-f0-9]{24}-|duffel_(test|live)_|dt0[cs]0[12][.]|EZ[AT]K|EAA[A-Z]|"
    "FLW(SEC|PUB)K(_TEST)?-|fio-u-|gl(ffct|wt)-|ico-[[:alnum:]]{16}|s-s4t2(ud|af)-|API-[A-Z0-9]{20}|sha256~|pn[ub]_|"
    "rdme_|tk-us-|x(key|smtp)sib-|sm_[aps]at_|shippo_(live|test)_|[sr]k_prod_|sgp_|slk_|authress_"
)
_EXACT_TOKENS = (
    "A(KIA|SIA|BIA|CCA)[A-Z0-9]{16}",
    "AIza[[:alnum:]_-]{30}[[:alnum:]_-]*",
    "LTAI[[:alnum:]]{12}[[:alnum:]]*",
    "dapi[a-f0-9]{32}",
    "pul-[a-f0-9]{40}",
    "SK[0-9a-fA-F]{32}",
    "key-[0-9a-f]{32}",
    "[0-9a-f]{32}-us[0-9]+",
    "SG[.][[:alnum:]_-]{16}[[:alnum:]_-]*[.][[:alnum:]_-]{20}[[:alnum:]_-]*",
    "sl[.][[:alnum:]_-]{60}[[:alnum:]_-]*",
    "sk-[[:alnum:]]{32}[[:alnum:]]*",
    "ey[[:alnum:]][[:alnum:]_-]{14}[[:alnum:]_-]*[.]ey[[:alnum:]_.-]*",
    "[[:alnum:]]{14}[.]atlasv1[.][[:alnum:]_-]*",
    "s[.][[:alnum:]]{24}",
    "pat[[:alnum:]]{14}[.][a-f0-9]{40}[a-f0-9]*",
    "[0-9]{8}[0-9]*:AA[[:alnum:]_-]{30}[[:alnum:]_-]*",
    "[[:alnum:]_.~]{3}[0-9]Q~[[:alnum:]_.~-]{30}[[:alnum:]_.~-]*",
)

# A letter that no digest has, and a digit soon after it, twice: in one word of 20 and more without a break that is
# as good as never a name. The bounds keep every engine's search short.
_DRAWN = "([g-zG-Z][A-Za-z]{0,9}[0-9]{1,6}[A-Za-z]{0,9}){2}"

# No token is shorter, and this is compiled in a fiftieth of the time that their table takes.
_RUN = "[[:alnum:]_+%~=:-][[:alnum:]_.+%~=:-]{14}"

_TABLE = (
    ShellRule("private-key", "-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----", "(.|[[:space:]])*"),
    ShellRule("token", _WORD_START, f"({_STRONG_STARTS})[[:alnum:]_.+/=%-]{{10}}[[:alnum:]_.+/=%-]*", when=_RUN),
    ShellRule("token", _WORD_START, f"({'|'.join(_EXACT_TOKENS)})", when=_RUN),
    ShellRule(
        "token",
        """(^|[[:space:]"'=])([[:alnum:]]{1,16}[_.~-]){0,3}""",
        "[[:alnum:]]{20}[[:alnum:]_.~-]*=*",
        proof=_DRAWN,
    ),
    ShellRule("token", "hooks[.]slack[.]com/[a-z]+/|/api/webhooks/[0-9]+/", "[[:alnum:]_/-]{20}[[:alnum:]_/-]*"),
    ShellRule(
        "token",
        f"(AccountKey|SharedAccessKey|[?&;]sig)=|:_auth(Token)?{_BLANK}*=",
        "[^[:space:]\"'&;$]{8}[^[:space:]\"'&;]*",
    ),
    ShellRule("url", """://[^[:space:]/:@"'<>?#]*:""", """[^[:space:]/@"'<>${][^[:space:]/@"'<>]*""", after="@"),
    ShellRule(
        "url", "://", """[^[:space:]/:@"'<>?#$.]*[0-9][^[:space:]/:@"'<>?#.]{12}[^[:space:]/:@"'<>?#]*""", after="@"
    ),
    ShellRule(
        "header",
        _any_case("authorization")
        + f"""["']?{_BLANK}*[:=]{_BLANK}*["']?("""
        + _any_case("(bearer|basic|token|apikey|digest)")
        + f"{_BLANK}+)?",
        _WITH_DIGIT + "[^[:space:]\"']*",
    ),
    ShellRule(
        "header",
        _any_case("authorization")
        + f"""["']?{_BLANK}*[:=]{_BLANK}*["']?"""
        + _any_case("(bearer|basic|token|apikey|digest)")
        + f"{_BLANK}+",
        f"{_TAIL}{{12}}{_TAIL}*",
    ),
    ShellRule("bearer", _any_case("bearer") + f"{_BLANK}+", _WITH_DIGIT),
    ShellRule("header", _any_case("(token|api-?key|secret|password|auth-key)") + f":{_BLANK}?", _WITH_DIGIT),
    ShellRule(
        "option",
        f"(^|{_BLANK})--?([[:alnum:]]+[-_.])*"
        + "([[:alnum:]]*"
        + _any_case(
            "(password|passwd|passphrase)|pass(code)?|(store|key|src|dest|trust)pass|token|secret([-_]key)?|"
            "(api|access|auth|private)[-_]?key)"
        )
        + f"(=|{_BLANK}+)",
        _VALUE,
    ),
    ShellRule(
        "environment",
        """(^|[[:space:];&|"'(])([A-Z][A-Z0-9_]*)?(PASS(WORD|WD|PHRASE|CODE)?|TOKEN|SECRET|"""
        "CREDENTIALS?)(_[0-9]+)?=",
        _JOINED,
    ),
    ShellRule(
        "environment",
        """(^|[[:space:];&|"'(])[A-Z][A-Z0-9_]*_(AUTH|KEY|PAT|PWD)(_[0-9]+)?=["']?""",
        f"{_FIRST}]{_REST}*[0-9]{_REST}*",
    ),
    ShellRule("environment", "AWS_SECRET_ACCESS_KEY=", "[^$[:space:]][^[:space:]]*"),
    ShellRule(
        "field",
        f"(^|[^[:alnum:]$_.-])[[:alnum:]_.-]*{_TELLING}=",
        """("[^"$][^"]*"|'[^']+'|[^][:space:]"'$`<>(){};|&*~./,][^[:space:]"'`;|&<>(),]{2}[^[:space:]"'`;|&<>(),]*)""",
    ),
    ShellRule(
        "field",
        f"""{_TELLING}["']{_BLANK}*:{_BLANK}*["']""",
        """[^"'$<{][^"']{2}[^"']*""",
    ),
    # A user and then a password by their short options, in whatever program; a port is no password.
    ShellRule(
        "argument",
        f"{_BLANK}-[uUa]{_BLANK}+[^[:space:]-][^[:space:]]*"
        f"({_BLANK}+--?[[:alnum:]-]+([ =][^[:space:]-][^[:space:]]*)?)*{_BLANK}+-[pP]{_BLANK}+",
        f"({_FIRST}0-9-]{_REST}*[0-9@#%^+!]|[0-9]+{_FIRST}0-9:-]){_REST}*",
    ),
    ShellRule("argument", f"ssh-keygen{_CALL}-[NP]{_BLANK}+", _VALUE),
    ShellRule("argument", f"openssl{_BLANK}+enc{_CALL}-k{_BLANK}+", _VALUE),
    ShellRule(
        "argument",
        f"(rabbitmqctl{_BLANK}+(add_user|change_password|authenticate_user)|(poetry|composer|bundle){_BLANK}+config{_BLANK}"
        f"([^;|&]*{_BLANK})?http-basic[^[:space:]]*|wpa_passphrase){_BLANK}+[^[:space:]]+{_BLANK}+",
        _VALUE,
    ),
    ShellRule("argument", f"bundle{_BLANK}+config{_BLANK}[^;|&:]*{_BLANK}[^[:space:]:/]+:", _VALUE),
    ShellRule("argument", f"gh{_BLANK}+secret{_BLANK}+set{_CALL}(-b|--body)[=[:space:]]+", _VALUE),
    ShellRule("argument", f"user(add|mod){_CALL}(-p|--password)[=[:space:]]+[\"']?", f"{_FIRST}!-]{_REST}*"),
    ShellRule("argument", f"nmcli{_CALL}[[:alnum:]._-]*(password|psk){_BLANK}+", _VALUE),
    ShellRule(
        "argument",
        f"(sqlplus|rman|expdp|impdp){_BLANK}+(-[^[:space:]]+{_BLANK}+)*[[:alnum:]_$]+/",
        "[^[:space:]@]+",
        after="@",
    ),
    ShellRule("argument", f"lftp{_CALL}-u{_BLANK}*[^[:space:],]+,", _VALUE),
    ShellRule("argument", f"setx{_BLANK}+[[:alnum:]_]*(KEY|TOKEN|SECRET|PASS|PASSWORD){_BLANK}+", _VALUE),
    ShellRule("argument", f"snmp[a-z]+{_CALL}-[AX]{_BLANK}+", _VALUE),
    ShellRule("argument", f"net{_BLANK}+use{_BLANK}[^;|&]*[\\][\\][^[:space:]]+{_BLANK}+", _VALUE),
    ShellRule("argument", f"(sudo|kinit|passwd|su){_BLANK}[^;|&<]*<<<{_BLANK}*", _VALUE),
    ShellRule(
        "argument",
        f"""(echo|printf){_BLANK}+(-[a-z]+{_BLANK}+)?["']?[^[:space:]:"'|]+:""",
        """[^[:space:]"'|$]+""",
        when=f"[|]{_BLANK}*(sudo{_BLANK}+)?chpasswd",
    ),
    ShellRule("argument", f"(mysql[a-z]*|mariadb[a-z-]*|mycli|7z[ar]*|rar|unrar|sshpass){_CALL}-p", _JOINED),
    ShellRule("argument", f"(sshpass|mongo[a-z]*|cqlsh|influx){_CALL}-p{_BLANK}+", _VALUE),
    ShellRule(
        "argument",
        f"(docker|podman|nerdctl|buildah|skopeo|crane|helm|oras|az|oc|cf|argocd){_CALL}login{_BLANK}([^;|&]*{_BLANK})?-p[=[:space:]]*",
        _VALUE,
    ),
    ShellRule(
        "argument",
        f"""(curl|wget|https?|xh|ab|hey){_CALL}(-[a-zA-Z]{{0,4}}[uUa]{_BLANK}*|--(proxy-)?(user|auth)[=[:space:]]+)["']?[^[:space:]:"']+:""",
        """[^]"'$<>(){};|&/[:space:]][^"'[:space:]]*""",
    ),
    ShellRule("argument", f"(redis|valkey|keydb)-cli{_CALL}-a{_BLANK}+", _VALUE),
    ShellRule("argument", f"ldap[a-z]+{_CALL}-w{_BLANK}*", _VALUE),
    ShellRule("argument", f"(sqlcmd|bcp|osql|zip|unzip){_CALL}-P{_BLANK}*", _VALUE),
    ShellRule("argument", f"(smbclient|rpcclient){_CALL}-U{_BLANK}*[^[:space:]%]+%", "[^[:space:]]+"),
    ShellRule("argument", f"(openssl|keytool|jarsigner){_CALL}pass:", "[^[:space:]]+"),
    ShellRule("argument", f"freerdp{_CALL}/p:", "[^[:space:]]+"),
    ShellRule(
        "argument",
        f"htpasswd{_BLANK}+-[a-zA-Z]*b[a-zA-Z]*{_BLANK}+[^[:space:]]+{_BLANK}+[^[:space:]]+{_BLANK}+",
        _VALUE,
    ),
    ShellRule(
        "argument",
        f"(aws|npm|pnpm|yarn){_CALL}set{_BLANK}+[^[:space:]]*(secret_access_key|session_token|_authToken|_auth|_password)[=[:space:]]+",
        _VALUE,
    ),
    ShellRule(
        "argument", f"git{_CALL}config{_BLANK}([^;|&]*{_BLANK})?[^[:space:]]*(token|password|secret){_BLANK}+", _VALUE
    ),
    ShellRule(
        "argument", f"vault{_BLANK}+(operator{_BLANK}+)?(login|unseal){_BLANK}+(-[^[:space:]]+{_BLANK}+)*", _VALUE
    ),
    ShellRule(
        "argument",
        f"(echo|printf){_BLANK}+",
        _VALUE,
        when=f"[|]{_BLANK}*(sudo{_BLANK}.*-S|(docker|podman|helm){_BLANK}.*login|gh{_BLANK}+auth|passwd)",
    ),
)

# Without these signs in a line, a rule of this kind is not worth compiling.
_SIGNS = {
    "private-key": "PRIVATE KEY",
    "url": "://",
    "environment": "=",
    "field": "=|:",
    "option": "-",
    "bearer": "earer|EARER",
}
RULES = tuple(rule._replace(hint=rule.hint or _SIGNS.get(rule.kind, "")) for rule in _TABLE)


def _once(expression: str) -> str:
    """A weaker expression, without counts: they are what costs when an expression is compiled."""
    return re.sub(r"\{\d+\}", "+", expression)


# A line without one of these has no secret that a rule could find: one expression for nearly every command.
GATE = (
    "A(KIA|SIA|BIA|CCA)|AIza|LTAI|dapi|pul-|SK[0-9a-fA-F]|key-|-us[0-9]|SG[.]|sl[.]|sk-|[.]ey[[:alnum:]]|"
    f"atlasv1|:AA|Q~|{_once(_STRONG_STARTS)}|[[:alnum:]]{{20}}|PRIVATE KEY|hooks|sig=|"
    "_auth|@|AccountKey|"
    + _any_case("pass|pwd|token|secret|key|credential|auth|bearer")
    + f"|_PAT|mysql|mariadb|mycli|7z|rar{_BLANK}|sshpass|mongo|cqlsh|influx|-cli|ldap|sqlcmd|bcp|osql|zip|smbclient|"
    f"rpcclient|login|(curl|wget|http|https|xh|ab|hey){_BLANK}.*-|openssl|keytool|jarsigner|freerdp|unseal|"
    f"ssh-keygen|rabbitmqctl|http-basic|bundle|wpa_|user(add|mod)|nmcli|sqlplus|rman|e?[xm]p?dp|lftp|setx|snmp|<<<|"
    f"net{_BLANK}+use|gh{_BLANK}+secret|-[uUa]{_BLANK}.*-[pP]{_BLANK}|sudo{_BLANK}.*-S"
)

_CLASSES = {"[:space:]": r"\s", "[:alnum:]": "a-zA-Z0-9"}


def in_python(expression: str) -> re.Pattern[str]:
    """The same expression for Python, which has no POSIX classes and reads a `]` at the start of a class otherwise."""
    for name, characters in _CLASSES.items():
        expression = expression.replace(name, characters)
    return re.compile(expression.replace("[^]", r"[^\]").replace("[^\\][", r"[^\]\["))


def mask(line: str) -> str:
    """What a hook makes of `line`; the hooks are tested against it."""
    if not in_python(GATE).search(line):
        return line
    for rule in RULES:
        if rule.words and not any(word in line for word in rule.words.split("|")):
            continue
        if rule.when and not in_python(rule.when).search(line):
            continue
        hidden = f"\\1‹secret:{rule.kind}›{rule.after}"
        line = in_python(rule.looking_ahead).sub(hidden, line)
    return line
