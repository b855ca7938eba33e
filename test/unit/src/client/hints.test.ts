import { describe, expect, it } from 'vitest'
import { CLI_HINTS } from '../../../../src/cli/session/hints.ts'
import { PLAIN_HINTS } from '../../../../src/client/answer.ts'
import { createClient } from '../../../../src/client/client.ts'
import type { Hints } from '../../../../src/client/hints.ts'
import type { HttpReply, Transport } from '../../../../src/client/transport.ts'
import { Problem } from '../../../../src/problem.ts'
import { SDK_HINTS } from '../../../../src/sdk/hints.ts'

const reply = (status: number, headers: Record<string, string>, body: string): Transport['send'] => {
  return async () => ({ status, headers, body }) satisfies HttpReply
}
const failing = (code: string): Transport['send'] => {
  return async () => {
    throw Object.assign(new Error('failed'), { code })
  }
}
const silent: Transport['send'] = ({ signal }) => {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
}

const FAILURES: readonly [name: string, send: Transport['send'], hint: (hints: Hints) => string | undefined][] = [
  ['an unreachable server', failing('ECONNREFUSED'), hints => hints.unreachable],
  ['an unknown issuer of the certificate', failing('SELF_SIGNED_CERT_IN_CHAIN'), hints => hints.untrusted],
  ['a call that takes too long', silent, hints => hints.timeout],
  ['a reply that is not JSON', reply(200, { 'content-type': 'text/html' }, '<p>'), hints => hints.foreign],
  ['a redirect to another origin', reply(302, { location: 'https://b.test/x' }, ''), hints => hints.redirected('https://b.test')],
  ['a redirect within the origin', reply(302, { location: '/x' }, ''), hints => hints.redirected(undefined)],
  ['a plan that is used up', reply(402, {}, '{}'), hints => hints.problems['payment.required']],
  ['a limit of the plan', reply(403, {}, '{"type":"resource_limit_exceeded"}'), hints => hints.problems['resource.limit']],
]

async function hintOf(send: Transport['send'], hints: Hints | undefined): Promise<string | undefined> {
  const client = createClient({ baseUrl: 'https://a.test', transport: { send, close: async () => {} }, timeoutMs: 1, hints })
  const thrown: unknown = await client.call('auth.signup', { body: { email: 'a@b.test', password: 'p' } }).catch(error => error)
  if (!(thrown instanceof Problem)) throw new Error('It did not fail with a problem.')
  return thrown.extras.hint
}

describe.each(FAILURES)('the hint after %s', (_, send, expected) => {
  it('is the one the client was given for it', async () => {
    expect(await hintOf(send, CLI_HINTS)).toBe(expected(CLI_HINTS))
    expect(await hintOf(send, SDK_HINTS)).toBe(expected(SDK_HINTS))
  })

  it('names a flag or a command only at the command line', async () => {
    expect(await hintOf(send, CLI_HINTS)).toMatch(/--[a-z]|`1claw |ONECLAW_/)
    for (const hints of [SDK_HINTS, undefined]) expect((await hintOf(send, hints)) ?? '').not.toMatch(/--[a-z]|`1claw |ONECLAW_/)
  })
})

describe('a client without hints of its own', () => {
  it('gives plain ones, and the hint of the server', async () => {
    expect(await hintOf(failing('ECONNREFUSED'), undefined)).toBe(PLAIN_HINTS.unreachable)
    expect(await hintOf(reply(402, {}, '{"hint":"Ask the owner."}'), undefined)).toBe('Ask the owner.')
  })
})
