"""Why something failed, read from what it said: rules over texts, the most telling first.

A rule claims a text only where its words leave no doubt; what no rule claims is unknown, and is called so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from engine.model.failures import Blame, Cause

_LONGEST = 8000  # characters of a text that are looked at: its end, where the error stands
_LONGEST_LINE = 600
_QUOTE = 160

# Files whose absence says that a command runs in the wrong place, rather than that a file was lost.
_MARKERS = (
    r"package\.json|Cargo\.toml|pyproject\.toml|setup\.py|setup\.cfg|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|Gemfile|"
    r"[Mm]akefile|GNUmakefile|CMakeLists\.txt|tsconfig\.json|composer\.json|manage\.py|docker-compose\.ya?ml|"
    r"compose\.ya?ml|Dockerfile|Chart\.yaml|mix\.exs|Package\.swift|pubspec\.yaml|requirements[\w-]*\.txt|gradlew|"
    r"angular\.json|deno\.json|\.git|Pipfile|build\.sbt|dune-project|stack\.yaml|Rakefile|Justfile|justfile"
)
_FILE_KIND = (
    r"(?:file ?type|file extension|extension|file kind|language|content type|mime ?type|media type|file format)"
)
_VARIABLE = r"(?:template |pattern )?(?:variable|placeholder|parameter|slot|token|field|substitution)s?"

# (cause, expression). A group `detail` names what the cause is about. Order decides where several match.
_RULES: tuple[tuple[Cause, str], ...] = (
    (
        Cause.DISK_FULL,
        r"no space left on device|\bENOSPC\b|disk (?:is )?full|disk quota exceeded|\bEDQUOT\b|not enough (?:disk )?space"
        r"|insufficient (?:disk|storage) space|there is not enough space on the disk|database or disk is full"
        r"|out of disk space|volume is full",
    ),
    (
        Cause.OUT_OF_MEMORY,
        r"out of memory|\bMemoryError\b|OutOfMemory(?:Error|Exception)?|cannot allocate memory|\bENOMEM\b|OOM[- ]?killed"
        r"|heap limit|std::bad_alloc|allocation (?:of .{1,40} )?failed.{0,40}memory|memory allocation of|GC overhead limit"
        r"|killed \(?signal 9|oom-kill|memory limit exceeded|exceeded (?:its )?memory|signal: killed|memory exhausted"
        r"|not enough memory|Allowed memory size",
    ),
    (
        Cause.PORT_IN_USE,
        r"\bEADDRINUSE\b|address already in use|port (?P<detail>\d+)?\s*(?:is )?(?:already )?(?:in use|allocated|taken|"
        r"occupied)|port is already allocated|only one usage of each socket address|"
        r"bind.{0,80}(?:already in use|in use)|port (?P<detail2>\d+) (?:was|is|is being) (?:already )?(?:in use|used)",
    ),
    (
        Cause.LOCKED,
        r"database is locked|could not get lock|unable to (?:acquire|obtain|lock)|index\.lock|waiting for (?:file )?lock"
        r"|lock(?:ed)? by another|another (?:process|instance|git process)\b.{0,60}(?:running|lock|using)|state lock"
        r"|resource temporarily unavailable|\bEAGAIN\b|deadlock (?:detected|found)|being used by another process"
        r"|text file busy|\bETXTBSY\b|\bEBUSY\b|resource busy|lock wait timeout|blocking waiting for file lock"
        r"|failed to acquire (?:the )?lock|already locked",
    ),
    (
        Cause.AUTHENTICATION,
        r"authentication (?:failed|required|error)|\b401\b.{0,30}(?:unauthori[sz]ed|error)|(?:status|http|error|code)\W{0,4}"
        r"(?:code\W{0,3})?401\b|unauthori[sz]ed|invalid (?:api )?(?:credentials?|token|api[- ]key|access key|username)|"
        r"could not read (?:username|password)|permission denied \(publickey|bad credentials|(?:token|credentials?|"
        r"session|certificate)s? (?:has |have |is |are )?expired|login (?:required|failed)|not logged in|"
        r"no basic auth credentials|access denied for user|password authentication failed|unable to locate credentials"
        r"|ENEEDAUTH|please (?:run .{1,40} )?log ?in|host key verification failed",
    ),
    (
        Cause.PERMISSION,
        r"permission denied|\bEACCES\b|\bEPERM\b|operation not permitted|PermissionError|access (?:is )?denied|"
        r"\b403\b.{0,30}forbidden|\b403\b.{0,20}error|(?:status|http|error|code)\W{0,4}(?:code\W{0,3})?403\b|"
        r"AccessDenied(?:Exception)?|insufficient (?:permissions?|privileges?|rights|access)|not (?:authori[sz]ed|"
        r"permitted|allowed) to|read-only file ?system|\bEROFS\b|must be (?:run as )?root|requires? (?:root|sudo|admin|"
        r"superuser|elevat)|UnauthorizedAccessException|are you root|protected branch|forbidden:|lacks? (?:the )?"
        r"(?:required )?permissions?|you (?:do not|don't) have permission",
    ),
    (
        Cause.NETWORK,
        r"\bECONN(?:REFUSED|RESET|ABORTED)\b|\bENOTFOUND\b|\bEAI_AGAIN\b|\bENETUNREACH\b|\bEHOSTUNREACH\b|\bEPIPE\b.{0,40}"
        r"socket|connection (?:was )?(?:refused|reset|aborted|closed|lost|error)|could ?n[o']t resolve (?:host|proxy)|"
        r"could not resolve (?:host|hostname|proxy|address)|name or service not known|temporary failure in name "
        r"resolution|nodename nor servname|network is (?:unreachable|down)|no route to host|unknown host|"
        r"UnknownHostException|ConnectionError|ConnectException|getaddrinfo|no such host|remote end closed connection|"
        r"socket hang up|unable to (?:access|connect)|failed to (?:connect|establish a new connection)|"
        r"(?:ssl|tls)\b.{0,40}(?:error|handshake|fail|verify|certificate)|certificate verify failed|self[- ]signed "
        r"certificate|x509:|\b50[234]\b.{0,20}(?:bad gateway|service unavailable|gateway)|bad gateway|service "
        r"(?:temporarily )?unavailable|could not connect|proxy error|NewConnectionError|MaxRetryError|"
        r"fetch failed|remote host (?:closed|hung)|the remote end hung up|dial tcp|NameResolutionError|connect failed|"
        r"too many requests|rate limit",
    ),
    (
        Cause.TIMEOUT,
        r"timed[- ]?out|time[- ]?out\b|\bETIMEDOUT\b|\bESOCKETTIMEDOUT\b|TimeoutE(?:rror|xception|xpired)|deadline "
        r"exceeded|DeadlineExceeded|context deadline|exceeded (?:the )?(?:maximum )?(?:time|timeout|deadline)|"
        r"took (?:too long|longer than)|time limit exceeded|did not (?:complete|finish|respond) within|"
        r"no response (?:after|within)|timeout of \d+|watchdog|hung for",
    ),
    (
        Cause.MERGE_CONFLICT,
        r"merge conflict|CONFLICT \(|automatic merge failed|non-fast-forward|fix conflicts|could not apply [0-9a-f]{6,}|"
        r"unmerged (?:paths|files)|updates were rejected|patch does not apply|needs merge|local changes .{0,60}"
        r"(?:overwritten|would be)|conflict marker|failed to merge|patch failed|\[rejected\]|diverg(?:ed|ing)",
    ),
    (
        Cause.WRONG_CONTEXT,
        rf"(?:unsupported|unexpected|wrong|invalid|incompatible|unknown|unrecogni[sz]ed|mismatched) {_FILE_KIND}"
        rf"|{_FILE_KIND}s? .{{0,60}}(?:not supported|unsupported|mismatch|not (?:allowed|applicable|handled|accepted)|"
        r"is wrong)|"
        r"(?:expects?|expected|requires?|only (?:supports?|works? (?:on|with)|applies to|handles?|accepts?)|"
        r"applies only to|designed for|meant for|intended for|written for|made for)\s.{0,40}?"
        r"(?:(?<![\w/])\.(?:py|pyi|js|jsx|ts|tsx|go|rs|rb|java|md|ya?ml|json|toml|css|html?|sql|sh|c|h|cpp|cs|kt|php|xml|"
        r"csv|txt|ipynb|vue|scss|tf)\b|\b(?:python|javascript|typescript|golang|rust|java|ruby|yaml|json|markdown|"
        r"toml|html|css|sql|csv|xml|shell)\b.{0,20}(?:files?|sources?|modules?|documents?|projects?|scripts?))|"
        r"not a (?:git repository|valid (?:package|project|repository|workspace)|python (?:package|project|file|module)|"
        r"(?:node|npm|go|rust|cargo|maven|gradle|django|rails|terraform|dart|flutter|workspace|yarn|java|typescript|"
        r"javascript|markdown|yaml|json|supported|known|text|regular)\s?(?:package|project|module|file|repository|"
        r"workspace|document)?)\b|"
        r"(?:not|outside)(?: (?:in|inside|of|within|part of))+ (?:a |an |the )?(?:git |valid |python |node |go |rust |npm |"
        r"known |supported )?(?:project|repository|repo|workspace|working tree|work tree|package|module|checkout|directory "
        r"of)\b|must be (?:run|executed|called|applied) (?:in|inside|from|within|on|to)\b|"
        r"(?:run|executed|applied|used|called|invoked)\s.{0,40}(?:wrong|incorrect|unexpected|unsupported|different|other) "
        r"(?:file|directory|folder|project|context|branch|environment|language|repo\w*|place|type|kind|target)|"
        r"wrong (?:directory|folder|context|branch|project|environment|working directory|repository|file|target|platform)"
        rf"|(?:no|missing|without an?|could ?n[o']t find|can ?n[o']t find|cannot find|not find|unable to find|find an?) "
        rf"(?:an? |any |the )?(?:file )?['\"`]?(?:[\w./~-]{0, 120}/)?(?P<detail>{_MARKERS})['\"`]?(?:\b|\s|$)(?!.{{0,20}}rule)|"
        rf"(?:[\w./~-]{0, 120}/)?['\"`]?(?P<detail2>{_MARKERS})['\"`]?:? (?:does not exist|not found|no such file|is missing|was "
        r"not found|could not be found|missing)|"
        rf"no such file or directory,?:? (?:open |access )?['\"`]?(?:[\w./~-]{0, 120}/)?(?P<detail3>{_MARKERS})['\"`]?|"
        r"no targets specified and no makefile|no build file|no project (?:found|file)|could not (?:find|locate) "
        r"(?:a |the )?(?:project|workspace|solution)(?: root| file)?|"
        r"MSB1003|go: cannot find main module|go\.mod file not found|no (?:configuration|config) file provided|"
        r"not applicable (?:to|in|here|for)|does not apply (?:to|here)|cannot be applied to|target is (?:a|an|not a) "
        r"(?:directory|binary|symlink|folder|\w+ file)|is a binary file|binary files? not supported|"
        r"(?:is|was) not (?:a|an) (?:\.\w+|\w+) file\b|context (?:mismatch|is wrong|not supported)|"
        r"exec format error|bad cpu type|wrong architecture|only available on|not supported on (?:this|windows|linux|"
        r"mac\w*|darwin)|unsupported (?:platform|os|operating system|context|target|language|project)",
    ),
    (
        Cause.MISSING_DEPENDENCY,
        r"no module named ['\"]?(?P<detail>[\w.-]+)|ModuleNotFoundError|cannot find (?:module|package|type definition file "
        r"for) ['\"]?(?P<detail2>[^\s'\"]+)|can't resolve ['\"](?P<detail3>[^'\"\n]+)|(?<![^\s'\"])(?P<detail4>[^\s:'\"]{1,60})['\"]?: "
        r"(?:command )?not found(?=\s|$)|command not found:? ?(?P<detail5>\S*)|(?:is )?not recogni[sz]ed as an internal|"
        r"is not recogni[sz]ed as (?:a|the) name|executable file not found|executable .{0,60}not found|"
        r"ImportError: (?:cannot import|no module|lib|DLL)|cannot open shared object file|error while loading shared "
        r"libraries|library not (?:found|loaded)|cannot find -l(?P<detail6>\w+)|ClassNotFoundException|NoClassDefFound"
        r"|could not (?:find|resolve) (?:dependenc|artifact|package|gem|a version|required|crate|any version|method|"
        r"tool|executable|interpreter)|could not find (?:gem|crate|a package|library|package|module|function)|"
        r"unresolved import|can't find crate|unable to resolve (?:dependency|module|package)|cannot load such file|"
        r"package ['\"]?(?P<detail7>[\w@/.-]+)['\"]? (?:is )?(?:not (?:found|installed|available|in std)|missing|has no)|"
        r"(?:package|module|library|dependency|tool|program|binary|plugin|extension|gem|crate|executable|interpreter|"
        r"compiler|driver) ['\"]?(?P<detail8>[\w@/.-]+)['\"]? (?:(?:is |was |could )?(?:not (?:be )?(?:found|installed|"
        r"available|resolved|located)|missing|unavailable))|(?:is )?not installed|no such (?:module|package)|"
        r"missing (?:required )?(?:dependenc(?:y|ies)|package|module|library|tool|peer|requirement|executable|binary|"
        r"program|plugin|prerequisite)s?\b:?\s*['\"]?(?P<detail9>[\w@/.-]*)|unmet (?:peer )?dependenc|"
        r"no matching (?:distribution|version) found|no matching package|unable to locate (?:package|executable|tool)"
        r"|DistributionNotFound|PackageNotFound\w*|requires? .{1,60}(?:to be installed|but (?:it is|was) not)|please "
        r"install|no (?:matching )?package (?:named )?.{1,40}(?:found|available)|fatal error: ['\"]?(?P<detail10>[\w./-]+"
        r"\.h(?:pp)?)['\"]?(?::| file) ?(?:no such|not found)|no required module provides package (?P<detail11>\S{1,120})|"
        r"MODULE_NOT_FOUND|undefined reference to|No such file or directory: '(?P<detail12>[\w.+-]+)'$|"
        r"spawn (?P<detail13>\S{1,120}) ENOENT|could not find ['\"`]?(?P<detail14>[\w-]+)['\"`]? (?:in|on) (?:your |the |\$)?PATH|"
        r"(?:in|on) (?:your |the |\$)?PATH|env: ['\"‘]?(?P<detail15>[\w.-]+)['\"’]?: No such file|required tool|"
        r"version .{1,30} (?:is )?required, but|no acceptable c compiler|program not found|unknown package|"
        r"image .{1,80} not found|manifest (?:unknown|for .{1,80} not found)|pull access denied|"
        r"the term ['‘\"](?P<detail16>[^'’\"\n]+)['’\"] is not recogni[sz]ed|bad interpreter",
    ),
    (
        Cause.TEMPLATE_TOO_RIGID,
        r"UndefinedError|TemplateSyntaxError|TemplateError|TemplateAssertionError|TemplateNotFound|"
        rf"(?:undefined|unresolved|unfilled|unbound|unknown|unsupported|unexpected|missing|invalid|unmatched|unsubstituted"
        rf"|no value for|nested|rigid) (?:value (?:for|of) )?(?:the )?{_VARIABLE}|"
        rf"{_VARIABLE} ['\"`{{<$]*(?P<detail>[\w.-]+)?['\"`}}>]*:? ?(?:(?:is|was|were|has|have|are)(?: not)? |not |"
        r"does(?: not|n't) |do(?: not|n't) |must |expects?|expected|cannot |can't |failed|rejects?|rejected|requires?|"
        r"format|value|missing|unresolved|mismatch)|"
        rf"(?:could not|couldn't|cannot|can't|failed to|unable to) (?:be )?(?:substitut|fill|bind|resolve|expand|render|"
        rf"interpolat|match|fit)\w*|(?:template|pattern) .{{0,60}}(?:too rigid|does(?: not|n't) (?:fit|match|support|handle|"
        r"allow|accept|cover)|mismatch|failed|expects?|requires|rejected|cannot|not match)|\{\{[^}\n]*\}\}|"
        r"(?:does(?: not|n't)|do not|did not|didn't|must|should|failed to|not) match (?:the )?(?:required |expected |"
        r"naming )?(?:pattern|regex|regular expression|format|naming|template|convention|case|style|\^|/\^)|"
        r"(?:naming|format|pattern|regex|template|case|placeholder|substitution|variable)s? (?:convention |style )?"
        r"(?:mismatch|violation|not matched|is not supported|error)|"
        r"(?:expected|expects|must be|requires?|not|only)(?: a| an| in| valid)* (?:snake|camel|kebab|pascal|title|upper|"
        r"lower|screaming)[_ -]?(?:snake)?[_ -]?case\b|too rigid|hard-?coded|fixed (?:format|length|number|name)|"
        r"no (?:template )?(?:slot|variable|placeholder) for|template literal|unfilled|unexpected (?:format|variation|"
        r"variant)|format of .{1,60} (?:not|is not|differs)|(?:exact|strict) (?:format|match|name)",
    ),
    (
        Cause.VERIFICATION_FAILED,
        r"verif(?:y|ication) (?:\w+ ){0,3}?(?:fail|error|did not|unsuccess|reject)|fail(?:ed|s|ure)? (?:\w+ ){0,2}"
        r"verif\w+|verification:? ?(?:not|fail)|not verified|ground[ _-]truth|acceptance (?:criteria|check|test)|"
        r"check(?:sum|s)? (?:mismatch|failed|did not match|does not match|error)|hash(?:es)? mismatch|digest mismatch|"
        r"AssertionError|assertion (?:`|')?.{0,80}failed|assert(?:ion)? failed|^E\s+assert|^assert\b|assertion failed|"
        r"\d+ (?:tests? )?(?:failed|failing|failures?)\b|test(?:s|\(s\))? failed|FAILED (?:tests?|\S+::)|tests?: .{0,40}"
        r"failed|failing tests?|snapshot.{0,60}(?:not match|mismatch|failed|obsolete|differ|changed)|"
        r"expected .{1,120}(?:,|;|but)? ?\(?(?:but )?(?:got|found|received|was|actual|were|to (?:equal|be|contain|have|"
        r"match)|instead)|\bgot\b.{1,80}\b(?:want|expected)|(?:output|result|artifact|file|response|value)s? "
        r"(?:\w+ ){0,3}(?:does(?: not|n't)|did(?: not|n't)|differs?|mismatch)|actual.{1,60}expected|validation (?:check )?"
        r"fail|post-?condition|quality gate|coverage .{0,60}(?:below|less|under|threshold|not met|fail)|threshold.{0,30}"
        r"(?:not met|exceeded)|below (?:the )?(?:required |minimum )?threshold|criteria (?:not|were not|was not|too)|"
        r"output (?:missing|rejected|invalid|incomplete)|diff(?:erence)?s? (?:found|detected)|--- FAIL|not ok \d|"
        r"would reformat|(?:hook|check|lint)\w* (?:failed|did not pass)|ComparisonFailure|expect\(|EXPECT_|"
        r"rejected (?:the |valid )?output|too strict|panicked at .{0,120}assert|sanity check",
    ),
    (
        Cause.ALREADY_EXISTS,
        r"already exists|\bEEXIST\b|FileExists\w*|destination .{0,80}(?:not empty|exists)|duplicate (?:key|entry|"
        r"(?:table|column|database) name)|unique constraint|UNIQUE constraint|is already (?:defined|registered|taken|"
        r"installed|running|mounted|checked out)|refusing to overwrite|would be overwritten|name (?:is )?already in use",
    ),
    (
        Cause.MISSING_FILE,
        r"no such file(?: or directory)?|\bENOENT\b|FileNotFound\w*|NoSuchFile\w*|file (?:\S+ )?(?:was |could )?not "
        r"(?:be )?found|cannot find the (?:file|path)|path (?:\S+ )?(?:does not exist|not found)|does not exist|pathspec"
        r"|no rule to make target|not a directory|\bENOTDIR\b|is a directory|couldn't (?:open|read|find) file|could not "
        r"open|cannot (?:open|access|stat)|can't open file|failed to open|missing script|not found in workspace",
    ),
    (
        Cause.BAD_INPUT,
        r"JSONDecodeError|YAMLError|YAMLException|ParserError|ScannerError|TOMLDecodeError|ParseError|XMLSyntaxError|"
        r"UnicodeDecodeError|invalid (?:json|yaml|toml|xml|syntax|literal|argument|value|input|option|choice|format|"
        r"character|token|date|number|utf|parameter|flag|url|path|name|data|encoding|escape)|unexpected (?:token|end of|"
        r"character|eof|symbol|identifier|argument|option)|(?:unrecogni[sz]ed|unknown|unexpected|illegal|bad|missing) "
        r"(?:\w+ )?(?:option|argument|flag|command|subcommand|switch|key|field|property|parameter|operand)s?|is not a "
        r"(?:\w+ )?command|no such (?:command|option|subcommand)|usage:|malformed|could not parse|failed to parse|parse "
        r"error|parsing error|unterminated|bad (?:request|substitution|input|value|format)|\b400\b.{0,20}bad|"
        r"(?:status|http|error|code)\W{0,4}(?:code\W{0,3})?(?:400|422)\b|schema (?:validation|violation)|"
        r"ValidationError|out of range|must (?:be|have|contain|not)|ValueError|cannot (?:parse|convert|decode)|"
        r"not (?:a )?valid|is invalid|IllegalArgument\w*|NumberFormatException|empty (?:input|file|string|value)|"
        r"unsupported (?:value|input|format|encoding|option|version)|required (?:field|property|argument|option)|"
        r"ambiguous argument|bad revision|constraint failed|constraint violation|divi(?:de|sion) by zero|"
        r"ZeroDivisionError|ArgumentError|no matches found|near \"[^\"]+\": syntax error|too many arguments",
    ),
    (
        Cause.CODE_ERROR,
        r"SyntaxError|IndentationError|NameError|TypeError|AttributeError|KeyError|IndexError|ReferenceError|"
        r"UnboundLocalError|RecursionError|NullPointerException|NullReference\w*|NoMethodError|RangeError|segmentation "
        r"fault|core dumped|panicked at|panic:|nil pointer|index out of|undefined (?:method|variable|name|symbol|local)|"
        r"is not (?:defined|a function|callable|iterable|subscriptable|assignable)|is undefined|cannot find (?:name|"
        r"symbol|value|type|function|macro)|error\[E\d+\]|error TS\d+|error CS\d+|mismatched types|incompatible types|"
        r"undeclared|implicit declaration|syntax error|unused (?:import|variable)|has no attribute|undefined:|"
        r"cannot use .{1,80} as|does not implement|Unresolved reference|expected ['\"`;:)\]}]|borrow of moved|"
        r"Traceback \(most recent call last\)|Exception in thread|unhandled (?:exception|rejection)|stack overflow|"
        r"warning treated as error|compilation (?:failed|error)|build failed|ClassCastException|lint(?:ing)? error",
    ),
)
_COMPILED = tuple((cause, re.compile(text, re.IGNORECASE | re.MULTILINE)) for cause, text in _RULES)
_CODES = {
    124: Cause.TIMEOUT,
    126: Cause.PERMISSION,
    127: Cause.MISSING_DEPENDENCY,
    137: Cause.OUT_OF_MEMORY,
}
# A key or a name that a template lacks is the template's fault where a pattern filled it, the code's elsewhere.
_BY_PATTERN = re.compile(r"^\W*(?:KeyError|UndefinedError)\b|KeyError: ['\"]", re.MULTILINE)
_GENERIC = frozenset({Cause.BAD_INPUT, Cause.CODE_ERROR, Cause.MISSING_FILE, Cause.ALREADY_EXISTS, Cause.UNKNOWN})
_PASSED = re.compile(
    r"^\W*(?:pass(?:ed|es|ing)?|ok(?:ay)?|true|success\w*|succeeded|verified|none|skip\w*|n/?a)?\W*$", re.I
)
_PASSING_CODE = re.compile(r"(?:exit|return|status)\s*(?:code|status)?\s*(?:is|==?|:|=)?\s*0\W*$", re.I)


def cause_in(text: str) -> Blame:
    """The cause that a text names; unknown when its words leave doubt."""
    shown = "\n".join(line[:_LONGEST_LINE] for line in text[-_LONGEST:].split("\n"))
    for cause, rule in _COMPILED:
        if found := rule.search(shown):
            return Blame(cause, _detail(found), _quote(shown, found))
    return Blame(Cause.UNKNOWN)


def cause_of(
    messages: Sequence[str],
    output: str = "",
    *,
    verification: str = "",
    exit_code: int | None = None,
    by_pattern: bool = False,
) -> Blame:
    """Why one execution failed.

    `messages` are its errors (type and message, the primary first), `output` all it said, `verification` what checked
    its result. The first text that names a cause decides; a cause that any program may have gives way to a
    verification that failed.
    """
    blame = Blame(Cause.UNKNOWN)
    for text in (*messages[:3], output):
        said = cause_in(text) if text else blame
        if said.cause not in _GENERIC:
            blame = said
            break
        if blame.cause is Cause.UNKNOWN:
            blame = said
    if by_pattern and blame.cause is Cause.CODE_ERROR and any(map(_BY_PATTERN.search, (*messages[:1], output))):
        return Blame(Cause.TEMPLATE_TOO_RIGID, blame.detail, blame.quote)
    if blame.cause in _GENERIC and has_failed(verification):
        said = cause_in(verification) if blame.cause is Cause.UNKNOWN and not (messages or output) else blame
        if said.cause in (Cause.MISSING_DEPENDENCY, Cause.TEMPLATE_TOO_RIGID, Cause.WRONG_CONTEXT):
            return said
        return Blame(Cause.VERIFICATION_FAILED, "", _short(verification))
    if blame.cause is Cause.UNKNOWN and exit_code in _CODES:
        return Blame(_CODES[exit_code], "", f"exit code {exit_code}")
    return blame


def has_failed(verification: str) -> bool:
    """Whether what stands as verification says that the result was not right."""
    plain = verification.strip()
    if not plain or _PASSED.match(plain):
        return False
    if re.search(
        r"fail|mismatch|not |n't|reject|missing|wrong|invalid|differ|unexpected|below|error|false|expected .*got"
        r"|strict|incomplete|too ",
        plain,
        re.IGNORECASE,
    ):
        return True
    return False if _PASSING_CODE.search(plain) else bool(re.search(r"exit(?: code)? [1-9]", plain))


def _detail(found: re.Match[str]) -> str:
    return next((text for name, text in found.groupdict().items() if text), "")[:80]


def _quote(text: str, found: re.Match[str]) -> str:
    """The line that says so."""
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    line = text[start : end if end >= 0 else len(text)].strip()
    return line if len(line) <= _QUOTE else _short(text[found.start() :])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _QUOTE else f"{line[: _QUOTE - 1]}…"
