/** For bash 3.2 (macOS) and later. Its words end at `:` and `=`, so they are put together again as they stand on the line. */
export const BASH = `# Completion of 1claw for bash.
_1claw() {
  local line=\${COMP_LINE:0:COMP_POINT} trimmed word prefix candidate i
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
  word=\${words[\${#words[@]} - 1]}
  prefix=\${word%"\${word##*[:=]}"}
  words[\${#words[@]} - 1]="+$word"
  while IFS=$'\\t' read -r candidate _; do
    if [[ $candidate == :files ]]; then
      # No candidates: bash completes files itself.
      COMPREPLY=()
      return
    fi
    printf -v candidate %q "\${candidate#"$prefix"}"
    COMPREPLY[\${#COMPREPLY[@]}]=$candidate
  done < <("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _1claw 1claw
`
