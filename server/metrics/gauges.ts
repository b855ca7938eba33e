import { Counter, Gauge, type Registry } from 'prom-client'
import type { DatabaseFigures } from '../db/database.ts'
import type { KeyringStatus } from '../keys/keyring.ts'

/** The values that are determined at each request of the metrics, and not counted continuously. */
export interface Figures {
  readonly database: () => DatabaseFigures
  readonly keys: () => Promise<KeyringStatus>
  /** The number of events that wait for their commit, of commits, of committed events, and of lost events. */
  readonly readLog: () => {
    readonly waiting: number
    readonly commits: number
    readonly events: number
    readonly dropped: number
  }
  /** `unsigned`: events that no signed head covers yet. `refused`: chains that are not signed any more. */
  readonly audit: () => Promise<{ readonly unsigned: number; readonly refused: number }>
  /** Sign-ins and passphrases that wait for a thread. */
  readonly hashing: () => number
  /** `oldestMs` is the age of the mail that has waited longest. */
  readonly mail: () => Promise<{ readonly waiting: number; readonly oldestMs: number }>
}

const PROVIDER_STATES = ['ok', 'degraded', 'unavailable'] as const

/** Adds the values of `figures` to the registry. A value that cannot be determined is left out; the others are shown. */
export function gauges(registry: Registry, figures: Figures): void {
  const registers = [registry]
  const gauge = (name: string, help: string, value: () => number | Promise<number>) =>
    new Gauge({
      name: `oneclaw_${name}`,
      help,
      registers,
      async collect() {
        this.set(await orNothing(value))
      },
    })
  const counter = (name: string, help: string, value: () => number) =>
    new Counter({
      name: `oneclaw_${name}`,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(value())
      },
    })
  const { database, readLog, hashing } = figures

  gauge('database_waiting', 'Units of work that wait for a connection or their turn.', () => database().waiting)
  counter('database_commits_total', 'Transactions committed.', () => database().commits)
  counter('database_units_total', 'Units of work in the committed transactions: several share one on SQLite.', () => {
    return database().units
  })
  if (database().pool) {
    gauge('database_connections', 'Open connections to PostgreSQL.', () => database().pool?.open ?? 0)
    gauge('database_connections_idle', 'Open connections that are idle.', () => database().pool?.idle ?? 0)
  }
  gauge('audit_waiting', 'Audit events that wait for their commit.', () => readLog().waiting)
  counter('audit_commits_total', 'Commits of audit events for replies.', () => readLog().commits)
  counter('audit_events_total', 'Audit events in these commits.', () => readLog().events)
  counter('audit_dropped_total', 'Events of refused attempts that were lost in a flood.', () => readLog().dropped)
  gauge('audit_unsigned', 'Audit events that no signed head covers yet.', async () => (await figures.audit()).unsigned)
  gauge('audit_refused_chains', 'Audit chains that were changed from outside and are no longer signed.', async () => {
    return (await figures.audit()).refused
  })
  gauge('password_hashing_waiting', 'Passwords and passphrases that wait for a thread.', hashing)
  gauge('mail_waiting', 'Mail that is waiting.', async () => (await figures.mail()).waiting)
  gauge('mail_oldest_seconds', 'Age of the mail that has waited longest.', async () => (await figures.mail()).oldestMs / 1000)
  new Gauge({
    name: 'oneclaw_key_provider_state',
    help: 'State of the key provider: 1 for the state that it is in.',
    labelNames: ['state'],
    registers,
    async collect() {
      const { status } = await figures.keys()
      for (const state of PROVIDER_STATES) this.set({ state }, state === status ? 1 : 0)
    },
  })
}

async function orNothing(value: () => number | Promise<number>): Promise<number> {
  try {
    return await value()
  } catch {
    // The database is unavailable; the other values show that.
    return Number.NaN
  }
}
