# patui: tells the spool of this shell what was run. Builtins only, silent, and gone with PATUI_DISABLE=1.
if [[ -o interactive && -z ${__patui_spool-} ]]; then
  zmodload zsh/datetime zsh/regex 2>/dev/null
  typeset -g __patui_session=$$-${EPOCHREALTIME/[.,]/}
  typeset -g __patui_spool=@SPOOL@/zsh-$__patui_session.spool
  export PATUI_SESSION=$__patui_session
  typeset -g __patui_command= __patui_began=

  # The command line in REPLY, with its secrets named instead of shown. Expressions are compiled anew each time they are
  # used, and plain patterns cost next to nothing: those come first.
  __patui_redact() {
    emulate -L zsh
    setopt no_multibyte
    local LC_ALL=C MATCH MBEGIN MEND found start text rest
    local -a match mbegin mend
@TABLE@
  }

  # Hides what the expression $2 finds as a secret of the kind $1, before the text $3; where $4 is not in it, it is none,
  # and without $5 in the line there is none.
  __patui_hide() {
    [[ -z $5 || $REPLY -regex-match $5 ]] || return 0
    text= rest=$REPLY
    while [[ $rest -regex-match $2 ]]; do
      [[ -n $MATCH ]] || break
      text+=${rest[1,MBEGIN-1]}
      rest=${rest[MEND+1,-1]}
      found=$MATCH start=$match[1]
      if [[ -z $4 || ${found[$#start+1,-1]} -regex-match $4 ]]; then
        text+=$start"‹secret:$1›"$3
      else
        text+=$found
      fi
    done
    REPLY=$text$rest
  }

  # What is traced, and what traps of the user's say, goes nowhere. $? is put back by the shell after such functions.
  __patui_preexec() {
    {
      # With the time first: what the hook itself needs is no part of the command.
      __patui_began=${EPOCHREALTIME/[.,]/}
      __patui_command=${1[1,8704]}
    } &>/dev/null
  }

  __patui_precmd() {
    {
      local code=$?
      emulate -L zsh
      trap - DEBUG ZERR
      setopt no_multibyte
      local ended=${EPOCHREALTIME/[.,]/} LC_ALL=C REPLY=$__patui_command directory=$PWD
      __patui_command=
      if [[ -n $REPLY && -z ${PATUI_DISABLE-} && $REPLY != [[:blank:]]* ]]; then
        __patui_redact
        REPLY=${REPLY[1,8192]}
        REPLY=${REPLY//\\/\\\\} REPLY=${REPLY//$'\n'/\\n} REPLY=${REPLY//$'\t'/\\t} REPLY=${REPLY//$'\r'/\\r}
        REPLY=${REPLY//$'\0'/\\0}
        directory=${directory//\\/\\\\} directory=${directory//$'\n'/\\n} directory=${directory//$'\t'/\\t}
        builtin print -rn -- $'1\t'${ended[1,16]}$'\t'$((${ended[1,16]} - ${__patui_began[1,16]}))$'\t'$code$'\t'$__patui_session$'\t'$directory$'\t'$REPLY$'\n' >>|$__patui_spool
      fi
      builtin true
    } &>/dev/null
  }

  autoload -Uz add-zsh-hook
  add-zsh-hook preexec __patui_preexec
  add-zsh-hook precmd __patui_precmd
  # First, so that it sees the exit code of the command and not of another hook.
  precmd_functions=(__patui_precmd ${precmd_functions:#__patui_precmd})
fi
