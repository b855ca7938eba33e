import { setTimeout as pause } from 'node:timers/promises'
import type { Config } from '../../../../server/config/config.ts'
import { type Row, rowsOf } from '../../rows.ts'
import type { Facts } from '../facts.ts'
import type { Parts } from '../parts.ts'

/** The input of a job: the same in the killed process and the one after it. */
export interface Bench {
  readonly parts: Parts
  readonly facts: Facts
  readonly elsewhere: Config
}

export interface Job {
  readonly settings?: (dataDir: string) => Partial<Config>
  /** Starts the job and works until it is complete. */
  start(bench: Bench): Promise<void>
  /** The recovery after the process has died, by the server itself or by a person; works until the job is complete. */
  finish(bench: Bench): Promise<void>
  /** Throws unless the job is complete. */
  ensureDone(bench: Bench): Promise<void>
  /** Whether the job can have deleted this version. */
  readonly mayBeGone?: (facts: Facts, place: Place) => boolean
}

/** The original place of a version. */
export interface Place {
  readonly vault: string
  readonly path: string
  readonly version: number
}

export const MINUTE = 60_000
export const DAY = 24 * 60 * MINUTE

export const actorOf = ({ orgId, userId }: Facts) =>
  ({ type: 'user', id: userId, orgId, role: 'owner', email: '', scopes: [], vaultIds: [] }) as const

export const grantOf = (facts: Facts, resource: object) =>
  ({ orgId: facts.orgId, resource, ip: '', actor: actorOf(facts) }) as never

export async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await isSo()); tries++) {
    if (tries > 4000) throw new Error('It does not end.')
    await pause(5)
  }
}

export function rowsIn({ parts: { config } }: Pick<Bench, 'parts'>, statement: string): Promise<Row[]> {
  return rowsOf({ config, dataDir: config.dataDir }, statement)
}

export async function ensureNone(bench: Bench, table: string, where = '1 = 1'): Promise<void> {
  const rows = await rowsIn(bench, `SELECT * FROM ${table} WHERE ${where}`)
  if (rows.length > 0) throw new Error(`${rows.length} rows in ${table} are left.`)
}

/** Destroys the deleted vaults and secrets whose time to restore them is over. */
export async function destroyDue({ parts }: Bench): Promise<void> {
  parts.advance(2 * MINUTE)
  await parts.services.destroyDueKeks()
  await parts.services.providerKeys.destroyOrphaned()
}
