/** For fish 3 and later. */
export const FISH = `# Completion of 1claw for fish.
function __1claw_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
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
