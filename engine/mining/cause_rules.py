"""What texts say about the cause of a failure: one table of expressions, the most telling causes first.

An expression stands on a line of its own or beside others with a bar between; an indented line goes on with the one
before. `<MARKER>`, `<FILE KIND>` and `<VARIABLE>` stand for the expressions below; a group `detail…` is what the cause
is about: a module, a port, a variable.
"""

from __future__ import annotations

import re

from engine.mining.telling_phrases import TELLING
from engine.model.failures import Cause

# Files whose absence says that a command runs in the wrong place, rather than that a file was lost.
_MARKER = (
    r"package\.json|Cargo\.toml|pyproject\.toml|setup\.py|setup\.cfg|go\.mod|pom\.xml|build\.gradle(?:\.kts)?|Gemfile|"
    r"[Mm]akefile|GNUmakefile|CMakeLists\.txt|tsconfig\.json|composer\.json|manage\.py|docker-compose\.ya?ml|"
    r"compose\.ya?ml|Dockerfile|Chart\.yaml|mix\.exs|Package\.swift|pubspec\.yaml|requirements[\w-]*\.txt|gradlew|"
    r"angular\.json|deno\.json|\.git|Pipfile|build\.sbt|dune-project|stack\.yaml|Rakefile|Justfile|justfile"
)
_FILE_KIND = (
    r"(?:file ?type|file extension|extension|file kind|language|content type|mime ?type|media type|file format)"
)
_VARIABLE = r"(?:template |pattern )?(?:variable|placeholder|parameter|slot|token|field|substitution)s?"

