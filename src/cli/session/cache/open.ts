import type { Client } from '../../../client/client.ts'
import type { Context } from '../../context/context.ts'
import type { Credential } from '../../context/credential.ts'
import type { Target } from '../../context/target.ts'
import type { CacheFlags } from '../../flags/value-flags.ts'
import { caching } from './caching.ts'
import { cacheOwner } from './owner.ts'
import { cachePlan } from './plan.ts'
import { type Cache, sealedCache } from './sealed-file.ts'

/**
 * Wraps the client of a run in its cache; undefined if none is requested.
 * @throws Problem `usage`
 */
export function cached(
  context: Context,
  target: Target,
  flags: CacheFlags,
  credential: Credential,
  tell: (text: string) => void,
): ((client: Client) => Client) | undefined {
  const plan = cachePlan(flags, target.profile)
  if (!plan) return undefined
  const cache = cacheOfRun(context, target, credential)
  return client => caching(client, { cache, plan, now: () => context.now(), tell })
}

/** The cache for this run's identity, or the reason why there is none: its key must be stored somewhere. */
export function cacheOfRun(context: Context, target: Target, credential: Credential): Cache | string {
  const { credential_store: kind } = target.profile
  const { dir } = context.settings
  if (dir === undefined) return 'there is no folder for settings'
  if (!kind || kind === 'none')
    return `no login of the profile ${target.profileName} is stored on this machine, so the key of a cache cannot be stored either`
  return sealedCache(context, dir, kind, cacheOwner(target, credential))
}
