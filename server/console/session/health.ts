import type { Client } from '../../../src/client/client.ts'
import type { Contract } from '../../../src/contract/all.ts'
import { Problem } from '../../../src/problem.ts'

/** The health of the server that is visible without a sign-in. */
export interface Health {
  readonly tone: 'good' | 'warn' | 'bad'
  /** Says the same as the tone. */
  readonly word: string
  readonly version?: string
  readonly parts: readonly { readonly name: string; readonly ok: boolean }[]
}

/** A server that has not answered by then is too slow, or the way to it is. */
const LIMIT_MS = 4_000

/**
 * Asks the server how it is. One that does not answer is not well; nothing is thrown.
 * @param last what it was before: as long as all is well, the key provider is not asked again for every open page
 */
export async function healthOf(client: Client, last?: Health): Promise<Health> {
  try {
    const { status, version } = await client.call('health.get', {}, { timeoutMs: LIMIT_MS })
    if (status === 'healthy' && last?.tone === 'good' && last.version === version) return last
    const keys = await client.call('health.hsm', {}, { timeoutMs: LIMIT_MS })
    return judged(status === 'healthy', version, keys)
  } catch (thrown) {
    const isSlow = thrown instanceof Problem && thrown.code === 'timeout'
    return { tone: 'bad', word: isSlow ? 'Slow to answer' : 'Not answering', parts: [{ name: 'Service', ok: false }] }
  }
}

function judged(ok: boolean, version: string, keys: Contract['health.hsm']['reply']): Health {
  const parts = [
    { name: 'Service', ok },
    { name: `Keys (${keys.provider})`, ok: keys.status === 'ok' },
  ]
  // Without its keys the service is unavailable too, so the cause is reported.
  if (keys.status === 'unavailable') return { tone: 'warn', word: 'Key provider away', version, parts }
  if (!ok) return { tone: 'bad', word: 'Not working', version, parts }
  if (keys.status !== 'ok') return { tone: 'warn', word: 'Key provider with faults', version, parts }
  return { tone: 'good', word: 'Running', version, parts }
}
