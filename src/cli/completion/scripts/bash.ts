/** For bash 3.2 (macOS) and later. Its words end at `:` and `=`, so they are joined again as on the line. */
export const BASH = `# Completion of 1claw for bash.
# What a word stands for without its quotes and backslashes, in REPLY; the quote that is still open, in OPEN.
_1claw_unquoted() {
  local c i
  REPLY='' OPEN=''
  for ((i = 0; i < \${#1}; i++)); do
    c=\${1:i:1}
    if [[ -n $OPEN && $c == "$OPEN" ]]; then OPEN=''
    elif [[ $c == \\\\ && $OPEN != "'" ]]; then ((i++)); REPLY+=\${1:i:1}
    elif [[ -z $OPEN && $c == [\\"\\'] ]]; then OPEN=$c
    else REPLY+=$c
    fi
  done
}
_1claw() {
  local REPLY OPEN line=\${COMP_LINE:0:COMP_POINT} trimmed word prefix candidate i
  local -a words
  COMPREPLY=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    trimmed=\${line#"\${line%%[![:space:]]*}"}
    if ((i == 0)) || [[ $trimmed != "$line" ]]; then words[\${#words[@]}]=''; fi
    line=$trimmed
    if ((i == COMP_CWORD)); then word=$line; fi
    words[\${#words[@]} - 1]+=$word
    line=\${line#"$word"}
  done
  for ((i = 0; i < \${#words[@]}; i++)); do
    _1claw_unquoted "\${words[i]}"
    words[i]=$REPLY
  done
  word=\${words[\${#words[@]} - 1]}
  prefix=\${word%"\${word##*[:=]}"}
  words[\${#words[@]} - 1]="+$word"
  while IFS=$'\\t' read -r candidate _; do
    if [[ $candidate == :files ]]; then
      # No candidates: bash completes files itself.
      COMPREPLY=()
      return
    fi
    candidate=\${candidate#"$prefix"}
    # Within a quote bash puts the word in as it is, and ends the quote.
    if [[ -z $OPEN ]]; then printf -v candidate %q "$candidate"; fi
    COMPREPLY[\${#COMPREPLY[@]}]=$candidate
  done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _1claw 1claw
`
