import type { listJobs } from '../../../src/contract/keys/jobs.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import { idsOf, type KeyStores, tagOf } from '../../keys/keystores.ts'
import type { Grant } from '../../policy/grant.ts'
import type { FactsStore } from '../../stores/facts.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { KeyPlaceStore } from '../../stores/keys/key-places.ts'
import { type Migration, readMigration } from './migration/state.ts'

/** The state of a repeated job of this process. Times are epoch milliseconds. */
export interface RepeatedJob {
  readonly name: string
  readonly description: string
  readonly everyMs: number
  readonly isRunning: boolean
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
  readonly outcome: 'ok' | 'failed' | undefined
  readonly error: string | undefined
  readonly nextAt: number
}

export interface TasksDeps {
  readonly database: Database<{ keyJobs: KeyJobStore; facts: FactsStore; keyPlaces: KeyPlaceStore }>
  readonly keyring: Pick<KeyStores, 'first'>
  readonly jobs: () => readonly RepeatedJob[]
  readonly clock: () => number
}

export type Tasks = ReturnType<typeof tasks>
type Reply = ReplyOf<typeof listJobs>
type Task = Reply['tasks'][number]

export interface Page {
  readonly limit?: number | undefined
  readonly offset?: number | undefined
}

const PAGE = 50

/** The background jobs and their tasks. */
export function tasks({ database, keyring, jobs, clock }: TasksDeps) {
  return async (_: Grant<'platform.admin'>, { limit = PAGE, offset = 0 }: Page): Promise<Reply> => {
    const { rows, total, migration } = await database.read(async ({ keyJobs, facts, keyPlaces }) => {
      const found = (await readMigration(facts))?.migration
      const place = found && idsOf(keyring, { name: found.to, tag: tagOf(found.to) })
      const migration = place && found.status !== 'completed' ? { ...found, left: await keyPlaces.countVaults(place) } : undefined
      // It is the first of the list.
      const ahead = migration ? 1 : 0
      const rows = await keyJobs.open(limit - (offset === 0 ? ahead : 0), Math.max(0, offset - ahead))
      return { rows, total: (await keyJobs.countOpen()) + ahead, migration }
    })
    return {
      jobs: jobs().map(jobBody),
      tasks: [...(migration && offset === 0 ? [migrationBody(migration)] : []), ...rows.map(row => taskBody(row, clock()))],
      tasks_total: total,
    }
  }
}

function jobBody({ name, description, everyMs, isRunning, startedAt, endedAt, outcome, error, nextAt }: RepeatedJob) {
  return {
    name,
    description,
    every: everyMs / 1000,
    running: isRunning,
    ...(startedAt !== undefined && { last_started_at: instant(startedAt) }),
    ...(endedAt !== undefined && { last_ended_at: instant(endedAt) }),
    outcome: outcome ?? ('none-yet' as const),
    ...(error !== undefined && { error }),
    next_at: instant(nextAt),
  }
}

function migrationBody({ id, status, vaults, left, startedAt, errors = [] }: Migration & { readonly left: number }): Task {
  const message = status === 'failed' ? errors.join(' ') : 'See `1claw keys migrate --dry-run` for what is left.'
  return {
    id,
    kind: 'migration',
    status: status === 'failed' ? 'failed' : 'running',
    done: Math.max(0, vaults - left),
    total: vaults,
    started_at: instant(startedAt),
    message,
  }
}

function taskBody(row: KeyJobRow, now: number): Task {
  const isWaiting = row.status === 'running' && (row.holder === null || row.held_until <= now)
  const message = row.error ?? (isWaiting ? waitsFor(row) : undefined)
  return {
    id: row.id,
    kind: row.kind === 'cmek' ? 'customer-key' : 'vault-key',
    vault_id: row.vault_id,
    status: row.status === 'failed' ? 'failed' : isWaiting ? 'waiting' : 'running',
    done: row.processed,
    total: row.total,
    started_at: instant(row.created_at),
    ...(message !== undefined && { message }),
  }
}

function waitsFor({ kind }: KeyJobRow): string {
  return kind === 'cmek'
    ? 'It needs both customer keys again: `1claw cmek rotate`.'
    : 'A server continues it within half a minute.'
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
