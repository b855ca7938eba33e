import { describe, expect, it } from 'vitest'
import type { Outbound } from '../../../../../server/http/outbound.ts'
import { facilitator } from '../../../../../server/modules/billing/x402/facilitator.ts'

const REQUEST = { url: 'https://facilitator.example', x402Version: 1, paymentPayload: {}, paymentRequirements: {} }

/** There is no reply within the time limit. */
function silent(waited: number[]): Outbound {
  const post: Outbound['post'] = async ({ timeoutMs }) => {
    waited.push(timeoutMs)
    throw new Error('no answer in time')
  }
  return { post, get: post as Outbound['get'], fetch: globalThis.fetch, close: async () => {} }
}

describe('a facilitator that is slow', () => {
  it('does not verify', async () => {
    const waited: number[] = []
    expect(await facilitator(silent(waited)).verify(REQUEST, '0x1')).toEqual({
      ok: false,
      reason: 'the facilitator cannot be reached',
    })
    expect(waited).toEqual([10_000])
  })

  it('may or may not have settled, which is reported as unknown', async () => {
    const waited: number[] = []
    expect(await facilitator(silent(waited)).settle(REQUEST, '0x1')).toEqual({ state: 'unknown' })
    expect(waited).toEqual([45_000])
  })
})
