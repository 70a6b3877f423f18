# patui: tells the spool of this shell what was run. Builtins only, silent, and gone with PATUI_DISABLE=1.
if [[ $- == *i* && -z ${__patui_spool-} && ${BASH_VERSINFO[0]} -ge 4 ]]; then
  __patui_spool=@SPOOL@
  __patui_void=()
  __patui_began=
  __patui_first=
  __patui_number=
  if [[ ${EPOCHREALTIME-} ]]; then
    __patui_session=$$-${EPOCHREALTIME/[.,]/}
  else
    printf -v __patui_session '%s-%(%s)T000000' $$ -1
  fi
  __patui_spool+=/bash-$__patui_session.spool
  export PATUI_SESSION=$__patui_session
  # The last line of the history is read through a file that lies in memory and has no name any more.
  __patui_line=
  if [[ -w /dev/shm && -e /proc/self/fd/0 ]]; then
    __patui_mask=$(umask)
    umask 077
    if exec {__patui_line}<>"/dev/shm/patui-$__patui_session"; then
      command rm -f -- "/dev/shm/patui-$__patui_session"
    fi 2>/dev/null
    umask "$__patui_mask"
    unset __patui_mask
  fi

  # The command line in REPLY, with its secrets named instead of shown. Expressions are compiled anew each time they are
  # used, and plain patterns cost next to nothing: those come first.
  __patui_redact() {
    local LC_ALL=C IFS=$' \t\n' found start text rest
@TABLE@
  }

  # Hides what the expression $2 finds as a secret of the kind $1, before the text $3; where $4 is not in it, it is none,
  # and without $5 in the line there is none.
  __patui_hide() {
    [[ -z $5 || $REPLY =~ $5 ]] || return 0
    text= rest=$REPLY
    while [[ $rest =~ $2 ]]; do
      found=${BASH_REMATCH[0]}
      [[ $found ]] || break
      start=${BASH_REMATCH[1]}
      text+=${rest%%"$found"*}
      rest=${rest#*"$found"}
      if [[ -z $4 || ${found:${#start}} =~ $4 ]]; then
        text+=$start"‹secret:$1›"$3
      else
        text+=$found
      fi
    done
    REPLY=$text$rest
  }

  # One line of the spool: what ran from $1 to $2 (microseconds), its exit code $3, and the command line in REPLY.
  __patui_tell() {
    local LC_ALL=C IFS=$' \t\n' directory=$PWD
    [[ $REPLY && $REPLY != [[:blank:]]* ]] || return 0
    REPLY=${REPLY:0:8704}
    __patui_redact
    REPLY=${REPLY:0:8192}
    REPLY=${REPLY//\\/\\\\} REPLY=${REPLY//$'\n'/\\n} REPLY=${REPLY//$'\t'/\\t} REPLY=${REPLY//$'\r'/\\r}
    directory=${directory//\\/\\\\} directory=${directory//$'\n'/\\n} directory=${directory//$'\t'/\\t}
    printf '1\t%s\t%s\t%s\t%s\t%s\t%s\n' "$2" "$(($2 - $1))" "$3" "$__patui_session" "$directory" "$REPLY" \
      >>"$__patui_spool"
  } 2>/dev/null

  # Into REPLY: the newest line of the history; nothing when the last command was kept out of it.
  __patui_newest() {
    local number HISTTIMEFORMAT= line
    if [[ $__patui_line ]]; then
      history 1 >"/proc/self/fd/$__patui_line"
      IFS= LC_ALL=C read -r -d '' -n 9000 line <"/proc/self/fd/$__patui_line"
      : >"/proc/self/fd/$__patui_line"
    else
      line=$(history 1)
    fi
    line=${line#"${line%%[![:space:]]*}"}
    number=${line%%[!0-9]*}
    line=${line#"$number"}
    REPLY=${line:2}
    REPLY=${REPLY%$'\n'}
    [[ $number ]] || REPLY=
    if [[ $number == "$__patui_number" ]]; then
      # The same command again is not written down twice, and one with a blank before it not at all.
      if [[ -z $__patui_first || $REPLY != "$__patui_first"* ]]; then
        REPLY=
      fi
    fi
    __patui_number=$number
  } 2>/dev/null

  __patui_prompt() {
    local status=$? IFS=$' \t\n' LC_NUMERIC=C REPLY ended
    # Starship calls what stood here before it, and has lost $? by then.
    if [[ ${FUNCNAME[1]-} == starship_precmd ]]; then
      status=${STARSHIP_CMD_STATUS:-$status}
    fi
    if [[ $__patui_began ]]; then
      if [[ -z ${PATUI_DISABLE-} ]]; then
        if [[ ${EPOCHREALTIME-} ]]; then
          ended=${EPOCHREALTIME/[.,]/}
        else
          printf -v ended '%(%s)T000000' -1
        fi
        __patui_newest
        __patui_tell "$__patui_began" "$ended" "$status"
      else
        local REPLY
        __patui_newest
      fi
    elif [[ -z $__patui_number ]]; then
      local REPLY
      __patui_newest
    fi
    __patui_began= __patui_first=
    return "$status"
  }

  # Runs before each command; the first one after a prompt begins what the prompt will tell of.
  __patui_debug() {
    if [[ ${__patui_ready-} && -z ${COMP_LINE-} && $BASH_COMMAND != __patui_prompt* ]]; then
      __patui_ready=
      __patui_first=$BASH_COMMAND
      if [[ $__patui_began ]]; then
        :
      elif [[ ${EPOCHREALTIME-} ]]; then
        __patui_began=${EPOCHREALTIME/[.,]/}
      else
        printf -v __patui_began '%(%s)T000000' -1
      fi
    fi
  }

  # A line in parentheses reaches no trap: what is shown before each line begins it too, and shows nothing.
  if [[ ${EPOCHREALTIME-} ]]; then
    PS0+='${__patui_void[__patui_began=${EPOCHREALTIME/[.,]/}]-}'
  fi
  # Where a list goes on behind it, a failure ends no shell (set -e) and is told to no trap (ERR); its $? is kept all the
  # same. What is traced goes nowhere.
  __patui_trap=$(trap -p DEBUG)
  if [[ $__patui_trap ]]; then
    eval "__patui_void=($__patui_trap)"
    trap "{ [[ -z \${__patui_ready-} ]] || __patui_debug \"\$_\" && : \"\$_\"; } 2>/dev/null; ${__patui_void[2]}" DEBUG
  else
    trap '{ [[ -z ${__patui_ready-} ]] || __patui_debug "$_" && : "$_"; } 2>/dev/null' DEBUG
  fi
  unset __patui_trap
  __patui_first='{ __patui_prompt && :; } 2>/dev/null'
  if [[ $(declare -p PROMPT_COMMAND 2>/dev/null) == 'declare -a'* ]]; then
    PROMPT_COMMAND=("$__patui_first" "${PROMPT_COMMAND[@]}" '{ __patui_ready=1; } 2>/dev/null')
  else
    PROMPT_COMMAND=$__patui_first$'\n'${PROMPT_COMMAND:+$PROMPT_COMMAND$'\n'}'{ __patui_ready=1; } 2>/dev/null'
  fi
  __patui_first=
fi
