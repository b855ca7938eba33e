import type { Client } from '../../../src/client/client.ts'
import type { Contract } from '../../../src/contract/all.ts'
import { Problem } from '../../../src/problem.ts'

/** The health of the server as everyone can see it. For owners and admins it is the worse of that and the server's status. */
export interface Health {
  readonly tone: 'good' | 'warn' | 'bad'
  /** Whether it serves requests. */
  readonly serves: boolean
  /** Says the same as the tone. */
  readonly word: string
  readonly version?: string
  readonly parts: readonly { readonly name: string; readonly ok: boolean }[]
}

type Overall = Contract['server.status']['reply']['status']

/** The status of the server as a whole: its colour and its words, at the foot of every page and on the page Server. */
export const OVERALL = {
  ok: { tone: 'good', word: 'Everything is working' },
  warning: { tone: 'warn', word: 'Something needs attention' },
  failing: { tone: 'bad', word: 'Something is failing' },
} as const satisfies Record<Overall, Pick<Health, 'tone' | 'word'>>

const RANK = { good: 0, warn: 1, bad: 2 } as const

/**
 * The health together with what only owners and admins can see: mail, disk, backups and audit log. The worse one counts. If both are equally
 * bad, the words are those of the public health, which names the cause.
 */
export function healthWith(health: Health, overall: Overall | undefined): Health {
  if (overall === undefined || RANK[OVERALL[overall].tone] <= RANK[health.tone]) return health
  return { ...health, ...OVERALL[overall] }
}

/** A server that has not answered by then is too slow, or the way to it is. */
const LIMIT_MS = 4_000

/**
 * Asks the server for its health. A server that does not answer is unhealthy; nothing is thrown.
 * @param last the previous health: while all is well, the key provider is not asked again for every open page
 */
export async function healthOf(client: Client, last?: Health): Promise<Health> {
  try {
    const { status, version } = await client.call('health.get', {}, { timeoutMs: LIMIT_MS })
    if (status === 'healthy' && last?.tone === 'good' && last.version === version) return last
    const keys = await client.call('health.hsm', {}, { timeoutMs: LIMIT_MS })
    return judged(status === 'healthy', version, keys)
  } catch (thrown) {
    const isSlow = thrown instanceof Problem && thrown.code === 'timeout'
    return {
      tone: 'bad',
      serves: false,
      word: isSlow ? 'Slow to answer' : 'Not answering',
      parts: [{ name: 'Service', ok: false }],
    }
  }
}

function judged(ok: boolean, version: string, keys: Contract['health.hsm']['reply']): Health {
  const parts = [
    { name: 'Service', ok },
    { name: `Keys (${keys.provider})`, ok: keys.status === 'ok' },
  ]
  // Without its keys the service is unavailable too, so the cause is reported.
  if (keys.status === 'unavailable') return { tone: 'warn', serves: true, word: 'Key provider away', version, parts }
  if (!ok) return { tone: 'bad', serves: false, word: 'Not working', version, parts }
  if (keys.status !== 'ok') return { tone: 'warn', serves: true, word: 'Key provider with faults', version, parts }
  return { tone: 'good', serves: true, word: 'Running', version, parts }
}
