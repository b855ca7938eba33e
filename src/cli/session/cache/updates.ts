import type { Problem } from '../../../problem.ts'
import { type Contents, keptOf, type Secret, slotOf, withoutPaths, withoutVaults, withVault } from './contents.ts'

/** The relevant input of an operation. */
export interface Asked {
  readonly params?: { readonly vault_id?: string; readonly path?: string; readonly version?: number }
  readonly query?: { readonly prefix?: string; readonly limit?: unknown; readonly cursor?: unknown }
  readonly body?: { readonly paths?: readonly string[]; readonly prefix?: string }
}

/** Operations whose replies can be cached. */
export const CACHED = ['vaults.list', 'secrets.list', 'secrets.get', 'secrets.version', 'secrets.read-many'] as const
export type CachedId = (typeof CACHED)[number]

interface Listed {
  readonly path: string
  readonly version: number
  readonly is_disabled?: boolean | undefined
}

/** The contents after a reply: with its data, and without everything that it shows to be deleted, disabled or replaced. */
export function learned(contents: Contents, id: CachedId, asked: Asked, answer: unknown, at: number): Contents {
  const { vault_id: vault = '', path = '', version } = asked.params ?? {}
  if (id === 'vaults.list') {
    const vaults = answer as NonNullable<Contents['vaults']>['answer']
    return withoutVaults({ ...contents, vaults: { at, answer: vaults } }, known => !vaults.vaults.some(one => one.id === known))
  }
  if (id === 'secrets.list') return listed(contents, vault, asked, answer as { readonly secrets: Listed[] }, at)
  if (id === 'secrets.read-many') return readMany(contents, vault, asked, (answer as { secrets: Secret[] }).secrets, at)
  return withVault(contents, vault, known => ({
    ...known,
    values: { ...known.values, [slotOf(path, version)]: keptOf(answer as Secret, at) },
  }))
}

function listed(
  contents: Contents,
  vault: string,
  { query }: Asked,
  answer: { readonly secrets: Listed[] },
  at: number,
): Contents {
  // A page is not the whole list.
  if (query?.limit !== undefined || query?.cursor !== undefined) return contents
  const prefix = query?.prefix ?? ''
  const there = new Map(answer.secrets.map(secret => [secret.path, secret]))
  return withVault(contents, vault, known => {
    const lists = { ...known.lists, [prefix]: { at, answer: answer as never } }
    return withoutPaths({ ...known, lists }, (path, { secret }, isNewest) => {
      if (!path.startsWith(prefix)) return false
      const now = there.get(path)
      if (!now || !isNewest) return !now
      // A replaced value is removed: it could have been replaced because it was exposed.
      return now.is_disabled === true || (secret !== undefined && secret.version !== now.version)
    })
  })
}

function readMany(contents: Contents, vault: string, { body }: Asked, secrets: readonly Secret[], at: number): Contents {
  const answered = new Set(secrets.map(({ path }) => path))
  return withVault(contents, vault, known => {
    const { prefix = body?.paths ? undefined : '' } = body ?? {}
    const swept = prefix === undefined ? {} : { [prefix]: { at, paths: [...answered] } }
    const { values, ...rest } = withoutPaths(
      known,
      path => prefix !== undefined && path.startsWith(prefix) && !answered.has(path),
    )
    const read = Object.fromEntries(secrets.map(secret => [slotOf(secret.path), keptOf(secret, at)]))
    return { ...rest, sweeps: { ...rest.sweeps, ...swept }, values: { ...values, ...read } }
  })
}

/**
 * The contents after a refusal; undefined if all of it must be removed. A value that a person or agent can no longer see must not stay on
 * their machine, and a server does not say whether a credential has expired or was revoked.
 */
export function refused(contents: Contents, asked: Asked, { code }: Pick<Problem, 'code'>): Contents | undefined {
  const { vault_id: vault, path } = asked.params ?? {}
  if (code === 'auth.required' || code === 'auth.failed' || vault === undefined) return undefined
  return withoutAsked(contents, vault, path === undefined ? asked.body?.paths : [path])
}

/** The contents without the values of some paths of a vault; without paths, of the whole vault. */
export function withoutAsked(contents: Contents, vault: string, paths: readonly string[] | undefined): Contents {
  if (paths === undefined) return withoutVaults(contents, id => id === vault)
  return withVault(contents, vault, known => withoutPaths(known, path => paths.includes(path)))
}
