import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { urlOf } from '../../support/battery/recipe.ts'
import { recipeOf } from '../../support/battery/recipes.ts'
import { type Scene, setScene } from '../../support/battery/scene.ts'
import { ENGINES } from '../../support/databases.ts'
import { longestTurn } from '../../support/long-turns.ts'
import { rowsOf } from '../../support/rows.ts'

const SECRETS = 10_000
/** The number of policies of the agent in one vault: its ceiling, minus those that the requests need. */
const POLICIES = 990
/** The number of other vaults in which the agent has as many. */
const VAULTS = 10
const AGENTS = 9_000
const REQUESTS = 9_000
/** The number of those that are pending: the ceiling is 1,000. */
const OPEN_REQUESTS = 900
const LONGEST_MS = 50
/** The length of a turn is the processor time of the thread, so a busy machine does not count; a pause of the garbage collector does. */
const TRIES = 4

const READING: readonly EndpointSpec[] = endpoints.filter(
  ({ id, method, auth, cookie }: EndpointSpec) => method === 'GET' && auth !== 'public' && !cookie && !recipeOf(id).never,
)

/** Requests that change something or have a body; each run uses its own objects. */
const CHANGING: readonly EndpointSpec[] = endpoints.filter(
  ({ id, method, auth, cookie }: EndpointSpec) => method !== 'GET' && auth !== 'public' && !cookie && !recipeOf(id).never,
)

/** In addition to the requests of the battery. */
const WIDEST = [
  '/v1/access-requests?status=all',
  '/v1/agents?limit=1',
  '/v1/audit/events?q=nobody%20grown%20else',
  '/v1/search?q=nobody',
]

/** About everything that has grown; the last requests delete it and restore it. */
const WIDEST_CHANGES: readonly Pick<Asked, 'method' | 'url' | 'body'>[] = [
  { method: 'POST', url: '/v1/auth/export-data', body: {} },
  { method: 'POST', url: '/v1/vaults/{vault}/secret-values', body: { prefix: 'grown/' } },
  {
    method: 'POST',
    url: '/v1/vaults/{vault}/policies/explain',
    body: { principal_type: 'agent', principal_id: '{agent}', permission: 'read', path: 'grown/001/1' },
  },
  { method: 'PATCH', url: '/v1/agents/{agent}', body: { scopes: ['grown/**'] } },
  { method: 'PATCH', url: '/v1/agents/{agent}', body: { is_active: false } },
  { method: 'DELETE', url: '/v1/vaults/{vault}' },
  { method: 'POST', url: '/v1/deleted-vaults/{vault}/restore', body: {} },
  { method: 'DELETE', url: '/v1/vaults/{vault}?purge=true' },
]

describe.each(ENGINES)(
  `with 10,000 secrets, close to 1,000 policies of an agent in each of eleven vaults, 9,000 agents and their requests, on %s`,
  engine => {
    let scene: Scene
    beforeAll(async () => {
      scene = await setScene(engine)
      await grow(scene)
    }, 300_000)
    afterAll(() => scene?.world.close())

    it.each(READING)('$id delays others for less than 50 ms', { timeout: 60_000 }, async endpoint => {
      const sent = await recipeOf(endpoint.id).good(scene)
      for (const token of tokensFor(endpoint, sent.token)) {
        const asked: Asked = { method: 'GET', url: urlOf(endpoint, sent), token, headers: sent.headers ?? {} }
        expect(await shortest(async () => asked)).toBeLessThan(LONGEST_MS)
      }
    })

    it('a sign-in of the agent, which lists what it can reach, delays others for less than 50 ms', async () => {
      const { key: api_key } = scene.agent
      const asked = { method: 'POST', url: '/v1/auth/agent-token', token: '', headers: {}, body: { api_key } }
      expect(await shortest(async () => asked)).toBeLessThan(LONGEST_MS)
    })

    it.each(WIDEST)('%s delays others for less than 50 ms', { timeout: 60_000 }, async url => {
      expect(await shortest(async () => ({ method: 'GET', url, token: scene.owner.token, headers: {} }))).toBeLessThan(LONGEST_MS)
    })

    it.each(CHANGING)('$id delays others for less than 50 ms', { timeout: 60_000 }, async endpoint => {
      expect(
        await shortest(async () => {
          const sent = await recipeOf(endpoint.id).good(scene)
          const token = sent.token ?? (endpoint.auth === 'agent' ? scene.agent.token : scene.owner.token)
          return { method: endpoint.method, url: urlOf(endpoint, sent), token, headers: sent.headers ?? {}, body: sent.body }
        }),
      ).toBeLessThan(LONGEST_MS)
    })

    it.each(WIDEST_CHANGES)(
      '$method $url of everything delays others for less than 50 ms',
      {
        timeout: 120_000,
      },
      async ({ method, url, body }) => {
        const { vaultId, owner, agent } = scene
        const own = (text: string) => text.replace('{vault}', vaultId).replace('{agent}', agent.id)
        const sent = body && JSON.parse(own(JSON.stringify(body)))
        const asked: Asked = { method, url: own(url), token: owner.token, headers: {}, body: sent }
        expect(await shortest(async () => asked)).toBeLessThan(LONGEST_MS)
      },
    )

    /** The longest turn of a request, in the attempt that delayed others the least. */
    async function shortest(next: () => Promise<Asked>): Promise<number> {
      let least = Number.POSITIVE_INFINITY
      for (let tries = 0; tries < TRIES && least > LONGEST_MS; tries++) {
        const { method, url, token, headers, body } = await next()
        const ask = async () => {
          const { status, body: said } = await scene.world.call(method, url, { token, headers, ...(body && { body }) })
          // A list that is too long to be returned completely can also be refused.
          expect({ status, said: status >= 500 ? said : undefined }).toEqual({ status: expect.any(Number), said: undefined })
        }
        least = Math.min(least, await longestTurn(ask))
      }
      return least
    }

    const tokensFor = ({ auth }: EndpointSpec, token: string | undefined): string[] => {
      if (token !== undefined) return [token]
      if (auth === 'agent') return [scene.agent.token]
      return auth === 'user-or-agent' ? [scene.owner.token, scene.agent.token] : [scene.owner.token]
    }
  },
)

