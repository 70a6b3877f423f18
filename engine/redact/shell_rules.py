"""What secrets look like in a command line, in POSIX extended regular expressions: the shell hooks are made from it.

A hook must hide secrets before its line reaches the spool, with builtins only. This table is plainer than the other
rules of the engine, which believes it too and looks at the line again before it is stored. Where one expression cannot
tell, it hides: the line stays readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial

from engine.redact.shell_programs import ANY_PROGRAM_RULES, PROGRAM_RULES
from engine.redact.shell_rule import BLANK, FIRST, JOINED, REST, VALUE, WORD_START, ShellRule, any_case, in_python

_TAIL = "[[:alnum:]_.~+/=:%-]"
_WITH_DIGIT = f"{_TAIL}*[0-9]{_TAIL}*"
_SCHEME = any_case("(bearer|basic|token|apikey|digest)")
_SCHEME = any_case("(bearer|basic|token|apikey|digest)")
_TELLING = any_case("(pass(word|wd|phrase)?|pwd|token|secret|api[_-]?key|access[_-]?key|secret[._-]?key|sonar[.]login)")

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

# No token is shorter, and this is compiled in a fiftieth of the time that their table takes.
_RUN = "[[:alnum:]_+%~=:-][[:alnum:]_.+%~=:-]{14}"
# How tokens begin, plainer than above.
_STARTS = (
    "ya29.|GOCSPX-|_v1_|HRKU-|fm1_|fm2_|hvs|hvb|hvr|dp.|gh|github_pat|gl|GR1348941|npm_|pypi-|rubygems_|dckr_|ATATT3|bkua_|sntry|NRAK-"
    "|NRJS-|PMAK-|xox|xapp-|k_live_|k_test_|k_prod_|whsec_|sq0|shp|figd_|lin_|ntn_|tskey-|sbp_|pscale_|sk-|hf_|gsk_|r8_"
    "|AGE-SECRET|api_org_|pplx-|ops_eyJ|A3-|p8e-|AKCp|cmVmd|ABSK|bedrock-api|CLOJARS_|v1.0-|duffel_|dt0|EZAK|EZTK|EAA|FLW"
    "|fio-u-|ico-|s-s4t2|API-|sha256~|pnu_|pnb_|rdme_|tk-us-|sib-|sm_|shippo_|sgp_|slk_|authress_|dnkey-|live_|nvapi-|xai-"
)
_EXACT_STARTS = "AKIA|ASIA|ABIA|ACCA|AIza|LTAI|dapi|pul-|SK|key-|-us|SG.|sl.|sk-|.ey|atlasv1|s.|pat|:AA|Q~|AAAAAA|t1."

RULES = (
    ShellRule("private-key", "-----BEGIN [A-Z0-9 ]*PRIVATE KEY( BLOCK)?-----", "(.|[[:space:]])*", "PRIVATE KEY"),
    ShellRule(
        "token", WORD_START, f"({_STRONG_STARTS})[[:alnum:]_.+/=%-]{{10}}[[:alnum:]_.+/=%-]*", _STARTS, when=_RUN
    ),
    ShellRule("token", WORD_START, f"({'|'.join(_EXACT_TOKENS)})", _EXACT_STARTS, when=_RUN),
    # Drawn by whatever machine.
    ShellRule(
        "token",
        """(^|[[:space:]"'=])([[:alnum:]]{1,16}[_.~-]){0,3}""",
        "[[:alnum:]]{20}[[:alnum:]_.~-]*=*",
        proof=_DRAWN,
        run=20,
    ),
    # In hexadecimal behind a name with an underscore, or behind one that tells.
    ShellRule(
        "token",
        """(^|[[:space:]"'=/,:@(])""",
        "[[:alpha:]][[:alnum:]]{1,15}([_-][[:alnum:]]{1,9}){0,2}_[0-9a-f]{24}[0-9a-f]*",
        run=20,
    ),
    ShellRule(
        "token",
        """(^|[[:space:]"'=/,:@(])""",
        "([[:alnum:]]{1,12}[_-]){0,2}[[:alnum:]]{0,8}([Kk]ey|KEY|token|secret|access|api|NRJS|scp)[_-]"
        "([a-z]{1,12}[_-])?[0-9a-f]{8}-?[0-9a-f]{4}[0-9a-f-]*",
        "key-|key_|Key-|Key_|KEY_|token_|token-|secret_|secret-|access_|access-|api_|api-|NRJS-|scp-",
    ),
    ShellRule(
        "token",
        "hooks[.]slack[.]com/[a-z]+/|/api/webhooks/[0-9]+/|[.]webhook[.]office[.]com/",
        "[[:alnum:]_/@-]{20}[[:alnum:]_/@-]*",
        "hook",
    ),
    ShellRule(
        "token",
        f"(AccountKey|SharedAccessKey|[?&;]sig)=|:_auth(Token)?{BLANK}*=",
        "[^[:space:]\"'&;$]{8}[^[:space:]\"'&;]*",
        "AccountKey|AccessKey|sig=|:_auth",
    ),
    ShellRule(
        "url", """://[^[:space:]/:@"'<>?#]*:""", """[^[:space:]/@"'<>${][^[:space:]/@"'<>]*""", "://*:*@", after="@"
    ),
    # A password with a slash in it, which should not stand there as it is.
    ShellRule(
        "url",
        """://[[:alnum:]_.+-]+:""",
        """[0-9]*[A-Za-z+=][^[:space:]@"'<>${:?&]{2}[^[:space:]@"'<>${:?&]*[0-9][^[:space:]@"'<>${:?&]*""",
        "://*:*@",
        after="@",
    ),
    ShellRule(
        "url",
        "://",
        """[^[:space:]/:@"'<>?#$.]*[0-9][^[:space:]/:@"'<>?#.]{12}[^[:space:]/:@"'<>?#]*""",
        "://*@",
        after="@",
    ),
    ShellRule(
        "header",
        any_case("authorization") + f"""["']?{BLANK}*[:=]{BLANK}*["']?(""" + _SCHEME + f"{BLANK}+)?",
        _WITH_DIGIT + "[^[:space:]\"']*",
        telling="authorization",
    ),
    ShellRule(
        "header",
        any_case("authorization") + f"""["']?{BLANK}*[:=]{BLANK}*["']?""" + _SCHEME + f"{BLANK}+",
        f"{_TAIL}{{12}}[^[:space:]\"']*",
        telling="authorization",
    ),
    ShellRule("bearer", any_case("bearer") + f"{BLANK}+", _WITH_DIGIT, telling="bearer "),
    ShellRule(
        "header",
        any_case("(token|api-?key|secret|password|auth-key)") + f":{BLANK}?",
        f"({_WITH_DIGIT}|{_TAIL}{{20}}{_TAIL}*)",
        telling="token:|key:|secret:|password:",
    ),
    ShellRule(
        "option",
        f"(^|{BLANK}|[\"'])(--?|[+][+])([[:alnum:]]+[-_.])*("
        + "[[:alnum:]]*"
        + any_case("(password|passwd|passphrase)[0-9]?|pass(code)?|(u|o|user|owner|root|db|h)?pwd?")
        + "|"
        + any_case(
            "(store|key|src|dest|trust)pass|token|secret([-_]key)?|psk|(new-|old-)?pin|otp|"
            "(api|access|auth|private|account|secret|admin|master|shared|license|storage|decryption|encryption)[-_]?key)"
        )
        + f"(=|{BLANK}+)",
        VALUE,
        telling="pass|pwd|pw |pw=|token|secret|psk|otp |otp=|pin |pin=|key",
    ),
    ShellRule(
        "environment",
        """(^|[[:space:];&|"'(/])([A-Z][A-Z0-9_]*)?(PASS(WORD|WD|PHRASE|CODE)?|TOKEN|SECRET|CREDENTIALS?)(_[0-9]+)?=""",
        JOINED,
        "PASS|TOKEN|SECRET|CREDENTIAL",
    ),
    ShellRule(
        "environment",
        """(^|[[:space:];&|"'(/])[A-Z0-9][A-Z0-9_]*_(AUTH|KEY|PAT|PWD)(_[0-9]+|_BASE)?=["']?""",
        f"{FIRST}]{REST}*[0-9]{REST}*",
        "_AUTH|_KEY|_PAT|_PWD",
    ),
    ShellRule("environment", "AWS_SECRET_ACCESS_KEY=", "[^$[:space:]][^[:space:]]*", "AWS_SECRET"),
    ShellRule(
        "field",
        f"(^|[^[:alnum:]$_.-])[[:alnum:]_.-]*{_TELLING}=",
        """("[^"$][^"]*"|'[^']+'|[^][:space:]"'$`<>(){};|&*~./,][^[:space:]"'`;|&<>(),]{2}[^[:space:]"'`;|&<>(),]*)""",
        telling="pass=|password=|passwd=|passphrase=|pwd=|token=|secret=|key=|sonar.login=",
    ),
    ShellRule(
        "field",
        f"""{_TELLING}["'](]{BLANK}*|{BLANK}*:{BLANK}*)["']""",
        """[^"'$<{][^"']{2}[^"']*""",
        telling="pass|pwd|token|secret|key",
    ),
    *ANY_PROGRAM_RULES,
    *PROGRAM_RULES,
)


