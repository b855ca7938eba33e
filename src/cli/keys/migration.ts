import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { howMany } from '../output/how-many.ts'

export type KeyMigration = Reply<'keys.migration'>

const LOOK_EVERY_MS = 500
/** Lines about what stays; all of it is in the JSON. */
const SHOWN = 20

/** Keys that are still in another store and can be moved. */
export function leftToMove({ vaults, server_keys, signing_keys, rotations, old_keys }: KeyMigration): number {
  return vaults + server_keys + signing_keys + rotations + old_keys
}

/** The plan in sentences. */
export function planLines(plan: KeyMigration): string[] {
  const { to, from, vaults, server_keys, signing_keys, rotations, old_keys, stays_total } = plan
  const sources = from.map(({ place }) => place).join(', ') || 'nowhere else'
  return [
    `To ${to.place} (${to.key_store}), from ${sources}:`,
    `  ${howMany(vaults, 'vault key')} to move`,
    ...(server_keys > 0 ? [`  ${howMany(server_keys, 'key')} of the server itself to move`] : []),
    ...(signing_keys > 0 ? [`  ${howMany(signing_keys, 'signing key')} to move, with their accounts:`, ...goesLines(plan)] : []),
    ...(rotations > 0 ? [`  ${howMany(rotations, 'rotation')} under way`] : []),
    ...(old_keys > 0 ? [`  ${howMany(old_keys, 'old key')} to destroy, which no longer encrypt anything`] : []),
    ...(stays_total > 0 ? [`Not moved (${stays_total}):`, ...stayLines(plan)] : ['Nothing stays behind.']),
    ...(plan.connected ? [] : [`${to.place} does not answer now.`]),
  ]
}

function goesLines({ goes, signing_keys }: KeyMigration): string[] {
  const lines = goes.slice(0, SHOWN).map(({ vault, path }) => `    ${vault} ${path}`)
  return signing_keys > SHOWN ? [...lines, `    … and ${signing_keys - SHOWN} more; --json lists them.`] : lines
}

function stayLines({ stays, stays_total }: KeyMigration): string[] {
  const lines = stays.slice(0, SHOWN).map(({ vault, path, reason }) => {
    const where = [vault, path].filter(part => part !== undefined).join(' ')
    return `  ${where === '' ? '' : `${where}: `}${reason}`
  })
  return stays_total > SHOWN ? [...lines, `  … and ${stays_total - SHOWN} more; --json lists them.`] : lines
}

/** The remaining steps after a migration. */
export function endLines(plan: KeyMigration): string[] {
  if (plan.settings.length > 0)
    return ['Everything has been moved. Change the settings of every server, then restart it:', ...plan.settings]
  const others = plan.from.map(({ place }) => place).join(', ')
  return plan.stays_total > 0 ? [`Keep ${others} in the settings: it still has ${howMany(plan.stays_total, 'key')} in use.`] : []
}

/** Reports the keys that a migration could not move. */
export function failedMigration({ migration }: KeyMigration): Problem {
  const errors = migration?.errors ?? []
  return new Problem('check.failed', ['Not everything was moved:', ...errors.map(error => `  ${error}`)].join('\n'), {
    hint: 'The other keys were moved. Fix what is listed above, then run this again: it tries the rest.',
  })
}

/** Watches a migration to its end, and shows the progress. The server also continues without this command. */
export async function untilMigrated(
  context: Context,
  client: Client,
  begun: KeyMigration,
  to: 'software' | 'pkcs11',
  note: (text: string) => void,
): Promise<KeyMigration> {
  let plan = begun
  for (let said = ''; plan.migration?.status === 'running'; plan = await client.call('keys.migration', { query: { to } })) {
    const line = progressOf(plan)
    if (line !== said) note(line)
    said = line
    await context.sleep(LOOK_EVERY_MS)
  }
  return plan
}

function progressOf({ migration, vaults, rotations, old_keys }: KeyMigration): string {
  if (vaults + rotations + old_keys === 0) return 'Moved. The server completes the migration.'
  if (vaults + rotations === 0) return `Moved. Waiting about a minute until ${howMany(old_keys, 'old key')} can be destroyed.`
  return `${migration?.moved ?? 0} of ${howMany(migration?.vaults ?? 0, 'vault key')} moved.`
}
