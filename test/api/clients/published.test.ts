import { describe, expect } from 'vitest'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { decodingFaults } from '../../support/strict-decoder.ts'
import { PASSWORD } from '../../support/world.ts'
import { ACCESS_CALLS } from './calls-of-access.ts'
import { REST_CALLS } from './calls-of-the-rest.ts'
import type { Caller, Ids } from './published.ts'

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_441 }))
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
    // Each call adds the things that it created and the callers that it allows.
    .extend('scene', { scope: 'file', auto: true }, async ({ world, anvil }) => {
      const signer = await world.signingAgent(anvil, { message_signing_enabled: true, eip712_domain_allowlist: ['Example'] })
      const ids: Ids = { signer: signer.id, chain: 'test-31441', email: world.owner.email, password: PASSWORD }
      const tokens: Record<Caller, string | undefined> = {
        nobody: undefined,
        person: world.owner.token,
        agent: undefined,
        signer: signer.token,
      }
      return { ids, tokens }
    }),
)

describe.each(engines)('a session of the newest clients, on $engine', ({ it }) => {
  it.for([...ACCESS_CALLS, ...REST_CALLS])(
    'gets for $title what its types promise',
    async ({ by, method, path, body, status, promises, detail, keep }, { world, scene }) => {
      const { ids, tokens } = scene
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
      scene.ids = { ...ids, ...keep?.(reply.body) }
      scene.tokens = { ...tokens, agent: scene.ids['agent'] }
    },
  )
})
