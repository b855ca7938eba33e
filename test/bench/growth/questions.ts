/** Lists, policies and questions to the audit log: one at a time, then many at once next to the requests of others. */
import { setTimeout as pause } from 'node:timers/promises'
import { SECRET } from '../account.ts'
import { load, type Requests } from '../load.ts'
import { residentMb } from '../servers.ts'
import { ask, beside, LIVEZ, median } from './asking.ts'
import { type Figure, type Figures, GOALS, within } from './figure.ts'
import type { Installation } from './installation.ts'

export const READ = 'read, 8 connections'
export const POLICIES = 1000
const EVENTS = '/v1/audit/events?limit=100'
/** A text that no event has. */
const RARE = `${EVENTS}&q=nowhere-to-be-found`

/** Each alone. */
export async function questions({ server, grown, token, agentToken }: Installation): Promise<Figures> {
  const secrets = secretsOf(grown.vaultId)
  const timed = async (path: string, most: number = GOALS.filter, by = token) => within(await median(server, by, path), most)
  return {
    'list, first page of 100': await timed(`${secrets}?limit=100`, GOALS.page),
    'list, by prefix': await timed(`${secrets}?limit=100&prefix=grown/500/`, GOALS.page),
    [`list of an agent with ${POLICIES} policies`]: await timed(`${secrets}?limit=100`, GOALS.page, agentToken),
    'events, newest': await timed(EVENTS),
    'events, own': await timed(EVENTS, GOALS.filter, agentToken),
    'events of an actor': await timed(`${EVENTS}&actor_id=${grown.agentId}`),
    'events, rare action': await timed(`${EVENTS}&action=vault.create`),
    'events of a kind': await timed(`${EVENTS}&kinds=sign-ins`),
    'events, denied': await timed(`${EVENTS}&outcome=denied`),
    'events of agents': await timed(`${EVENTS}&actor_type=agent`),
    'events of a vault': await timed(`${EVENTS}&vault_id=${grown.vaultId}`),
    'events of a path': await timed(`${EVENTS}&resource_id=grown/777`),
    'events of a pattern of paths': await timed(`${EVENTS}&q=grown/777/**`),
    'events of a pattern that begins with a star': await timed(`${EVENTS}&q=**/777`),
    'events of a pattern that matches most': await timed(`${EVENTS}&q=grown/*`),
    'events of a pattern that matches none': await timed(`${EVENTS}&q=**/none`),
    'events of a time': await timed(`${EVENTS}&from=1970-01-01T00:00:00Z&to=1970-01-01T00:10:00Z`),
    'events, frequent text': await timed(`${EVENTS}&q=secret`),
    'events, text that none has': await timed(RARE),
    'events, nearly a known text': await timed(`${EVENTS}&q=grown/777/nowhere`),
    'summary of 14 days': await timed('/v1/audit/summary'),
    'deleted secrets': await timed(`/v1/vaults/${grown.vaultId}/deleted-secrets`, GOALS.page),
    'meters of the plan': await timed('/v1/billing/subscription'),
  }
}

/** Many at once. */
export async function crowds({ server, grown, token, agentToken }: Installation): Promise<Figures> {
  const secrets = secretsOf(grown.vaultId)
  const read = { token, path: () => `${secrets}/${SECRET}` }
  const crowd = (path: string, connections = 8, by = token) => beside(server, read, { token: by, path: () => path }, connections)
  const livez = await load(server, 1, LIVEZ, 1)
  const alone = await load(server, 3, read, 8)
  return {
    // The current time of the machine for an empty request.
    '/livez, nothing else': { text: `p50 ${livez.p50} ms p99 ${livez.p99} ms` },
    [READ]: { text: `${alone.rate.toFixed(0)}/s p50 ${alone.p50} ms ${alone.cpuMicros.toFixed(0)} µs`, value: alone.p50 },
    'beside own events, 8 at once': await crowd(EVENTS, 8, agentToken),
    'beside a text that no event has, 8 at once': await crowd(RARE),
    'beside whole pages of lists, 16 at once': await crowd(`${secrets}?limit=1000`, 16),
    'memory after these lists': memory(server.pid),
    [`beside lists with ${POLICIES} policies, 8 at once`]: await crowd(`${secrets}?limit=1000`, 8, agentToken),
    '25 watchers, nothing changed': await watchers({ server, grown, token, agentToken }),
  }
}

function memory(pid: number): Figure {
  const value = residentMb(pid)
  return { text: `${value.toFixed(0)} MiB`, value, most: GOALS.memory }
}

/** Agents that ask whether a folder has changed: answered without the list, and nothing is recorded. */
async function watchers({ server, grown, token, agentToken }: Installation): Promise<Figure> {
  const path = `${secretsOf(grown.vaultId)}?limit=100&prefix=grown/500/`
  const { etag } = await ask(server, agentToken, path)
  if (etag === null) throw new Error('A list has no ETag.')
  const before = await settledEvent({ server, token })
  const watched: Requests = { token: agentToken, path: () => path, known: etag }
  const { rate, unchanged, failures, cpuMicros, p99 } = await load(server, 2, watched, 25)
  const recorded = (await newestEvent({ server, token })) - before
  if (unchanged === 0 || failures > 0) throw new Error(`Watchers got ${unchanged} answers of 304 and ${failures} failures.`)
  if (recorded > 0) throw new Error(`Watchers left ${recorded} events although nothing had changed.`)
  const share = (25 / 5) * (cpuMicros / 1e6)
  const text = `${rate.toFixed(0)}/s p99 ${p99} ms ${cpuMicros.toFixed(0)} µs, no event, ${(share * 100).toFixed(2)} % of a core`
  return { text, value: share, most: GOALS.watchers }
}

/** The newest event once no more are added: earlier requests could still be running. */
async function settledEvent(installation: Pick<Installation, 'server' | 'token'>): Promise<number> {
  for (let last = -1; ; ) {
    const newest = await newestEvent(installation)
    if (newest === last) return newest
    last = newest
    await pause(1000)
  }
}

async function newestEvent({ server, token }: Pick<Installation, 'server' | 'token'>): Promise<number> {
  const { body } = await ask(server, token, '/v1/audit/events?limit=1')
  return (JSON.parse(body) as { events: { seq: number }[] }).events[0]?.seq ?? 0
}

function secretsOf(vaultId: string): string {
  return `/v1/vaults/${vaultId}/secrets`
}
