# ruff: noqa: E501 - a rule reads best in one line
"""Where the programs of a command line take their passwords: by short options, by their place, or from a pipe."""

from __future__ import annotations

from engine.redact.shell_rule import (
    BLANK,
    CALL,
    FIRST,
    JOINED,
    NO_NUMBER,
    REST,
    VALUE,
    WORD,
    ShellRule,
    any_case,
    of_program,
)

_SET = "[=[:space:]]+"
_OPTIONS = f"(-[^[:space:]]+{BLANK}+)*"
_INTERFACE = "(wlan|wl|en|eth|br|ap)[0-9a-z]*"
_TO_CHPASSWD = f"[|]{BLANK}*(sudo{BLANK}+)?chpasswd"
# What takes a secret from its input.
_TAKES_IT = (
    f"[|]([^|]*{BLANK})?(sudo{BLANK}.*-S|[[:alnum:]]*passwd|kinit|cryptsetup|secret-tool|"
    f"(docker|podman|helm|oras|crane|az|argocd|npm|cargo|flyctl){BLANK}([^|]*{BLANK})?login|gh{BLANK}+auth|"
    f"secrets?{BLANK}+(set|create|put|add|versions{BLANK}+add)|create{BLANK}+secret|[a-z]*pass(age)?{BLANK}+insert|argon2)"
    f"|[|].*{BLANK}--?([a-z]+-)*(stdin|with-token|passphrase-fd)"
)
_PIPED = "sudo *-S|passwd|kinit|cryptsetup|secret|login|gh auth|pass insert|passage insert|argon2|-stdin|-with-token|-passphrase-fd"

