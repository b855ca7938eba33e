import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { SecretStore, VersionRow } from '../../stores/secrets.ts'

const MAX_CACHED = 5000
/** Larger values are read each time: the cache is for many small ones. */
const MAX_CACHED_BYTES = 8 * 1024

/** What is known of a path: the row, if it is small enough to keep, and what a change of it is called. */
interface Known {
  readonly row?: VersionRow
  readonly topic: string
}

/**
 * The newest version of a path, sealed as it is stored. Where this process is the only writer (SQLite) small rows are kept until a
 * change drops them; with several writers every read asks the database, so that a value written elsewhere is seen at once.
 */
export function newestVersions(database: Database<{ secrets: SecretStore }>) {
  const read = (vaultId: string, path: string) => database.read(({ secrets }) => secrets.latest(vaultId, path))
  if (database.trustMs !== Number.POSITIVE_INFINITY) return read

  const cache = liveCache<string, Known>({
    database,
    max: MAX_CACHED,
    topic: (_, known) => known.topic,
    load: async key => {
      const row = await read(key.slice(0, 36), key.slice(37))
      if (!row) return { topic: `secret-path:${key}` }
      const topic = `secret:${row.id}`
      return row.ciphertext.length <= MAX_CACHED_BYTES ? { row, topic } : { topic }
    },
  })

  return async (vaultId: string, path: string): Promise<VersionRow | undefined> => {
    const { row } = await cache.get(`${vaultId}/${path}`)
    return row ?? read(vaultId, path)
  }
}
