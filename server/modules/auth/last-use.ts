import type { Database } from '../../db/database.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { ApiKeyStore } from '../../stores/api-keys.ts'

interface Stores {
  readonly agents: AgentStore
  readonly apiKeys: ApiKeyStore
}

export interface LastUseDeps {
  readonly database: Database<Stores>
  readonly clock: () => number
}

export type LastUse = ReturnType<typeof lastUse>

/** Between two notes of one key: nobody has to know it more exactly, and each is a commit. */
const EVERY_MS = 60_000
const MAX_REMEMBERED = 10_000

/**
 * Notes that a key was presented itself, as a bearer token; exchanging it for a token is noted there. The request does not wait for it,
 * and is not refused when it fails: the next one tries again.
 */
export function lastUse({ database, clock }: LastUseDeps) {
  const noted = new Map<string, number>()

  function note(id: string, write: (stores: Stores, now: number) => Promise<void>): void {
    const now = clock()
    const before = noted.get(id)
    if (before !== undefined && Math.abs(now - before) < EVERY_MS) return
    if (noted.size >= MAX_REMEMBERED) noted.clear()
    noted.set(id, now)
    database.run(stores => write(stores, now)).catch(() => noted.delete(id))
  }

  return {
    apiKey: (id: string) => note(id, ({ apiKeys }, now) => apiKeys.touch(id, now)),
    agent: (id: string) => note(id, ({ agents }, now) => agents.touch(id, now)),
  }
}
