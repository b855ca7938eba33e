import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import { together } from '../../db/together.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { SecretPlace, SecretStore, Usability, VersionRow } from '../../stores/secrets.ts'

const MAX_CACHED = 5000
/** Larger values are read each time: the cache is for many small ones. */
const MAX_CACHED_BYTES = 8 * 1024

/** The cached state of a path: the row, if it is small enough, and the topic of its changes. */
interface Known {
  readonly row?: VersionRow
  readonly topic: string
}

/** The requested versions, and their total limit. */
export interface Wanted {
  readonly isWanted: (row: Usability) => boolean
  /** Called with the size of the sealed values, before uncached ones are fetched, which wait for it. */
  readonly measure: (bytes: number) => Promise<void>
}

export interface NewestVersions {
  one(vault: VaultPlace, path: string): Promise<VersionRow | undefined>
  /**
   * The rows of the paths that exist, in the order of the paths. Their size is checked before they are fetched: hundreds of the largest
   * would fill the memory.
   */
  many(vault: VaultPlace, paths: readonly string[], wanted: Wanted): Promise<VersionRow[]>
}

/**
 * The newest version of a path, sealed as stored. If this process is the only writer (SQLite), small rows are cached until a change drops
 * them. With several writers every read asks the database, so a value that was written elsewhere is visible at once, and reads that arrive
 * together ask with one statement.
 */
export function newestVersions(database: Database<{ secrets: SecretStore }>): NewestVersions {
  const read = (vault: VaultPlace, path: string) => database.read(({ secrets }) => secrets.latest(vault, path))

  async function readMany(vault: VaultPlace, paths: readonly string[], { isWanted, measure }: Wanted): Promise<VersionRow[]> {
    if (paths.length === 0) return []
    const sized = (await database.read(({ secrets }) => secrets.sizesOf(vault, paths))).filter(isWanted)
    await measure(sized.reduce((sum, { bytes }) => sum + bytes, 0))
    if (sized.length === 0) return []
    return database.read(({ secrets }) =>
      secrets.latestOf(
        vault,
        sized.map(row => row.path),
      ),
    )
  }

  if (database.trustMs !== Number.POSITIVE_INFINITY) {
    const latest = together<SecretPlace, VersionRow | undefined>(places =>
      database.read(({ secrets }) => secrets.latestAt(places)),
    )
    return { one: (vault, path) => latest({ vault, path }), many: readMany }
  }

  const cache = liveCache<string, Known>({
    database,
    max: MAX_CACHED,
    topic: (_, known) => known.topic,
    load: async key => {
      const row = await read({ orgId: key.slice(0, 36), id: key.slice(37, 73) }, key.slice(74))
      return row ? knownOf(row) : { topic: `secret-path:${key.slice(37)}` }
    },
  })

  return {
    async one(vault, path) {
      const { row } = await cache.get(keyOf(vault, path))
      return row ?? read(vault, path)
    },

    async many(vault, paths, { isWanted, measure }) {
      const rows = new Map<string, VersionRow>()
      let bytes = 0
      for (const path of paths) {
        const row = cache.peek(keyOf(vault, path))?.row
        if (!row) continue
        rows.set(path, row)
        if (isWanted(row)) bytes += row.ciphertext.length
      }
      const missing = paths.filter(path => !rows.has(path))
      await cache.fill(async () => {
        const found = await readMany(vault, missing, { isWanted, measure: more => measure(bytes + more) })
        for (const row of found) rows.set(row.path, row)
        return new Map(found.map(row => [keyOf(vault, row.path), knownOf(row)]))
      })
      return paths.flatMap(path => rows.get(path) ?? [])
    },
  }
}

function keyOf({ id, orgId }: VaultPlace, path: string): string {
  return `${orgId}/${id}/${path}`
}

function knownOf(row: VersionRow): Known {
  const topic = `secret:${row.id}`
  return row.ciphertext.length <= MAX_CACHED_BYTES ? { row, topic } : { topic }
}
