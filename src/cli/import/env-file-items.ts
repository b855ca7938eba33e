import type { Context } from '../context/context.ts'
import type { Naming as VariableNaming } from '../env/names.ts'
import type { Session } from '../session/session.ts'
import { leftOut } from './entry.ts'
import { itemsOf } from './import-flags.ts'
import type { Found } from './importing.ts'
import { knownPaths } from './known-paths.ts'
import type { Naming } from './paths.ts'

interface Flags extends Naming {
  readonly name?: VariableNaming | undefined
}

/** The values of a `.env` file with the paths that `env pull` would read them from. @throws Problem `usage` */
export async function pushedItems(context: Context, session: Session, file: string, flags: Flags): Promise<Found> {
  const { prefix, map = [], exclude = [] } = flags
  const from = { from: 'dotenv' } as const
  const { items } = await itemsOf(context, file, { ...from, exclude })
  const given = new Set(map.map(rule => rule.slice(0, rule.lastIndexOf('='))))
  const names = items.map(({ origin }) => origin).filter(name => !given.has(name))
  const known = await knownPaths(session, await session.vaultId(), names, { prefix, naming: flags.name })
  const naming = { ...from, prefix, map: [...map, ...known.map], exclude: [...exclude, ...known.bundled] }
  const found = await itemsOf(context, file, naming)
  return { items: found.items, notes: [...found.notes, ...leftOut(known.bundled, 'they are part of an env_bundle')] }
}
