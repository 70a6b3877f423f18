"""Phrases that are said of one cause of failure only: tried before all others, in the notation of `cause_rules`."""

from __future__ import annotations

from engine.model.failures import Cause

TELLING = {
    Cause.ALREADY_EXISTS: r"""
cannot publish over|previously published version|Already(?:Owned|Exists)\w*|cannot re-?use (?:a|the) name
destination path .{1,160} already exists|(?:container |host |user)?name .{1,160}is already in use
already exist\b
""",
    Cause.MERGE_CONFLICT: r"""
multiple head(?:s| revisions)\b|creates new remote head|\(fetch first\)|tip of your current branch is behind
""",
    Cause.LOCKED: r"""
another (?:operation|process|instance|action|command|job|run|build)\b.{0,80}(?:in progress|is (?:already )?running|
    executing|holds)
working copy .{1,160} locked|is held by (?:process|pid)
(?:get|acquire|acquiring|obtain|take) (?:an? |the )?(?:\w+ ){0,3}lock\b
\.lock['\u2019]?: File exists
is (?:currently )?(?:locked|sealed)\b|locked by\b|delete the lock file
""",
    Cause.AUTHENTICATION: r"""
no (?:valid |usable )?credential(?:s| sources?)\b|set the \w{0,40}TOKEN\w{0,20} environment|\bNOAUTH\b|\bE401\b
(?:token|password|credentials?|api key|secret) .{0,30}(?:is|are|was|were) (?:not valid|invalid|incorrect|wrong|
    expired)
incorrect or missing (?:password|token|credentials)|ExpiredToken|(?:have|has) an active account|no active account
(?:not|failed to|could not|unable to|cannot) (?:be )?authenticat\w*|must be logged in
\w+ (?:auth )?login['\u2019`\"]? (?:to|first)
requires? authentication|\(publickey\)
\bunauthenticated\b|no session\b|need to (?:\w+ )?log ?in
_(?:TOKEN|KEY|PASSWORD|SECRET)\b.{0,20} (?:must be|is not|not) set|invalid (?:username|user name|login)
no secret key
""",
    Cause.PERMISSION: r"""
PERMISSION_DENIED|missing sudo password|a (?:password|terminal) is required|interactive authentication required
lacks? .{1,60} permission|protected branch
(?:access|permission)[ _](?:refused|denied|forbidden)|requires? .{1,40} access\b
(?:add|run again with|use) the --allow-\w+
""",
    Cause.NETWORK: r"""
throttl(?:ed|ing)\w*|rate exceeded|TooManyRequests|UNREACHABLE!|is the .{1,60}(?:server|daemon|service|agent) running
did you specify the right host|daemon .{0,40}is it running|temporary failure resolving|connection timed out
(?:can't|cannot|could not|unable to) (?:reach|contact|find the server)\b
server .{0,40}(?:did not answer|is not responding)
""",
    Cause.OUT_OF_MEMORY: r"""
\bOOM\b|heap space|exhausted .{0,20}memory|maxmemory|CUDA out of memory
""",
    Cause.WRONG_CONTEXT: r"""
externally[- ]managed|UnsupportedClassVersion\w*|class file version|compiled by a more recent version
(?:pending migration|migrations are pending|database is not up to date)
(?:can|must|should|need to) (?:only )?be (?:run|executed|called) (?:in|from|inside|within)
(?:run|use) .{0,40}(?:from|inside|in) (?:the root of |an? |the |your )(?:\w+ ){0,3}(?:project|app|workspace|
    repository|folder|directory)
(?:unable|failed|could ?n[o'\u2019]t|cannot) (?:to )?(?:locate|find) (?:an? |the |any )?(?:config|
    configuration) (?:file )?or
no \w+file (?:found|in)
(?:does not|doesn't) (?:appear to )?contain (?:an? |any )?(?:CMakeLists|\w+ (?:build|project|workspace|
    solution|package)\b)
(?:isn't|is not|not) (?:part of|inside|within) (?:an? |the |any )(?:\w+ ){0,2}(?:workspace|project|repository|
    worktree)
(?:<MARKER>)(?: file)? is missing|cannot execute binary file|no (?:<MARKER>)\b|loading ['\u2019\"]build\.ninja
outside (?:of )?(?:an? |the |your )(?:\w+ )?(?:workspace|project|repository|directory)
is not an? [\w-]{2,30}(?:-based)? project\b|could not (?:locate|find) (?:<MARKER>|\w+ schema)\b
no \w+ (?:file|project|workspace|schema) (?:was )?found\b(?!:)
""",
    Cause.MISSING_DEPENDENCY: r"""
executable does(?: not|n't) exist
could ?n[o'\u2019]t (?:find|load) the (?:plugin|preset|parser|module|package|provider|driver)
no (?:available )?(?:formula|package|module|gem|crate|cask|plugin|provider)s? .{0,20}(?:with the name|named|
    called|matching)
packages? .{0,40}(?:are|is) not available|toolchain .{1,100} is not installed
file ['\u2018\u2019`\"]?[\w./-]{1,80}\.(?:sty|cls|hpp|so|dylib|dll|jar)['\u2019\"]? not found
no (?:devices?|emulators?|simulators?|devices/emulators|runners?|compilers?|java|python|
    interpreters?) (?:were )?(?:found|attached|available|installed)
installable set of packages|version .{1,40}does not satisfy|find .{1,120} in (?:any of the sources|\w+ repository)
\b[A-Z]{2,20}_HOME is not set|command could be found|(?:dependency|gem|module|plugin) is not available
\bERESOLVE\b|unable to resolve dependency|SDK .{1,80}could not be found|class ['\"][\w\\]{1,80}['\"] not found
resolve (?:the )?(?:module|role|collection|plugin|package|provider|action)\b|search registries|dependency lock file
(?:C\+\+|compiler|toolkit|SDK|runtime|JDK|JRE) .{0,20}(?:or greater |or later |or newer )?is required
could not (?:find|load) or load main class|configuration file provided by|linker .{1,30} not found
(?:could not|cannot|can't|unable to|failed to) (?:import|load) (?:the )?(?:module|package|plugin|library|driver)
no solution found when resolving
(?:could not|cannot|can't) find (?:a |an |any |the )?(?:\w+ )?(?:interpreter|compiler|runtime|driver|toolchain)
no (?:possible|suitable|usable|supported) (?:driver|compiler|provider|tool|runtime|interpreter|backend)\b
has no specified version
""",
    Cause.VERIFICATION_FAILED: r"""
^\s*\d{1,6}:\d{1,5}\s+(?:error|warning)\b|^\S{1,200}:\d+:\d+:? [A-Z]{1,5}\d{2,5}\b|^\S{1,200}:\d+ [A-Z]{2,4}\d{3,5}\b
\bSC\d{4}\b|code style issues|\u2716 \d+ problems?|: error: .{1,300}\[[a-z]{2,40}(?:-[a-z]{1,40})*\]$
(?-i:^FAIL(?:ED)?\s)
\d+ (?:issue|problem|violation|warning|offense|finding)s?(?:\(s\))? (?:found|detected)|^\s*\d{1,6}:\d{1,5}\s{2,}\S
^\W*issue: \[|: [A-Z]{1,4}\d{3,5}:\s
""",
    Cause.BAD_INPUT: r"""
lock ?file .{0,80}(?:not up to date|out of date|outdated)|-lock\.\w+ is not up to date|frozen[- ]lockfile
changed significantly since|no such target|not declared in|did not match any file|unknown directive|unknown field
mapping values are not allowed|not in \w+ format|invalid data|does not contain an? (?:scheme|target|key|section|field)
(?:worktree|repository|tree|index|destination) .{0,20}is dirty
unsupported argument|is not expected here|usage error|file or directory not found|integrity ?error
no rule to make target
""",
    Cause.TEMPLATE_TOO_RIGID: r"""
(?:dict|OrderedDict|Undefined)['\w ]{0,20} object['\u2019]? has no attribute|undefined variable\.\s
not a valid \w+ module name
""",
    Cause.CODE_ERROR: r"""
ImproperlyConfigured|failed to resolve import
(?:undefined|undeclared) (?:function|identifier|reference)|(?:compile|module parse|compilation) (?:error|failed)
script: ['\"]
""",
    Cause.MISSING_FILE: r"""
\bunit .{1,120}not found|NoSuch(?:Bucket|Key|File|Entity)\w*|(?:database|bucket|table|schema) .{1,120}does not exist
could ?n[o'\u2019]t find an? configuration file|\b404\b
unable to open (?:the )?(?:\w+ )?file|calculate checksum of ref|module not found ['\"]file:
""",
}
