import { statfs } from 'node:fs/promises'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Actor } from '../../policy/actor.ts'
import { isOrgAdmin } from '../../policy/caller.ts'

/**
 * Operations other than GET that continue: signing in, reading, and deleting. They leave no more than an event, which the reserve is for.
 * Everything else would store something.
 */
export const GOES_ON: readonly string[] = [
  ...['auth.token', 'auth.agent-token', 'auth.api-key-token', 'auth.refresh', 'auth.google', 'auth.switch-org', 'mfa.verify'],
  ...['auth.change-password', 'auth.reset-password', 'mfa.reset', 'device.token', 'device.deny'],
  ...['console-session.begin', 'console-session.open', 'console-session.status', 'console-session.token'],
  ...['secrets.read-many', 'policies.explain', 'audit.verify', 'account.export', 'intents.simulate', 'intents.simulate-bundle'],
  ...['secrets.disable', 'shares.decline', 'agents.deny', 'agents.rotate-key', 'billing.webhook'],
]

const FRESH_MS = 1000
const MIB = 1024 ** 2

export interface DiskReserveDeps {
  readonly dataDir: string
  /** Bytes. */
  readonly diskReserve: number
  readonly isPlatform: (orgId: string) => boolean | Promise<boolean>
}

/** @throws Problem `storage.full` when the operation would store something and the disk has no room left */
export type KeepReserve = (endpoint: EndpointSpec, actor: Actor | undefined) => void | Promise<void>

/** The free space of a folder's disk, in bytes. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * Reserves the last space of the disk for the audit log, and for platform administrators, who must make room. A change may go unnoticed for
 * a second.
 */
export function diskReserve({ dataDir, diskReserve: reserve, isPlatform }: DiskReserveDeps): KeepReserve {
  let free = Number.POSITIVE_INFINITY
  let freshUntil = 0
  let asking: Promise<void> | undefined

  async function ask(): Promise<void> {
    free = await freeBytes(dataDir)
    freshUntil = performance.now() + FRESH_MS
  }

  async function refuse(actor: Actor | undefined): Promise<void> {
    if (free >= reserve) return
    if (actor && isOrgAdmin(actor) && (await isPlatform(actor.orgId))) return
    const [left, kept] = [Math.floor(free / MIB), Math.ceil(reserve / MIB)]
    throw new Problem(
      'storage.full',
      `The server’s disk has ${left} MiB free; the last ${kept} MiB are kept for the audit log and platform administrators.`,
      { retryAfter: 60, reason: 'disk reserve' },
    )
  }

  return (endpoint, actor) => {
    if (endpoint.method === 'GET' || endpoint.method === 'DELETE' || GOES_ON.includes(endpoint.id)) return undefined
    if (performance.now() < freshUntil) return free >= reserve ? undefined : refuse(actor)
    // A disk that cannot be checked will report its fault to writers.
    asking ??= ask()
      .catch(() => {})
      .finally(() => {
        asking = undefined
      })
    return asking.then(() => refuse(actor))
  }
}
