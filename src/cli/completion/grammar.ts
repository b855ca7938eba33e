import { fs } from '../context/builtins.ts'
import { ROOT } from '../context/version.ts'
import type { CommandShape, FlagShape, Grammar } from './candidates.ts'

/** A command in `bin/completion.json`: its flags by their index in the list of all. */
export interface StoredCommand extends Omit<CommandShape, 'flags'> {
  readonly flags: readonly number[]
}

interface Stored extends Pick<Grammar, 'topics'> {
  readonly flags: readonly FlagShape[]
  readonly commands: Readonly<Record<string, StoredCommand>>
}

/** The commands, flags and topics, from the file that is generated from oclif's manifest. */
export function grammar(): Grammar {
  const { topics, flags, commands } = JSON.parse(fs.readFileSync(`${ROOT}/bin/completion.json`, 'utf8')) as Stored
  const whole = (command: StoredCommand): CommandShape => ({
    ...command,
    flags: Object.fromEntries(command.flags.flatMap(place => flags[place] ?? []).map(flag => [flag.name, flag])),
  })
  return { topics, commands: Object.fromEntries(Object.entries(commands).map(([id, command]) => [id, whole(command)])) }
}