interface Asked {
  readonly method: string
  readonly url: string
  readonly token: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readonly<Record<string, unknown>> | undefined
}

/** Rows cloned in the scene's vault; a policy created by the API makes the server notice earlier ones. */
async function grow({ world, owner, agent, vaultId }: Scene): Promise<void> {
  await world.put(owner, vaultId, 'first', 'v')
  const id = (kind: number, n: number) => `${kind}0000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const folder = (n: number) => `grown/${String(n % 500).padStart(3, '0')}`
  // PostgreSQL refuses secrets without a MAC; the server adds the MACs, as for secrets that are older than MACs.
  const isGuarded = world.config.databaseUrl !== undefined
  if (isGuarded) await rowsOf(world, 'ALTER TABLE secrets DISABLE TRIGGER secret_added_unproven')
  await insert(SECRETS, 'secrets (id, vault_id, path, latest_version, created_at)', n => [
    id(1, n),
    vaultId,
    `${folder(n)}/${n}`,
    1,
    0,
  ])
  const [template] = await rowsOf(world, `SELECT id FROM secrets WHERE path = 'first' AND vault_id = '${vaultId}'`)
  const columns =
    'type, ciphertext, wrapped_dek, kek_id, created_by, created_at, is_disabled, max_access_count, access_count'.split(', ')
  await rowsOf(
    world,
    `INSERT INTO secret_versions (secret_id, version, ${columns.join(', ')})
      SELECT s.id, 1, ${columns.map(column => `v.${column}`).join(', ')} FROM secrets s, secret_versions v
      WHERE v.secret_id = '${String(template?.['id'])}' AND s.vault_id = '${vaultId}' AND s.path LIKE 'grown/%'`,
  )
  if (isGuarded) await rowsOf(world, 'ALTER TABLE secrets ENABLE TRIGGER secret_added_unproven')
  await world.server.database.run(async ({ secretPlaces }) => secretPlaces.prove(await secretPlaces.unproven('', SECRETS)))
  const vaults = [vaultId]
  for (let n = 0; n < VAULTS; n++) vaults.push(await world.vault(owner))
  const policy =
    'policies (id, org_id, vault_id, secret_path_pattern, principal_type, principal_id, permissions, created_by, created_by_type, created_at)'
  await insert(POLICIES * vaults.length, policy, n => [
    id(2, n),
    owner.orgId,
    vaults[Math.floor(n / POLICIES)] ?? vaultId,
    n % 2 ? `${folder(n)}/**` : `**/grown/*/${n}`,
    'agent',
    agent.id,
    '["read"]',
    owner.id,
    'user',
    0,
  ])
  const agents =
    'agents (id, org_id, name, auth_method, scopes, vault_ids, is_active, intents_api_enabled, tx_to_allowlist, tx_allowed_chains, shroud_enabled, token_generation, created_at)'
  await insert(AGENTS, agents, n => [id(3, n), owner.orgId, `grown ${n}`, 'api_key', '[]', '[]', 1, 0, '[]', '[]', 0, 0, n])
  const requests =
    'access_requests (id, org_id, vault_id, requester_type, requester_id, generation, secret_path_pattern, permissions, reason, wanted_ms, status, created_at, expires_at)'
  const end = Date.now() + 86_400_000
  await insert(REQUESTS, requests, n => [
    ...[id(4, n), owner.orgId, vaultId, 'agent', id(3, n % AGENTS), 0, `${folder(n)}/**`, '["read"]', 'x'.repeat(400), 60_000],
    ...[n < OPEN_REQUESTS ? 'pending' : 'withdrawn', n, end],
  ])
  await world.policy(owner, vaultId, agent, 'first', ['read'])

  async function insert(count: number, into: string, row: (n: number) => readonly (string | number)[]): Promise<void> {
    const literal = (value: string | number) => (typeof value === 'number' ? value : `'${value}'`)
    for (let from = 0; from < count; from += 500) {
      const rows = Array.from(
        { length: Math.min(500, count - from) },
        (_, n) =>
          `(${row(from + n)
            .map(literal)
            .join(', ')})`,
      )
      await rowsOf(world, `INSERT INTO ${into} VALUES ${rows.join(', ')}`)
    }
  }
}
