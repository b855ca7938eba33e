/** For zsh, sourced or as a file \`_1claw\` in \`fpath\`. */
export const ZSH = `#compdef 1claw
# Completion of 1claw for zsh.
_1claw() {
  local line files=0
  local -a lines described
  lines=("\${(@f)$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT-1]}" "+\${(Q)PREFIX}" 2>/dev/null)}")
  for line in $lines; do
    if [[ $line == :files ]]; then
      files=1
    elif [[ $line == *$'\\t'* ]]; then
      described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
    elif [[ -n $line ]]; then
      described+=("\${line//:/\\\\:}")
    fi
  done
  (( $#described )) && _describe -t words '1claw' described
  (( files )) && _files
}
if [[ \${funcstack[1]} == _1claw ]]; then
  _1claw
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit }
  compdef _1claw 1claw
fi
`