# (program names, what stands between them and the secret, the secret, words rarer than the names)
_ROWS = (
    ("ldappasswd", f"{CALL}-[as]{BLANK}+", VALUE, "ldappasswd"),
    ("isql", f"{BLANK}+{_OPTIONS}[[:alnum:]_.]+{BLANK}+[[:alnum:]_.@]+{BLANK}+", VALUE, "isql "),
    (
        "mc",
        f"{BLANK}+(alias|config{BLANK}+host){BLANK}+(set|add){BLANK}+{WORD}{WORD}{WORD}",
        VALUE,
        "mc alias|mc config",
    ),
    ("smbclient", f"{BLANK}+[\"']?(//|[\\][\\])[^[:space:]]+{BLANK}+", VALUE, "smbclient "),
    ("rclone", f"{CALL}(pass|password|secret_access_key){BLANK}+", VALUE, "rclone config"),
    ("chamber", f"{BLANK}+write{BLANK}+{WORD}{WORD}", VALUE, "chamber write"),
    ("virsh", f"{CALL}secret-set-value{CALL}--base64{BLANK}+", VALUE, "secret-set-value"),
    ("ansible-vault", f"{BLANK}+encrypt_string{BLANK}+{_OPTIONS}", VALUE, "encrypt_string"),
    ("set", f"{BLANK}+-[a-zA-Z]+{BLANK}+[A-Z0-9_]*(KEY|TOKEN|SECRET|PASS|PASSWORD){BLANK}+", VALUE, "set -"),
    ("snmp[a-z]+", f"{CALL}-X{BLANK}+", VALUE, "snmp*-X"),
    ("ssh-keygen", f"{CALL}-P{BLANK}+", VALUE, "ssh-keygen *-P"),
    (
        "mysql[a-z]*|mariadb[a-z-]*|mycli|7z[ar]*|rar|unrar|sshpass",
        f"{CALL}-h?p",
        JOINED,
        "mysql|mariadb|mycli|7z|rar |sshpass",
    ),
    (
        "sshpass|mongo[a-z]*|cqlsh|influx|impala-shell|airdecap-ng|rdesktop|steghide",
        f"{CALL}-p{BLANK}+",
        VALUE,
        "sshpass|mongo|cqlsh|influx|impala|airdecap|rdesktop|steghide",
    ),
    (
        "docker|podman|nerdctl|buildah|skopeo|crane|helm|oras|az|oc|cf|argocd",
        f"{CALL}login{BLANK}([^;|&]*{BLANK})?-p[=[:space:]]*",
        VALUE,
        "login *-p",
    ),
    (
        "curl|wget|https?|xh|ab|hey",
        f"""{CALL}(-[a-zA-Z]{{0,4}}[uUa]{BLANK}*|--(proxy-)?(user|auth)[=[:space:]]+)["']?[^[:space:]:"']+:""",
        """[^]"'$<>(){};|&/[:space:]][^"'[:space:]]*""",
        "curl *-*:|wget *-*:|http *-*:|https *-*:|xh *-*:|ab *-*:|hey *-*:",
    ),
    ("redis-cli|valkey-cli|keydb-cli", f"{CALL}(-a|[Aa][Uu][Tt][Hh]|requirepass){BLANK}+", VALUE, "-cli "),
    ("ldap[a-z]+", f"{CALL}-w{BLANK}*", VALUE, "ldap*-w"),
    ("sqlcmd|bcp|osql|tsql|zip|unzip", f"{CALL}-P{BLANK}*", VALUE, "sqlcmd*-P|bcp*-P|osql*-P|tsql*-P|zip*-P"),
    ("keytool", f"{CALL}-new{BLANK}+", VALUE, "keytool*-new"),
    ("openssl|keytool|jarsigner|apksigner", f"{CALL}pass:", "[^[:space:]\"']+", " pass:"),
    ("openssl", f"{CALL}-k{BLANK}+", VALUE, "openssl"),
    (
        "openssl",
        f"{BLANK}+passwd{BLANK}+(-[^[:space:]]+{BLANK}+((-salt|-in){BLANK}+{WORD})?)*",
        VALUE,
        "openssl passwd",
    ),
    (
        f"mkpasswd|rclone{BLANK}+obscure",
        f"{BLANK}+(-[^[:space:]]+{BLANK}+([a-z]+-[0-9a-z-]+{BLANK}+)?)*",
        VALUE,
        "mkpasswd|rclone obscure",
    ),
    ("freerdp", f"{CALL}/p:", "[^[:space:]]+", "freerdp"),
    ("htpasswd", f"{BLANK}+-[a-zA-Z]*b[a-zA-Z]*{BLANK}+{_OPTIONS}{WORD}{WORD}", VALUE, "htpasswd"),
    ("htpasswd", f"{BLANK}+-[a-zA-Z]*n[a-zA-Z]*{BLANK}+{_OPTIONS}{WORD}", VALUE, "htpasswd"),
    (
        "aws|npm|pnpm|yarn",
        f"{CALL}set{BLANK}+[^[:space:]]*(secret_access_key|session_token|_authToken|_auth|_password){_SET}",
        VALUE,
        "set *secret_access|set *session_token|set *_auth|set *_password",
    ),
    ("aws", f"{CALL}--value{_SET}", VALUE, "SecureString"),
    ("aws", f"{CALL}--secret-string{_SET}", VALUE, "--secret-string"),
    ("az", f"{CALL}secret{BLANK}+set{CALL}--value{_SET}", VALUE, "secret set*--value"),
    (
        "git",
        f"{CALL}config{BLANK}([^;|&]*{BLANK})?[^[:space:]]*(token|password|secret){BLANK}+",
        VALUE,
        "config*token|config*password|config*secret",
    ),
    ("vault", f"{BLANK}+(operator{BLANK}+)?(login|unseal){BLANK}+{_OPTIONS}", VALUE, "vault "),
    (
        "vault",
        f"{BLANK}+(kv{BLANK}+)?(put|patch){BLANK}+{_OPTIONS}{WORD}([^[:space:]=]+=[^[:space:]]+{BLANK}+)*[^[:space:]=]+=",
        JOINED,
        "vault *put|vault *patch",
    ),
    ("ssh-keygen", f"{CALL}-N{BLANK}+", VALUE, "ssh-keygen *-N"),
    ("rabbitmqctl", f"{BLANK}+(add_user|change_password|authenticate_user){BLANK}+{WORD}", VALUE, "rabbitmqctl"),
    (
        "poetry|composer|bundle",
        f"{BLANK}+config{BLANK}([^;|&]*{BLANK})?http-basic[^[:space:]]*{BLANK}+{WORD}",
        VALUE,
        "http-basic",
    ),
    ("wpa_passphrase", f"{BLANK}+{WORD}", VALUE, "wpa_passphrase"),
    ("wpa_cli", f"{CALL}psk{BLANK}+", f"[\"']*{REST}+[\"']*", "wpa_cli"),
    ("networksetup", f"{BLANK}+-setairportnetwork{BLANK}+{WORD}{WORD}", VALUE, "setairportnetwork"),
    (
        "create_ap",
        f"{BLANK}+(-[^[:space:]]+{BLANK}+([a-z_]+{BLANK}+)?)*{_INTERFACE}{BLANK}+({_INTERFACE}{BLANK}+)?{WORD}",
        VALUE,
        "create_ap",
    ),
    ("netsh", f"{CALL}(key|keyMaterial)=", f"{FIRST}]{REST}{{7}}{REST}*", "netsh"),
    ("bundle", f"{BLANK}+config{BLANK}[^;|&:]*{BLANK}[^[:space:]:/]+:", VALUE, "bundle config"),
    (f"gh{BLANK}+secret", f"{BLANK}+set{CALL}(-b|--body){_SET}", VALUE, "gh secret"),
    ("user(add|mod)", f"{CALL}(-p|--password){_SET}[\"']?", f"{FIRST}!-]{REST}*", "useradd|usermod"),
    ("nmcli", f"{CALL}[[:alnum:]._-]*(password|psk){BLANK}+", VALUE, "nmcli"),
    ("lftp|ncftp[a-z]*", f"{CALL}-u{BLANK}*[^[:space:],]+,", VALUE, "lftp|ncftp"),
    ("setx", f"{BLANK}+[[:alnum:]_]*(KEY|TOKEN|SECRET|PASS|PASSWORD){BLANK}+", VALUE, "setx "),
    ("snmp[a-z]+", f"{CALL}-A{BLANK}+", VALUE, "snmp*-A"),
    ("net", f"{BLANK}+use{BLANK}[^;|&]*[\\][\\][^[:space:]]+{BLANK}+", VALUE, "net use"),
    ("net", f"{BLANK}+user{BLANK}+[[:alnum:]._-]+{BLANK}+", VALUE, "net user"),
    ("sudo|kinit|passwd|su|openssl|cryptsetup", f"{BLANK}[^;|&<]*<<<{BLANK}*", VALUE, "<<<"),
    (
        "security",
        f"{BLANK}[^;|&]*(keychain|password){BLANK}([^;|&]*{BLANK})?-[wp]{BLANK}+",
        VALUE,
        "security *keychain|security *password",
    ),
    ("pdftk|qpdf", f"{CALL}((input|user|owner)_pw|--encrypt){BLANK}+", VALUE, "pdftk|qpdf"),
    ("qpdf", f"{CALL}--encrypt{BLANK}+{WORD}", VALUE, "qpdf *--encrypt"),
    (f"cryptcat|nuget{BLANK}+push", f"{CALL}-k{BLANK}+", VALUE, "cryptcat|nuget push"),
    ("nuget", f"{BLANK}+setapikey{BLANK}+", VALUE, "nuget setapikey"),
    ("dotnet", f"{BLANK}+user-secrets{BLANK}+set{BLANK}+{WORD}", VALUE, "user-secrets set"),
    ("steam", f"{CALL}[+-]login{BLANK}+{WORD}", VALUE, "steam*login"),
    ("travis", f"{BLANK}+encrypt{BLANK}+{_OPTIONS}", VALUE, "travis encrypt"),
    ("zpaq", f"{CALL}-key?{BLANK}*", VALUE, "zpaq"),
    ("transmission[a-z-]*", f"{CALL}-v{BLANK}+", NO_NUMBER, "transmission"),
    ("swaks|sendemail", f"{CALL}-[ax]p{BLANK}+", VALUE, "swaks|sendemail"),
    ("doctl|codecov|fly(ctl)?", f"{CALL}(-t|--access-token){_SET}", NO_NUMBER, "doctl|codecov|flyctl|fly "),
    (
        "ngrok|snyk|cargo|zrok|infracost",
        f"{BLANK}+(config{BLANK}+)?(add-)?(auth|authtoken|login|enable){BLANK}+{_OPTIONS}",
        VALUE,
        "ngrok|snyk auth|cargo login|zrok|infracost",
    ),
    ("bw|op", f"{BLANK}+unlock{BLANK}+", VALUE, "bw unlock|op unlock"),
    ("bw", f"{BLANK}+login{BLANK}+[^[:space:]@]+@{WORD}", VALUE, "bw login"),
    ("pulumi", f"{CALL}config{BLANK}+set{BLANK}([^;|&]*{BLANK})?--secret{BLANK}+{WORD}", VALUE, "pulumi *--secret"),
    (
        "kubectl|oc|kubeseal",
        f"{CALL}--from-literal{_SET}[\"']?[^[:space:]=]+=",
        f"{FIRST}]{REST}*",
        "secret *--from-literal",
    ),
)
_WITH_MORE = (
    of_program(
        "sqlplus|rman|expdp|impdp",
        f"{BLANK}+{_OPTIONS}[[:alnum:]_$]+/",
        "[^[:space:]@]+",
        words="sqlplus|rman |expdp|impdp",
        after="@",
    ),
    of_program(
        "pulumi",
        f"{CALL}config{BLANK}+set{BLANK}+[[:alnum:]:._-]+{BLANK}+",
        words="pulumi *--secret",
        when=f"{BLANK}--secret",
    ),
    of_program(
        "expect",
        f"""{BLANK}.*send(_user)?{BLANK}+(--{BLANK}+)?["{{]?""",
        """[^"$\\{}[:space:]]{4}[^"$\\{}]*""",
        words="expect *send",
        when="ass(word|phrase|code)",
    ),
    of_program(
        "echo|printf",
        f"""{BLANK}+(-[a-z]+{BLANK}+)?["']?[^[:space:]:"'|]+:""",
        """[^[:space:]"'|$]+""",
        words="chpasswd",
        when=_TO_CHPASSWD,
    ),
    of_program(
        "echo|printf|yes|print",
        f"""{BLANK}+(-[a-zA-Z]+{BLANK}+)*(["']?%s([\\]n)?["']?{BLANK}+)?""",
        words=_PIPED,
        when=_TAKES_IT,
        unless="chpasswd",
    ),
)
# A password on the input of what wants one, or made by a command that is given instead of it.
_GIVEN = (
    ShellRule(
        "argument",
        f"<<<{BLANK}*",
        VALUE,
        "<<<",
        when=any_case("(pass|secret|token|auth|login|unlock|crypt|runas)") + f"|(age|wg|kinit|sudo|su){BLANK}",
    ),
    ShellRule(
        "argument",
        f"(echo|printf){BLANK}+",
        VALUE,
        "pass*command*echo|pass*cmd*echo|pass*eval*echo|pass*file*echo|pass*command*printf|pass*file*printf",
        when="pass(word|phrase)?[-_]?(command|cmd|eval|file)",
    ),
)
PROGRAM_RULES = (
    *(of_program(names, before, secret, words=words) for names, before, secret, words in _ROWS),
    *_WITH_MORE,
    *_GIVEN,
)

