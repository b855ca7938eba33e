import { fs } from '../context/builtins.ts'
import { ROOT } from '../context/version.ts'
import type { CommandShape, FlagShape, Grammar } from './candidates.ts'

/** A command as `bin/completion.json` has it: its flags by their places in the list of all. */
export interface StoredCommand extends Omit<CommandShape, 'flags'> {
  readonly flags: readonly number[]
}

interface Stored extends Pick<Grammar, 'topics'> {
  readonly flags: readonly FlagShape[]
  readonly commands: Readonly<Record<string, StoredCommand>>
}

/** What commands, flags and topics there are, from the file that is made of oclif's manifest. */
export function grammar(): Grammar {
  const { topics, flags, commands } = JSON.parse(fs.readFileSync(`${ROOT}/bin/completion.json`, 'utf8')) as Stored
  const whole = (command: StoredCommand): CommandShape => ({
    ...command,
    flags: Object.fromEntries(command.flags.flatMap(place => flags[place] ?? []).map(flag => [flag.name, flag])),
  })
  return { topics, commands: Object.fromEntries(Object.entries(commands).map(([id, command]) => [id, whole(command)])) }
}