def found_by_rules(line: str) -> Iterator[tuple[str, int, int]]:
    """What the rules find in a line: the kind of each secret, and where it begins and ends."""
    for rule in _rules_for(line):
        if not rule.when or in_python(rule.when).search(line):
            for found in in_python(rule.expression).finditer(line):
                start, end = found.end(1), found.end() - len(rule.after)
                if not rule.proof or in_python(rule.proof).search(line, start, end):
                    yield rule.kind, start, end


@cache
def _needles() -> tuple[list[tuple[str, frozenset[int]]], list[tuple[str, frozenset[int]]]]:
    """Of each word the longest piece, with the rules that have it, by number: first those of the line as it stands,
    then those of the line in small letters. To look for each only once is what makes a harmless line cheap."""
    plain: dict[str, set[int]] = {}
    telling: dict[str, set[int]] = {}
    for number, rule in enumerate(RULES):
        for word in rule.words:
            plain.setdefault(max(word.split("*"), key=len), set()).add(number)
        for word in rule.telling:
            telling.setdefault(word, set()).add(number)
        if rule.run:
            plain.setdefault("", set()).add(number)
    return [(word, frozenset(rules)) for word, rules in plain.items()], [
        (word, frozenset(rules)) for word, rules in telling.items()
    ]


def _rules_for(line: str) -> list[ShellRule]:
    """The rules that may find something in a line, in their order."""
    small = line.lower()
    plain, telling = _needles()
    numbers: set[int] = set()
    for word, rules in plain:
        if word in line:
            numbers |= rules
    for word, rules in telling:
        if word in small:
            numbers |= rules
    return [RULES[number] for number in sorted(numbers) if RULES[number].may_be_in(line, small)]


def mask(line: str) -> str:
    """What a hook makes of `line`; the hooks are tested against it."""
    return "".join(mask_lines([line]))


def mask_lines(lines: list[str]) -> list[str]:
    """The same for many lines: what none of them has the words of is looked for once."""
    whole = "\n".join(lines)
    small = whole.lower()
    rules = [rule for rule in RULES if rule.has_words(whole, small)]
    return [_masked(line, rules) for line in lines]


def _masked(line: str, rules: list[ShellRule]) -> str:
    for rule in rules:
        if rule.may_be_in(line, line.lower()) and (not rule.when or in_python(rule.when).search(line)):
            line = in_python(rule.expression).sub(partial(_hidden, rule), line)
    return line


def _hidden(rule: ShellRule, found: re.Match[str]) -> str:
    if rule.proof and not in_python(rule.proof).search(found[0], found.end(1) - found.start()):
        return found[0]
    return f"{found[1]}‹secret:{rule.kind}›{rule.after}"
