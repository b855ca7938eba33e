import type { FlagShape } from '../../src/cli/completion/candidates.ts'
import type { StoredCommand } from '../../src/cli/completion/grammar.ts'
import type { Manifest } from './manifest.ts'
import { packageJson } from './package.ts'

/**
 * `bin/completion.json`: the part of the manifest for completion, each flag once. The manifest is many times larger, and reading it at each
 * TAB would take longer than everything else.
 */
export function completionGrammar(root: string, { commands }: Manifest): string {
  const places = new Map<string, number>()
  const placeOf = (flag: FlagShape) => {
    const text = JSON.stringify(shapeOf(flag))
    const place = places.get(text) ?? places.size
    places.set(text, place)
    return place
  }
  const lines = Object.entries(commands).map(([id, { description, hidden, args, flags }]) => {
    const command: StoredCommand = {
      ...(description !== undefined && { description }),
      ...(hidden && { hidden }),
      args: Object.fromEntries(Object.entries(args).map(([name, { options }]) => [name, { name, ...(options && { options }) }])),
      flags: Object.values(flags as Record<string, FlagShape>).map(placeOf),
    }
    return `${JSON.stringify(id)}:${JSON.stringify(command)}`
  })
  const topics = JSON.stringify(packageJson(root).oclif.topics ?? {})
  return `{"topics":${topics},\n"flags":[\n${[...places.keys()].join(',\n')}],\n"commands":{\n${lines.join(',\n')}}}\n`
}

function shapeOf({ name, char, type, description, hidden, multiple, options, helpValue, helpLabel }: FlagShape): FlagShape {
  return {
    name,
    type,
    ...(char !== undefined && { char }),
    ...(description !== undefined && { description }),
    ...(hidden && { hidden }),
    ...(multiple && { multiple }),
    ...(options && { options }),
    ...(helpValue !== undefined && { helpValue }),
    ...(helpLabel !== undefined && { helpLabel }),
  }
}
