/** Recorded requests: writes by more and more writers, exchanges, signatures, and repeated refusals. */
import { type Load, load } from '../load.ts'
import { ask } from './asking.ts'
import { type Figure, type Figures, GOALS } from './figure.ts'
import type { Beside, Installation } from './installation.ts'

const REFUSALS = 1000
const SECONDS = 2

export async function writers(installation: Installation, { account, signers, yard }: Beside): Promise<Figures> {
  const { server, grown, token } = installation
  const path = (n: number) => `/v1/vaults/${grown.vaultId}/secrets/bench/w${n % 1000}`
  const write = { method: 'PUT', token, body: { value: 'x'.repeat(40) }, path } as const
  const writing = (connections: number) => load(server, SECONDS, write, connections)
  const one = await writing(1)
  const eight = await writing(8)
  const many = await writing(32)
  const most = await writing(64)
  const exchange = { method: 'POST', path: () => '/v1/auth/agent-token', body: { api_key: account.agentKey } } as const
  const bare = await load(yard, 1, { path: () => '/' })
  await load(server, 1, signers.requests)
  return {
    'writes, 1 writer': rated(one),
    'writes, 8 writers': rated(eight),
    'writes, 32 writers': rated(many, GOALS.writes),
    'writes, 64 writers': rated(most, eight.rate * GOALS.moreWriters),
    'exchanges of keys, 32 at once': rated(await load(server, SECONDS, exchange), bare.rate * GOALS.exchanges),
    'signatures, 32 at once': rated(await load(server, SECONDS, signers.requests), GOALS.signatures),
  }
}

function rated({ rate, p50, p99, cpuMicros, failures }: Load, least = 0): Figure {
  const text = `${rate.toFixed(0)}/s p50 ${p50} ms p99 ${p99} ms ${cpuMicros.toFixed(0)} µs`
  return failures > 0
    ? { text: `${text}, ${failures} FAILED`, value: failures, most: 0 }
    : { text, value: rate, least: Math.max(least, 1) }
}

/** An agent requests the same secret again and again, without a policy for it. */
export async function refuse({ server, grown, agentToken }: Installation): Promise<void> {
  const path = `/v1/vaults/${grown.vaultId}/secrets/no/policy`
  for (let n = 0; n < REFUSALS; n += 8) {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask(server, agentToken, path)))
    if (answers.some(({ status }) => status !== 403)) throw new Error('An agent was not refused.')
  }
}

/** The events that these left. A server that stops records what it has only counted so far. */
export async function refusals({ server, grown, token }: Omit<Installation, 'agentToken'>): Promise<Figures> {
  const { body } = await ask(server, token, `/v1/audit/events?limit=1000&outcome=denied&actor_id=${grown.agentId}`)
  const { events } = JSON.parse(body) as { events: { details: { repeats?: number } }[] }
  const counted = events.reduce((sum, { details }) => sum + (details.repeats ?? 1), 0)
  if (counted !== REFUSALS) throw new Error(`${counted} of ${REFUSALS} refusals are in the log.`)
  return {
    [`events of ${REFUSALS} equal refusals`]: { text: String(events.length), value: events.length, most: GOALS.refusalEvents },
  }
}
