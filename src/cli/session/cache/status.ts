import type { Context } from '../../context/context.ts'
import { type TargetFlags, targetOf } from '../../context/target.ts'
import { credentialOf } from '../../credentials/lookup.ts'
import type { Contents } from './contents.ts'
import { partsOf } from './contents.ts'
import { cacheOfRun } from './open.ts'

/** A value that is cached, without the value. */
export interface CachedValue {
  /** Name of the vault if the cache knows it, otherwise its id. */
  readonly vault: string
  readonly path: string
  readonly version: number
  /** RFC 3339. */
  readonly read_at: string
}

/** The cache of a run's identity, and its place, for people. Without any request. */
export async function cacheRows(
  context: Context,
  flags: TargetFlags,
): Promise<{ readonly rows: readonly CachedValue[]; readonly note: string }> {
  const target = targetOf(context, flags)
  const setting = `The cache of the profile ${target.profileName} is ${target.profile.cache ?? 'off'}`
  const credential = await credentialOf(context, target)
  if (!credential) return { rows: [], note: `${setting}, and nobody is signed in.` }
  const cache = cacheOfRun(context, target, credential)
  if (typeof cache === 'string') return { rows: [], note: `${setting}; there is none: ${cache}.` }
  const contents = await cache.read()
  const kind = target.profile.credential_store
  const place = kind === 'keychain' || kind === 'file' ? (await context.credentials(kind)).place : ''
  return { rows: contents ? rowsOf(contents) : [], note: `${setting}. Its file: ${cache.file}. Its key: ${place}.` }
}

function rowsOf({ vaults, of }: Contents): CachedValue[] {
  const nameOf = (id: string) => vaults?.answer.vaults.find(vault => vault.id === id)?.name ?? id
  return Object.entries(of).flatMap(([id, { values }]) =>
    Object.entries(values).flatMap(([slot, { at, secret }]) =>
      secret
        ? [{ vault: nameOf(id), path: partsOf(slot).path, version: secret.version, read_at: new Date(at).toISOString() }]
        : [],
    ),
  )
}