_TEXTS = {
    Cause.DISK_FULL: r"""
(?:device|file ?system|volume|partition|storage) (?:is )?full|out of (?:disk |storage )?space|insufficient space
storage quota|no space left on device|\bENOSPC\b|disk (?:is )?full|disk quota exceeded|\bEDQUOT\b
not enough (?:disk )?space|insufficient (?:disk|storage) space|there is not enough space on the disk
database or disk is full|out of disk space|volume is full
(?:disk|database|storage|space|volume) (?:space |usage )?.{0,20}exceeded|flood[- ]stage watermark
""",
    Cause.OUT_OF_MEMORY: r"""
OOMKilled|insufficient memory|memory (?:limit|usage|quota|budget) .{0,30}(?:exceed|reach|hit)|ran out of memory
out of memory|\bMemoryError\b|OutOfMemory(?:Error|Exception)?|cannot allocate memory|\bENOMEM\b|OOM[- ]?killed
heap limit|std::bad_alloc|allocation (?:of .{1,40} )?failed.{0,40}memory|memory allocation of|GC overhead limit
killed \(?signal 9|oom-kill|memory limit exceeded|exceeded (?:its )?memory|signal: killed|memory exhausted
not enough memory|Allowed memory size
""",
    Cause.PORT_IN_USE: r"""
\bEADDRINUSE\b|address already in use|port (?P<detail>\d+)?\s*(?:is )?(?:already )?(?:in use|allocated|taken|occupied)
port is already allocated|only one usage of each socket address|bind.{0,80}(?:already in use|in use)
port (?P<detail2>\d+) (?:was|is|is being) (?:already )?(?:in use|used)
(?:connection|port|address|socket) (?:is |was )?(?:already )?in use\b
port .{1,20}(?:is |was )?(?:not available|unavailable|occupied)
""",
    Cause.LOCKED: r"""
database is locked|could not get lock|unable to (?:acquire|obtain|lock)|index\.lock|waiting for (?:file )?lock
lock(?:ed)? by another|another (?:process|instance|git process)\b.{0,60}(?:running|lock|using)|state lock
resource temporarily unavailable|\bEAGAIN\b|deadlock (?:detected|found)|being used by another process|text file busy
\bETXTBSY\b|\bEBUSY\b|resource busy|lock wait timeout|blocking waiting for file lock|failed to acquire (?:the )?lock
already locked
""",
    Cause.AUTHENTICATION: r"""
authentication (?:failed|required|error)|\b401\b.{0,30}(?:unauthori[sz]ed|error)
(?:status|http|error|code)\W{0,4}(?:code\W{0,3})?401\b|unauthori[sz]ed
invalid (?:api )?(?:credentials?|token|api[- ]key|access key|username)|could not read (?:username|password)
permission denied \(publickey|bad credentials
(?:token|credentials?|session|certificate)s? (?:has |have |is |are )?expired|login (?:required|failed)|not logged in
no basic auth credentials|access denied for user|password authentication failed|unable to locate credentials|ENEEDAUTH
please (?:run .{1,40} )?log ?in|host key verification failed
""",
    Cause.PERMISSION: r"""
access to .{1,120} (?:is |was )?denied|cannot (?:create|get|list|delete|update|patch|watch) resource|denied by
not (?:writable|readable|executable)\b|write[- ]protected|without (?:the )?(?:required )?permission|permission denied
\bEACCES\b|\bEPERM\b|operation not permitted|PermissionError|access (?:is )?denied|\b403\b.{0,30}forbidden
\b403\b.{0,20}error|(?:status|http|error|code)\W{0,4}(?:code\W{0,3})?403\b|AccessDenied(?:Exception)?
insufficient (?:permissions?|privileges?|rights|access)|not (?:authori[sz]ed|permitted|allowed) to
read-only file ?system|\bEROFS\b|must be (?:run as )?root|requires? (?:root|sudo|admin|superuser|elevat)
UnauthorizedAccessException|are you root|protected branch|forbidden:|lacks? (?:the )?(?:required )?permissions?
you (?:do not|don't) have permission
""",
    Cause.NETWORK: r"""
(?:host|server|registry|endpoint|service|network) (?:is |was )?(?:unreachable|offline|down|not reachable)|no internet
dns .{0,30}(?:fail|error|lookup)|(?:failed|unable) to (?:download|reach|contact|fetch)
\bECONN(?:REFUSED|RESET|ABORTED)\b|\bENOTFOUND\b|\bEAI_AGAIN\b|\bENETUNREACH\b|\bEHOSTUNREACH\b|\bEPIPE\b.{0,40}socket
connection (?:was )?(?:refused|reset|aborted|closed|lost|error)|could ?n[o']t resolve (?:host|proxy)
could not resolve (?:host|hostname|proxy|address)|name or service not known|temporary failure in name resolution
nodename nor servname|network is (?:unreachable|down)|no route to host|unknown host|UnknownHostException
ConnectionError|ConnectException|getaddrinfo|no such host|remote end closed connection|socket hang up
unable to (?:access|connect)|failed to (?:connect|establish a new connection)
(?:ssl|tls)\b.{0,40}(?:error|handshake|fail|verify|certificate)|certificate verify failed|self[- ]signed certificate
x509:|\b50[234]\b.{0,20}(?:bad gateway|service unavailable|gateway)|bad gateway|service (?:temporarily )?unavailable
could not connect|proxy error|NewConnectionError|MaxRetryError|fetch failed|remote host (?:closed|hung)
the remote end hung up|dial tcp|NameResolutionError|connect failed|too many requests|rate limit
""",
    Cause.TIMEOUT: r"""
did not (?:become|start|come|return|answer|exit|terminate) .{0,40}(?:within|in time|after \d)|too slow\b|\bstalled
no output .{0,40}for \d+|exceeded .{0,30}(?:seconds|minutes|ms)\b|gave up (?:waiting )?after
exceeded (?:the |its )?(?:\w+ ){0,2}(?:time|duration)\b|(?:maximum|max) (?:execution|run|wall) ?time|timed[- ]?out
time[- ]?out\b|\bETIMEDOUT\b|\bESOCKETTIMEDOUT\b|TimeoutE(?:rror|xception|xpired)|deadline exceeded|DeadlineExceeded
context deadline|exceeded (?:the )?(?:maximum )?(?:time|timeout|deadline)|took (?:too long|longer than)
time limit exceeded|did not (?:complete|finish|respond) within|no response (?:after|within)|timeout of \d+|watchdog
hung for
""",
    Cause.MERGE_CONFLICT: r"""
merge conflict|CONFLICT \(|automatic merge failed|non-fast-forward|fix conflicts|could not apply [0-9a-f]{6,}
unmerged (?:paths|files)|updates were rejected|patch does not apply|needs merge
local changes .{0,60}(?:overwritten|would be)|conflict marker|failed to merge|patch failed|\[rejected\]
diverg(?:ed|ing)
""",
    Cause.WRONG_CONTEXT: r"""
(?:pattern|template|recipe|it) works (?:only )?(?:on|with|for)\b|no \S{0,60}manage\.py|but no .{1,60} was found
(?:cannot|can't|could not|not) (?:be )?appl(?:y|ied) .{0,50}(?:\bto\b|\bon\b)
(?:can|may|should|must) only (?:be )?(?:used|run|applied|work)
pattern \w+ (?:only )?(?:\.\w{1,5}\b|(?:python|javascript|typescript|golang|rust|java|ruby|yaml|json|markdown|toml|
    html|css|sql|csv|xml|shell|go|php|kotlin|swift)\b)
(?:is|was|got|found|given|received|on)(?: a| an)? (?:python|javascript|typescript|golang|rust|java|ruby|yaml|json|
    markdown|toml|html|css|sql|csv|xml|shell|go|php|kotlin|swift)\b(?: file)?.{0,40}(?:expected|handles|requires|
    needs)
(?:outside|beyond) (?:its|the|their) (?:scope|project|module|package|directory|context)
wrong (?:kind|type) of (?:file|project|target|input)|applied to an? \w+ (?:file|module|directory|project|document)\b
(?:is|are|was) (?:only )?(?:meant|intended|designed|made) (?:only )?for\b
(?:unsupported|unexpected|wrong|invalid|incompatible|unknown|unrecogni[sz]ed|mismatched) <FILE KIND>
<FILE KIND>s? .{0,60}(?:not supported|unsupported|mismatch|not (?:allowed|applicable|handled|accepted)|is wrong)
(?:expects?|expected|requires?|only (?:supports?|works? (?:on|with)|applies to|handles?|accepts?)|applies only to|
    designed for|meant for|intended for|written for|made for)\s.{0,40}?(?:(?<![\w/])\.(?:py|pyi|js|jsx|ts|tsx|go|rs|
    rb|java|md|ya?ml|json|toml|css|html?|sql|sh|c|h|cpp|cs|kt|php|xml|csv|txt|ipynb|vue|scss|tf)\b|\b(?:python|
    javascript|typescript|golang|rust|java|ruby|yaml|json|markdown|toml|html|css|sql|csv|xml|
    shell)\b.{0,20}(?:files?|sources?|modules?|documents?|projects?|scripts?))
not a (?:git repository|valid (?:package|project|repository|workspace)|python (?:package|project|file|module)|
    (?:node|npm|go|rust|cargo|maven|gradle|django|rails|terraform|dart|flutter|workspace|yarn|java|typescript|
    javascript|markdown|yaml|json|supported|known|text|regular)\s?(?:package|project|module|file|repository|
    workspace|document)?)\b
(?:not|outside)(?: (?:in|inside|of|within|part of))+ (?:a |an |the )?(?:git |valid |python |node |go |rust |npm |
    known |supported )?(?:project|repository|repo|workspace|working tree|work tree|package|module|checkout|
    directory of)\b
must be (?:run|executed|called|applied) (?:in|inside|from|within|on|to)\b
(?:run|executed|applied|used|called|invoked)\s.{0,40}(?:wrong|incorrect|unexpected|unsupported|different|
    other) (?:file|directory|folder|project|context|branch|environment|language|repo\w*|place|type|kind|target)
wrong (?:directory|folder|context|branch|project|environment|working directory|repository|file|target|platform)
(?:no|missing|without an?|could ?n[o']t find|can ?n[o']t find|cannot find|not find|unable to find|find an?) (?:an? |
    any |the )?(?:file )?['\"`]?(?:[\w./~-]{0,120}/)?(?P<detail><MARKER>)['\"`]?(?:\b|\s|$)(?!.{0,20}rule)
(?:[\w./~-]{0,120}/)?['\"`]?(?P<detail2><MARKER>)['\"`]?:? (?:does not exist|not found|no such file|is missing|
    was not found|could not be found|missing)
no such file or directory,?:? (?:open |access )?['\"`]?(?:[\w./~-]{0,120}/)?(?P<detail3><MARKER>)['\"`]?
no targets specified and no makefile|no build file|no project (?:found|file)
could not (?:find|locate) (?:a |the )?(?:project|workspace|solution)(?: root| file)?|MSB1003
go: cannot find main module|go\.mod file not found|no (?:configuration|config) file provided
not applicable (?:to|in|here|for)|does not apply (?:to|here)|cannot be applied to
target is (?:a|an|not a) (?:directory|binary|symlink|folder|\w+ file)|is a binary file|binary files? not supported
(?:is|was) not (?:a|an) (?:\.\w+|\w+) file\b|context (?:mismatch|is wrong|not supported)|exec format error
bad cpu type|wrong architecture|only available on|not supported on (?:this|windows|linux|mac\w*|darwin)
unsupported (?:platform|os|operating system|context|target|language|project)
""",
    Cause.MISSING_DEPENDENCY: r"""
could not load (?:file or assembly|library|plugin|module|extension)|class ['\"][^'\"\n]{1,80}['\"] not found
cannot find (?:the )?(?:library|package|header|tool|program|command|executable|compiler|dependency)
unsatisfied (?:link|dependenc)\w*|(?:is|are) required but (?:it |they )?(?:is |are |was |were |could )?(?:not|missing)
requires .{1,60} which is (?:not|missing)
dependenc(?:y|ies) .{0,60}(?:not (?:found|met|installed|satisfied|available)|missing|unmet|unresolved|unsatisfied)
depends on .{0,60}(?:not|but it)|no module named ['\"]?(?P<detail>[\w.-]+)|ModuleNotFoundError
cannot find (?:module|package|type definition file for) ['\"]?(?P<detail2>[^\s'\"]+)
can't resolve ['\"](?P<detail3>[^'\"\n]+)
(?<![^\s'\"])(?P<detail4>[^\s:'\"]{1,60})['\"]?: (?:command )?not found(?=\s|$)|command not found:? ?(?P<detail5>\S*)
(?:is )?not recogni[sz]ed as an internal|is not recogni[sz]ed as (?:a|the) name|executable file not found
executable .{0,60}not found|ImportError: (?:cannot import|no module|lib|DLL)|cannot open shared object file
error while loading shared libraries|library not (?:found|loaded)|cannot find -l(?P<detail6>\w+)
ClassNotFoundException|NoClassDefFound
could not (?:find|resolve) (?:dependenc|artifact|package|gem|a version|required|crate|any version|method|tool|
    executable|interpreter)
could not find (?:gem|crate|a package|library|package|module|function)|unresolved import|can't find crate
unable to resolve (?:dependency|module|package)|cannot load such file
package ['\"]?(?P<detail7>[\w@/.-]+)['\"]? (?:is )?(?:not (?:found|installed|available|in std)|missing|has no)
(?:package|module|library|dependency|tool|program|binary|plugin|extension|gem|crate|executable|interpreter|compiler|
    driver) ['\"]?(?P<detail8>[\w@/.-]+)['\"]? (?:(?:is |was |could )?(?:not (?:be )?(?:found|installed|available|
    resolved|located)|missing|unavailable))
(?:is )?not installed|no such (?:module|package)
missing (?:required )?(?:dependenc(?:y|ies)|package|module|library|tool|peer|requirement|executable|binary|program|
    plugin|prerequisite)s?\b:?\s*['\"]?(?P<detail9>[\w@/.-]*)
unmet (?:peer )?dependenc|no matching (?:distribution|version) found|no matching package
unable to locate (?:package|executable|tool)|DistributionNotFound|PackageNotFound\w*
requires? .{1,60}(?:to be installed|but (?:it is|was) not)|please install
no (?:matching )?package (?:named )?.{1,40}(?:found|available)
fatal error: ['\"]?(?P<detail10>[\w./-]+\.h(?:pp)?)['\"]?(?::| file) ?(?:no such|not found)
no required module provides package (?P<detail11>\S{1,120})|MODULE_NOT_FOUND|undefined reference to
No such file or directory: '(?P<detail12>[\w.+-]+)'$|spawn (?P<detail13>\S{1,120}) ENOENT
could not find ['\"`]?(?P<detail14>[\w-]+)['\"`]? \b(?:in|on) (?:your |the |\$)?PATH\b
env: ['\"‘]?(?P<detail15>[\w.-]+)['\"’]?: No such file|required tool|version .{1,30} (?:is )?required, but
no acceptable c compiler|program not found|unknown package|image .{1,80} not found
manifest (?:unknown|for .{1,80} not found)|pull access denied
the term ['‘\"](?P<detail16>[^'’\"\n]+)['’\"] is not recogni[sz]ed|bad interpreter
""",
    Cause.TEMPLATE_TOO_RIGID: r"""
(?:variable|placeholder|parameter|slot) (?:name|value)\b.{0,80}(?:invalid|rejected|not |must|only)|StrictUndefined
only \[[^\]\n]{1,40}\] (?:is |are )?allowed|not of the form
(?:regex|regexp|expression|pattern) .{0,80}(?:did not|does not|doesn't|didn't|not) match
not (?:supported|allowed|valid|accepted) (?:for|in|by)(?:the )?<VARIABLE>
value .{0,60}(?:does not|did not|doesn't) (?:match|fit|conform)|unsupported (?:variation|value for|nesting)
(?:variation|nesting|multi-?line) .{0,40}not supported|(?:template|pattern) (?:only|allows|takes|accepts)\b
only takes\b|allows? (?:no|only)\b|UndefinedError|TemplateSyntaxError|TemplateError|TemplateAssertionError
TemplateNotFound
(?:undefined|unresolved|unfilled|unbound|unknown|unsupported|unexpected|missing|invalid|unmatched|unsubstituted|
    no value for|nested|rigid) (?:value (?:for|of) )?(?:the )?<VARIABLE>
<VARIABLE> ['\"`{<$]*(?P<detail>[\w.-]+)?['\"`}>]*:? ?(?:(?:is|was|were|has|have|are)(?: not)? |not |does(?: not|
    n't) |do(?: not|n't) |must |expects?|expected|cannot |can't |failed|rejects?|rejected|requires?|format|value|
    missing|unresolved|mismatch)
(?:could not|couldn't|cannot|can't|failed to|unable to) (?:be )?(?:substitut|expand|render|interpolat|fill)\w*
(?:could not|couldn't|cannot|can't|failed to|unable to) (?:be )?(?:bind|resolve|match|
    fit)\w* .{0,80}(?:<VARIABLE>|template|
    pattern|\{\{)
(?:template|pattern) .{0,60}(?:too rigid|does(?: not|n't) (?:fit|match|support|handle|allow|accept|cover)|mismatch|
    failed|expects?|requires|rejected|cannot|not match)
\{\{[^}\n]*\}\}
(?:does(?: not|n't)|do not|did not|didn't|must|should|failed to|not) match (?:the )?(?:required |expected |
    naming )?(?:pattern|regex|regular expression|format|naming|template|convention|case|style|\^|/\^)
(?:naming|format|pattern|regex|template|case|placeholder|substitution|variable)s? (?:convention |
    style )?(?:mismatch|violation|not matched|is not supported|error)
(?:expected|expects|must be|requires?|not|only)(?: a| an| in| valid)* (?:snake|camel|kebab|pascal|title|upper|lower|
    screaming)[_ -]?(?:snake)?[_ -]?case\b
too rigid|hard-?coded|fixed (?:format|length|number|name)|no (?:template )?(?:slot|variable|placeholder) for
template literal|unfilled|unexpected (?:format|variation|variant)|format of .{1,60} (?:not|is not|differs)
(?:exact|strict) (?:format|match|name)
""",
    Cause.VERIFICATION_FAILED: r"""
assertions? failed|\d+ (?:checks?|assertions?|specs?|examples?) fail
verif(?:y|ication)\b.{0,60}(?:fail|not |error|reject|mismatch)|expected:? ?<.{0,60}but was
expected: .{0,80}(?:actual|got|received):
(?:criteri(?:a|on)|requirement|condition|check|gate|rule|expectation|invariant)s? .{0,40}not (?:met|satisfied|
    fulfilled|passed|hold)
mismatch(?:ed)? .{0,60}expected|expected .{1,80}\bbut\b|actual .{1,60}(?:differ|mismatch)|too few
too many (?:lines|files|warnings)|verif(?:y|ication) (?:\w+ ){0,3}?(?:fail|error|did not|unsuccess|reject)
fail(?:ed|s|ure)? (?:\w+ ){0,2}verif\w+|verification:? ?(?:not|fail)|not verified|ground[ _-]truth
acceptance (?:criteria|check|test)|check(?:sum|s)? (?:mismatch|failed|did not match|does not match|error)
hash(?:es)? mismatch|digest mismatch|AssertionError|assertion (?:`|')?.{0,80}failed|assert(?:ion)? failed|^E\s+assert
^assert\b|assertion failed|\d+ (?:tests? )?(?:failed|failing|failures?)\b|test(?:s|\(s\))? failed
FAILED (?:tests?|\S+::)|tests?: .{0,40}failed|failing tests?
snapshot.{0,60}(?:not match|mismatch|failed|obsolete|differ|changed)
expected .{1,120}(?:,|;|but)? ?\(?(?:but )?(?:got|found|received|was|actual|were|to (?:equal|be|contain|have|match)|
    instead)
\bgot\b.{1,80}\b(?:want|expected)
(?:output|result|artifact|file|response|value)s? (?:\w+ ){0,3}(?:does(?: not|n't)|did(?: not|n't)|differs?|mismatch)
actual.{1,60}expected|validation (?:check )?fail|post-?condition|quality gate
coverage .{0,60}(?:below|less|under|threshold|not met|fail)|threshold.{0,30}(?:not met|exceeded)
below (?:the )?(?:required |minimum )?threshold|criteria (?:not|were not|was not|too)
output (?:missing|rejected|invalid|incomplete)|diff(?:erence)?s? (?:found|detected)|--- FAIL|not ok \d|would reformat
(?:hook|check|lint)\w* (?:failed|did not pass)|ComparisonFailure|expect\(|EXPECT_|rejected (?:the |valid )?output
too strict|panicked at .{0,120}assert|sanity check
^\S{1,200}:\d+:\d+:? (?!.{0,20}error).{1,200}\([\w:-]{3,40}\)$
""",
    Cause.ALREADY_EXISTS: r"""
already exists|\bEEXIST\b|FileExists\w*|destination .{0,80}(?:not empty|exists)
duplicate (?:key|entry|(?:table|column|database) name)|unique constraint|UNIQUE constraint
is already (?:defined|registered|taken|installed|running|mounted|checked out)|refusing to overwrite
would be overwritten|name (?:is )?already in use|: file exists\b
""",
    Cause.MISSING_FILE: r"""
no such file(?: or directory)?|\bENOENT\b|FileNotFound\w*|NoSuchFile\w*
file (?:\S+ )?(?:was |could )?not (?:be )?found|cannot find the (?:file|path)
path (?:\S+ )?(?:does not exist|not found)|does not exist|pathspec|no rule to make target|not a directory|\bENOTDIR\b
is a directory|couldn't (?:open|read|find) file|could not open|cannot (?:open|access|stat)|can't open file
failed to open|missing script|not found in workspace
could ?n[o'\u2019]t find ['\u2019`\"]?\S{1,80}\.(?:json|ya?ml|toml|js|ts|ini|cfg)\b
""",
    Cause.BAD_INPUT: r"""
JSONDecodeError|YAMLError|YAMLException|ParserError|ScannerError|TOMLDecodeError|ParseError|XMLSyntaxError
UnicodeDecodeError
invalid (?:json|yaml|toml|xml|syntax|literal|argument|value|input|option|choice|format|character|token|date|number|
    utf|parameter|flag|url|path|name|data|encoding|escape)
unexpected (?:token|end of|character|eof|symbol|identifier|argument|option)
(?:unrecogni[sz]ed|unknown|unexpected|illegal|bad|missing) (?:\w+ )?(?:option|argument|flag|command|subcommand|
    switch|key|field|property|parameter|operand)s?
is not a (?:\w+ )?command|no such (?:command|option|subcommand)|usage:|malformed|could not parse|failed to parse
parse error|parsing error|unterminated|bad (?:request|substitution|input|value|format)|\b400\b.{0,20}bad
(?:status|http|error|code)\W{0,4}(?:code\W{0,3})?(?:400|422)\b|schema (?:validation|violation)|ValidationError
out of range|must (?:be|have|contain|not)|ValueError|cannot (?:parse|convert|decode)|not (?:a )?valid|is invalid
IllegalArgument\w*|NumberFormatException|empty (?:input|file|string|value)
unsupported (?:value|input|format|encoding|option|version)|required (?:field|property|argument|option)
ambiguous argument|bad revision|constraint failed|constraint violation|divi(?:de|sion) by zero|ZeroDivisionError
ArgumentError|no matches found|near \"[^\"]+\": syntax error|too many arguments
""",
    Cause.CODE_ERROR: r"""
SyntaxError|IndentationError|NameError|TypeError|AttributeError|KeyError|IndexError|ReferenceError|UnboundLocalError
RecursionError|NullPointerException|NullReference\w*|NoMethodError|RangeError|segmentation fault|core dumped
panicked at|panic:|nil pointer|index out of|undefined (?:method|variable|name|symbol|local)
is not (?:defined|a function|callable|iterable|subscriptable|assignable)|is undefined
cannot find (?:name|symbol|value|type|function|macro)|error\[E\d+\]|error TS\d+|error CS\d+|mismatched types
incompatible types|undeclared|implicit declaration|syntax error|unused (?:import|variable)|has no attribute|undefined:
cannot use .{1,80} as|does not implement|Unresolved reference|expected ['\"`;:)\]}]|borrow of moved
Traceback \(most recent call last\)|Exception in thread|unhandled (?:exception|rejection)|stack overflow
warning treated as error|compilation (?:failed|error)|build failed|ClassCastException|lint(?:ing)? error
^\S{1,200}\.\w{1,8}[:(]\d+(?:[:,]\d+)?\)?:? ?(?:fatal )?error\b
""",
}


def _compiled(text: str) -> re.Pattern[str]:
    joined = re.sub(r"\n {4}", "", text.strip("\n")).replace("\n", "|")
    for name, meant in (("MARKER", _MARKER), ("FILE KIND", _FILE_KIND), ("VARIABLE", _VARIABLE)):
        joined = joined.replace(f"<{name}>", meant)
    return re.compile(joined, re.IGNORECASE | re.MULTILINE)


RULES: tuple[tuple[Cause, re.Pattern[str]], ...] = tuple(
    (cause, _compiled(text)) for cause, text in (*TELLING.items(), *_TEXTS.items())
)
"""(cause, expression) in the order in which they are tried."""
