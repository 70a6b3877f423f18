# patui: tells the spool of this shell what was run. Builtins only, silent, and gone with PATUI_DISABLE=1.
if [[ -o interactive && -z ${__patui_spool-} ]]; then
  zmodload zsh/datetime zsh/regex 2>/dev/null
  typeset -g __patui_session=$$-${EPOCHREALTIME/[.,]/}
  typeset -g __patui_spool=@SPOOL@/zsh-$__patui_session.spool
  export PATUI_SESSION=$__patui_session
  typeset -g __patui_gate=@GATE@
  typeset -ga __patui_kinds=(@KINDS@)
  typeset -ga __patui_rules=(@RULES@)
  typeset -ga __patui_afters=(@AFTERS@)
  typeset -ga __patui_whens=(@WHENS@)
  typeset -ga __patui_proofs=(@PROOFS@)
  typeset -ga __patui_hints=(@HINTS@)
  typeset -g __patui_command= __patui_began=

  __patui_redact() {
    emulate -L zsh
    setopt no_multibyte
    local LC_ALL=C MATCH MBEGIN MEND found start text rest
    local -a match mbegin mend
    local -i index
    [[ $REPLY -regex-match $__patui_gate ]] || return 0
    for index in {1..$#__patui_rules}; do
      # Expressions are compiled anew each time, and plain words cost next to nothing.
      [[ -z $__patui_hints[index] || $REPLY -regex-match $__patui_hints[index] ]] || continue
      [[ -z $__patui_whens[index] || $REPLY -regex-match $__patui_whens[index] ]] || continue
      text= rest=$REPLY
      while [[ $rest -regex-match $__patui_rules[index] ]]; do
        [[ -n $MATCH ]] || break
        text+=${rest[1,MBEGIN-1]}
        rest=${rest[MEND+1,-1]}
        found=$MATCH start=$match[1]
        if [[ -z $__patui_proofs[index] || $found -regex-match $__patui_proofs[index] ]]; then
          text+=$start"‹secret:$__patui_kinds[index]›"$__patui_afters[index]
        else
          text+=$found
        fi
      done
      REPLY=$text$rest
    done
  }

  __patui_preexec() {
    # With the time first: what the hook itself needs is no part of the command.
    __patui_began=${EPOCHREALTIME/[.,]/}
    __patui_command=${1[1,8704]}
  }

  __patui_precmd() {
    local code=$?
    {
      emulate -L zsh
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
    } 2>/dev/null
    return $code
  }

  autoload -Uz add-zsh-hook
  add-zsh-hook preexec __patui_preexec
  add-zsh-hook precmd __patui_precmd
  # First, so that it sees the exit code of the command and not of another hook.
  precmd_functions=(__patui_precmd ${precmd_functions:#__patui_precmd})
fi