_USER = (
    f"{BLANK}(-[uUal]|--?(user|username|login|email|user-name)){_SET}[^[:space:]-][^[:space:]]*"
    f"({BLANK}+--?[[:alnum:]-]+([ =][^[:space:]-][^[:space:]]*)?)*{BLANK}+"
)
_USER_WORDS = "-u*-p|-U*-p|-a *-p|-l *-p|-u*-P|-U*-P|-a *-P|-l *-P|--login*-p|--login*-P|-email*-p|-email*-P"

# Where `-p` is no password, or asks for one.
_OTHERS_P = (
    "mysql|mariadb|journalctl|psql|scp |sudo -u|mkdir|docker run|podman run|cp |tar |ps |grep|find |read |compose -p"
)

# In whatever program.
ANY_PROGRAM_RULES = (
    # A user and then a password by their short options; a port is no password.
    ShellRule(
        "argument",
        f"{_USER}-[pP]{BLANK}+",
        f"('[^']{{6}}[^']*'|\"[^\"$]{{6}}[^\"]*\"|"
        f"({FIRST}0-9-]{REST}*[0-9@#%^+!]|[0-9]+{FIRST}0-9:-]|{FIRST}0-9-][A-Za-z]{{7}}){REST}*)",
        _USER_WORDS,
        unless=_OTHERS_P,
    ),
    ShellRule("argument", f"{_USER}-p", f"[[:alpha:]]{{3}}{REST}*[0-9]{REST}*", _USER_WORDS, unless=_OTHERS_P),
    # Without a user it must look like a password.
    ShellRule(
        "argument",
        f"{BLANK}-[pP]{BLANK}+[\"']?",
        """[^][:space:]"'$`<>(){};|&*~./:,=_-][^][:space:]"'$`<>(){};|&*~./:,=_]{6}[^][:space:]"'$`<>(){};|&*~./:,=_]*""",
        " -p | -P ",
        proof="[A-Z].*[0-9]|[0-9].*[A-Z]|[a-z][0-9]{3}|[[:alnum:]][!#%^+]",
        unless=_OTHERS_P,
    ),
    ShellRule(
        "argument",
        f"{BLANK}(-[kKaAsStwW]|--key|--code|--auth){_SET}[\"']?",
        """[[:alnum:]][^][:space:]"'$`<>(){};|&*~./:,=_]{7}[^][:space:]"'$`<>(){};|&*~./:,=_]*""",
        " -k | -K | -a | -A | -s | -S | -t | -w | -W |--key|--code|--auth",
        proof="[A-Z].*[a-z].*[0-9]|[A-Z].*[0-9].*[a-z]|[a-z].*[A-Z].*[0-9]|[a-z].*[0-9].*[A-Z]|[0-9].*[A-Z].*[a-z]|[0-9].*[a-z].*[A-Z]|"
        "[[:alnum:]][!#%^]",
        unless="tmux|screen |make |docker|git |sort |iptables|transmission|pytest|kill ",
    ),
    # Behind a word that tells: `auth 8f3…`, `reset-admin-password hunter22`.
    ShellRule(
        "argument",
        f"{BLANK}[[:alnum:]._/-]*(password|passwd|passphrase|secret|auth|auth-?token|api-?key|unlock|token|psk)"
        f"([._-][[:alnum:]_-]+)?{BLANK}+[\"']?",
        """[[:alnum:]][^][:space:]"'$`<>(){};|&*~./:,=_]{5}[^][:space:]"'$`<>(){};|&*~./:,=_]*""",
        "password|passwd|passphrase|secret|auth |token|apikey|api-key|unlock|psk ",
        unless="get secret|describe secret|delete secret|edit secret|secret rm|secret inspect|grep|git ",
        proof="[A-Za-z].*[0-9]|[0-9].*[A-Za-z]|[[:alnum:]][!#%^+]",
    ),
    # A domain, a user and a password in one word, as Impacket's programs take it.
    ShellRule(
        "argument",
        f"{BLANK}[[:alnum:]._-]+/[[:alnum:]._-]+:",
        f"{FIRST}]{REST}{{2}}{REST}*",
        ".py |impacket-",
        when=f"(^|{BLANK}|/)([[:alnum:]]+[.]py|impacket-[[:alnum:]]+){BLANK}",
        unless="docker|podman|python",
    ),
    ShellRule("argument", f"{BLANK}login{BLANK}([^;|&]*{BLANK})?-p{_SET}", NO_NUMBER, "login *-p"),
    ShellRule(
        "argument",
        f"{BLANK}/[rR]?[uU](ser)?[:[:space:]]+{WORD}([^;|&]*{BLANK})?/[rR]?[pP](ass(word)?)?[:[:space:]]+",
        f"{FIRST}]{REST}{{2}}{REST}*",
        "/u * /p|/u:* /p|/U * /P|/U:* /P|/user * /p|/user:* /p|/ru * /rp|/RU * /RP",
    ),
    # `name:password` behind an option, or before the host.
    ShellRule(
        "argument",
        f"{BLANK}(-[uUa]|--?([a-z]+-)?(user|userpwd|auth|credentials?|creds|login)){_SET}[\"']?[[:alnum:]_.@+\\-]+:",
        f"""[^][:space:]"'$<>(){{}};|&/:,-]{REST}{{2}}{REST}*""",
        "-u *:|-U *:|-a *:|-user*:|-auth*:|cred*:|-login*:",
        proof="[g-zG-Z].*[0-9A-Z!#%+^@]|[0-9A-Z!#%+^@].*[g-zG-Z]|[a-z]{9}",
    ),
    ShellRule(
        "argument",
        "(^|[[:space:]\"'=])[[:alnum:]_.\\/-]+:[\"']?",
        """[^][:space:]:@"'/$<>{},;|&()][^][:space:]:"'/$<>{},;|&()]{3}[^][:space:]:"'/$<>{},;|&()]*["']?@""",
        ":*@",
        when="@([^s@/[:space:]]|s[^h]|sh[^a])",
        proof="[A-Za-z].*[0-9A-Z!#%+^@]|[0-9A-Z!#%+^@].*[A-Za-z]|[a-z]{12}",
    ),
    ShellRule(
        "argument",
        f"{BLANK}(-U{BLANK}*|-u{BLANK}+|--user{_SET})[\"']?[[:alnum:]_.@/\\-]+%",
        "[^[:space:]\"'+]{3}[^[:space:]\"']*",
        "-U*%|-u *%|--user*%",
    ),
    ShellRule(
        "argument",
        f"({any_case('identified')}{BLANK}+(.*{BLANK})?{any_case('(by|as)')}|{any_case('password')})[[:space:](]+[\"'\\]+",
        """[^"'\\$][^"'\\]*""",
        telling="identified by|identified with|password '|password \"|password \\|password (",
    ),
    ShellRule(
        "field",
        f"""{any_case("(pwd|password|passwd)")}{BLANK}*:{BLANK}*["']""",
        """[^"'$<{][^"']*""",
        telling="pwd:|password:|passwd:",
        unless="read ",
    ),
)
