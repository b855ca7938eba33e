import { describe, expect } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

const EXPIRES = '2999-01-01T00:00:00Z'
/** Makes the token itself worthless. */
const ENDS_THE_TOKEN = ['auth.revoke']

/** The possible places of a key: which version of a secret holds it, and what its other versions are. */
const PLACES = ['newest', 'older', 'later', 'counted', 'shared', 'linked', 'rotatable'] as const

interface Hidden {
  readonly path: string
  readonly version: 1 | 2
  readonly secretId: string
  readonly shareId: string | undefined
  /** The forms in which it could be visible. */
  readonly canary: string
}

/** Requests with a body that might reveal the key. */
const bodies = ({ path }: Hidden): object[] => [
  {
    paths: [path],
    secret_path: path,
    signing_key_path: path,
    recipient_type: 'creator',
    expires_at: EXPIRES,
    value: '0',
    to: null,
    data: '0x00',
    chain: 'ethereum',
    nonce: 0,
    gas_limit: 100_000,
    gas_price: '1',
    transactions: [],
  },
  { prefix: path, type: 'generic', value: 'x' },
]

const it = testsOn('sqlite')
  .extend('scene', { scope: 'file', auto: true }, async ({ world, owner, vaultId }) => {
    const hidden: Hidden[] = []
    async function hide(type: string, place: (typeof PLACES)[number]): Promise<Hidden> {
      const path = `keys/${type}-${place}`
      const canary = `${type === 'private_key' ? 'c1' : 'c2'}${Buffer.from(place.padEnd(31, '.')).toString('hex')}`.slice(0, 64)
      const key = { type, ...(place === 'counted' && { max_access_count: 1000 }) }
      if (place === 'later') await world.put(owner, vaultId, path, 'nothing', { type: 'generic' })
      const { body } = await world.put(owner, vaultId, path, `0x${canary}`, key)
      if (place === 'older') await world.put(owner, vaultId, path, 'nothing', { type: 'generic' })
      const recipient =
        place === 'linked' ? { recipient_type: 'anyone_with_link' } : { recipient_type: 'agent', recipient_id: agent.id }
      const shareId =
        place === 'shared' || place === 'linked'
          ? (
              await ok(
                world.call('POST', `/v1/secrets/${body.id}/share`, {
                  token: owner.token,
                  body: { ...recipient, expires_at: EXPIRES },
                }),
              )
            ).body.id
          : undefined
      return { path, version: place === 'later' ? 2 : 1, secretId: body.id, shareId, canary }
    }
    const agent = await world.agent(owner, { intents_api_enabled: true })
    await world.policy(owner, vaultId, agent, '**', ['read', 'write', 'delete', 'rotate', 'admin'])
    for (const type of ['private_key', 'ssh_key']) for (const place of PLACES) hidden.push(await hide(type, place))
    return { agent, hidden }
  })
  .extend('calls', ({ world, vaultId, scene: { agent, hidden } }) => {
    function urlOf(endpoint: EndpointSpec, { path, version, secretId, shareId }: Hidden): string {
      const params: Record<string, string> = {
        vault_id: vaultId,
        path,
        version: String(version),
        agent_id: agent.id,
        secret_id: secretId,
        share_id: shareId ?? secretId,
      }
      return endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? secretId)
    }
    async function sightings(looks: readonly EndpointSpec[]): Promise<string[]> {
      const seen: string[] = []
      for (const endpoint of looks) {
        for (const place of hidden) {
          const url = urlOf(endpoint, place)
          const sent = endpoint.method === 'GET' || endpoint.method === 'DELETE' ? [undefined] : bodies(place)
          for (const body of sent) {
            const reply = await world.call(endpoint.method, url, { token: agent.token, ...(body && { body }) })
            if (reply.status === 401 && endpoint.auth === 'user-or-agent') seen.push(`${endpoint.id} was not let in`)
            const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
            const forms = [
              place.canary,
              Buffer.from(place.canary, 'hex').toString('base64'),
              Buffer.from(`0x${place.canary}`).toString('base64'),
            ]
            if (forms.some(form => text.includes(form))) seen.push(`${endpoint.method} ${url} (${endpoint.id})`)
          }
        }
      }
      return seen
    }
    return { sightings }
  })

/** Every endpoint that an agent can call, with every possible place of a key. */
describe('keys that an agent signs with', () => {
  const open = endpoints.filter(({ id, auth }) => auth !== 'user' && !ENDS_THE_TOKEN.includes(id))
  const by = (...methods: string[]) => open.filter(({ method }) => methods.includes(method))

  it('are listed for people who can see them', async ({ world, owner, vaultId, scene: { hidden } }) => {
    for (const { path, version, canary } of hidden) {
      const { body } = await ok(
        world.call('GET', `/v1/vaults/${vaultId}/secret-version/${path}/${version}`, { token: owner.token }),
      )
      expect(body.value).toBe(`0x${canary}`)
    }
    const linked = hidden.find(({ path }) => path === 'keys/private_key-linked')
    expect((await ok(world.call('GET', `/v1/share/${linked?.shareId}`))).body.value).toBe(`0x${linked?.canary}`)
  })

  it('are shown to it by no read, in any version, however they are shared', async ({ calls: { sightings } }) => {
    expect(by('GET').length).toBeGreaterThan(15)
    expect(await sightings(by('GET'))).toEqual([])
  })

  it('are shown to it by no other route, even after it has changed all it can', { timeout: 60_000 }, async ({
    calls: { sightings },
  }) => {
    // Accepting and declining, rotating, overwriting, disabling and deleting come before the last check.
    expect(await sightings(by('POST'))).toEqual([])
    expect(await sightings(by('PUT', 'PATCH', 'GET'))).toEqual([])
    expect(await sightings(by('DELETE'))).toEqual([])
    expect(await sightings(by('GET', 'POST'))).toEqual([])
  })
})
