import { CompiledQuery } from 'kysely'
import type { Execute } from '../database.ts'
import type { Scope } from '../unit/unit.ts'
import type { Writer } from './writer.ts'

/** Anyone can ask for readiness, and a commit costs an fsync. */
const FRESH_MS = 1000

/** The space that must be free again after the disk was full, so writes are not refused and accepted alternately with every row. */
const ROOM_BYTES = 65_536

const ROOM = `INSERT INTO server_facts (key, value) VALUES ('room', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
const CLEAR = `DELETE FROM server_facts WHERE key = 'room'`
/** Rewrites the first page of the file, which tests the whole way to the disk. Nothing else uses that number. */
const TOUCH = 'PRAGMA user_version = 1'

/** `Database.check` of SQLite: one read, and one commit unless there was one a second ago. */
export function createCheck(writer: Writer, scope: Scope, read: Execute): () => Promise<void> {
  let current: Promise<void> | undefined
  let freshUntil = 0

  const write = (statement: string, ...parameters: unknown[]) =>
    writer.run(() => scope.current().execute(CompiledQuery.raw(statement, parameters)))

  async function probe(): Promise<void> {
    await read(CompiledQuery.raw('SELECT 1'))
    if (!writer.full) await write(TOUCH)
    else {
      await write(ROOM, ' '.repeat(ROOM_BYTES))
      await write(CLEAR)
      writer.full = false
    }
    freshUntil = performance.now() + FRESH_MS
  }

  return async () => {
    scope.assertOutside()
    if (performance.now() < freshUntil && !writer.full && !writer.broken) return
    current ??= probe().finally(() => {
      current = undefined
    })
    await current
  }
}
