/** For fish 3 and later. */
export const FISH = `# Completion of 1claw for fish.
function __1claw_complete
    set -l words (commandline -opc)
    # A quote that is still open is fish's own; it finds the words behind it.
    set -l current (commandline -ct | string replace -r '^(--[\\w-]+=)?["\\']' '$1')
    for line in ($words[1] __complete $words[2..-1] "+$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c 1claw -f -a '(__1claw_complete)'
`
