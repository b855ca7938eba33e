import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Anvil, startAnvil } from '../../support/anvil.ts'
import { ENGINES } from '../../support/databases.ts'
import { type IntentWorld, makeIntentWorld } from '../../support/intents.ts'
import { decodingFaults } from '../../support/strict-decoder.ts'
import { PASSWORD } from '../../support/world.ts'
import { ACCESS_CALLS } from './calls-of-access.ts'
import { REST_CALLS } from './calls-of-the-rest.ts'
import type { Caller, Ids } from './published.ts'

describe.each(ENGINES)('a session of the newest clients, on %s', engine => {
  let anvil: Anvil
  let world: IntentWorld
  let ids: Ids
  let tokens: Record<Caller, string | undefined>
  beforeAll(async () => {
    anvil = await startAnvil({ chainId: 31_441 })
    world = await makeIntentWorld(engine, [anvil])
    const signer = await world.signingAgent(anvil, { message_signing_enabled: true, eip712_domain_allowlist: ['Example'] })
    ids = { signer: signer.id, chain: 'test-31441', email: world.owner.email, password: PASSWORD }
    tokens = { nobody: undefined, person: world.owner.token, agent: undefined, signer: signer.token }
  })
  afterAll(async () => {
    await world?.close()
    await anvil?.stop()
  })

  it.each([...ACCESS_CALLS, ...REST_CALLS])(
    'gets for $title what its types promise',
    async ({ by, method, path, body, status, promises, detail, keep }) => {
      const reply = await world.call(method, path(ids), {
        token: tokens[by],
        headers: { 'content-type': 'application/json' },
        ...(body && { body: body(ids) }),
      })
      expect({ status: reply.status, detail: reply.body.detail }).toMatchObject({
        status,
        ...(detail !== undefined && { detail }),
      })
      if (promises === undefined) expect(reply.body).toBe('')
      else expect(decodingFaults(reply.body, promises, [])).toEqual([])
      ids = { ...ids, ...keep?.(reply.body) }
      tokens = { ...tokens, agent: ids['agent'] }
    },
  )
})
