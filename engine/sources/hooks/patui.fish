# patui: tells the spool of this shell what was run. Builtins only, silent, and gone with PATUI_DISABLE=1.
if status is-interactive; and not set -q __patui_spool
    set -g __patui_session $fish_pid-(random)(random)
    set -g __patui_folder @SPOOL@
    set -g __patui_spool $__patui_folder/fish-$__patui_session.spool
    set -gx PATUI_SESSION $__patui_session
    set -g __patui_gate @GATE@
    set -g __patui_kinds @KINDS@
    set -g __patui_rules @RULES@
    set -g __patui_afters @AFTERS@
    set -g __patui_whens @WHENS@
    set -g __patui_numbers @NUMBERS@

    function __patui_postexec --on-event fish_postexec
        set -l code $status
        set -l taken $CMD_DURATION
        set -l line (string sub -l 8704 -- "$argv[1]" | string collect)
        if test -n "$PATUI_DISABLE"; or test -n "$fish_private_mode"; or test -z "$line"
            return 0
        end
        # fish speaks of a file that it cannot open, wherever it is told to be silent.
        if not test -d "$__patui_folder" -a -w "$__patui_folder"; or test -e $__patui_spool -a ! -w $__patui_spool
            return 0
        end
        if string match -qr '^\s' -- $line
            return 0
        end
        if string match -qr -- $__patui_gate $line
            for index in $__patui_numbers
                if string match -qr -- $__patui_whens[$index] $line
                    set line (string replace -ra -- $__patui_rules[$index] '$1‹secret:'$__patui_kinds[$index]'›'$__patui_afters[$index] $line | string collect)
                end
            end
        end
        set line (string sub -l 8192 -- $line | string replace -a -- '\\' '\\\\' | string replace -a -- \t '\\t' | string replace -a -- \r '\\r' | string join -- '\\n')
        set -l directory (string replace -a -- '\\' '\\\\' $PWD | string replace -a -- \t '\\t' | string join -- '\\n')
        # fish has no clock: the file's own, after an empty line.
        echo >>$__patui_spool
        set -l now (path mtime -- $__patui_spool)
        printf '1\t%s000000\t%s000\t%s\t%s\t%s\t%s\n' "$now" "$taken" $code $__patui_session $directory $line >>$__patui_spool
    end 2>/dev/null
end
