import type { Database } from '../../db/database.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { ApiKey, ApiKeyStore } from '../../stores/api-keys.ts'

interface Stores {
  readonly agents: AgentStore
  readonly apiKeys: ApiKeyStore
}

export interface LastUseDeps {
  readonly database: Database<Stores>
  readonly clock: () => number
}

export type LastUse = ReturnType<typeof lastUse>

/** The time between two updates for one key: a finer resolution is not needed, and each update is a commit. */
const EVERY_MS = 60_000
const MAX_REMEMBERED = 10_000

/**
 * When a key was last used, to the minute. Exchanging the key for a token records that in the same transaction. If the key itself is the
 * bearer token, the request does not wait for the update and does not fail with it: the next request tries again.
 */
export function lastUse({ database, clock }: LastUseDeps) {
  const noted = new Map<string, number>()
  const renewing = new Set<string>()

  function isDue(id: string): boolean {
    const before = noted.get(id)
    return before === undefined || Math.abs(clock() - before) >= EVERY_MS
  }

  function remember(id: string): void {
    if (noted.size >= MAX_REMEMBERED) noted.clear()
    noted.set(id, clock())
  }

  function note(id: string, write: (stores: Stores, now: number) => Promise<void>): void {
    if (!isDue(id)) return
    remember(id)
    database.run(stores => write(stores, clock())).catch(() => noted.delete(id))
  }

  return {
    /** Whether the row of this key or agent is out of date; call `remember` when the update is committed. */
    isDue,
    remember,
    apiKey: ({ id, org_id }: Pick<ApiKey, 'id' | 'org_id'>, ip: string) =>
      note(id, ({ apiKeys }, now) => apiKeys.touch(org_id, id, now, ip)),
    /** A key that was hashed with an older pepper is stored under the current one; the request does not wait for it. */
    renewed(hash: string, now: string) {
      if (hash === now || renewing.has(now)) return
      renewing.add(now)
      database
        .run(async ({ agents, apiKeys }) => void ((await apiKeys.rehash(hash, now)) || (await agents.rehash(hash, now))))
        .catch(() => {})
        .finally(() => renewing.delete(now))
    },
    /** By the hash of the presented key. */
    agent: ({ id, orgId }: { readonly id: string; readonly orgId: string }, hash: string, ip: string) =>
      note(hash, ({ agents }, now) => agents.touchKey(orgId, id, hash, now, ip)),
  }
}
