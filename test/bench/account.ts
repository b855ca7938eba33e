import { randomUUID } from 'node:crypto'
import { bearer } from '../../src/client/auth.ts'
import { type Client, createClient } from '../../src/client/client.ts'
import { undiciTransport } from '../../src/client/transport-undici.ts'
import type { Served } from './servers.ts'

/** A person with a vault, a secret and an agent that can read it. */
export interface BenchAccount {
  readonly email: string
  readonly password: string
  readonly token: string
  readonly vaultId: string
  readonly orgId: string
  readonly agentId: string
  readonly agentKey: string
  /** A token for the agent. */
  exchange(): Promise<{ readonly token: string }>
  /** Creates this number of further vaults. */
  addVaults(count: number): Promise<void>
  /** Creates this number of further secrets in the vault, `listed/0` and so on. */
  addSecrets(count: number): Promise<void>
}

export const SECRET = 'bench/secret'

export async function makeAccount(server: Served): Promise<BenchAccount> {
  const transport = undiciTransport()
  const anonymous = createClient({ baseUrl: server.url, transport })
  const body = { email: `${randomUUID()}@example.com`, password: randomUUID() }
  const { access_token: token = '' } = await anonymous.call('auth.signup', { body })
  const client = createClient({ baseUrl: server.url, transport, auth: bearer(token) })
  const { id: vaultId } = await client.call('vaults.create', { body: { name: 'bench' } })
  await client.call('secrets.put', {
    params: { vault_id: vaultId, path: SECRET },
    body: { value: 'a value of forty characters, more or less' },
  })
  const { agent, api_key: agentKey = '' } = await client.call('agents.register', { body: { name: 'bench' } })
  const { org_id: orgId } = await client.call('account.me')
  return {
    ...body,
    token,
    vaultId,
    orgId,
    agentId: agent.id,
    agentKey,
    async exchange() {
      const { access_token } = await anonymous.call('auth.agent-token', { body: { api_key: agentKey } })
      return { token: access_token }
    },
    async addVaults(count) {
      for (let made = 0; made < count; made += 20) {
        const some = Array.from({ length: 20 }, (_, i) => `vault ${made + i}`)
        await Promise.all(some.map(name => client.call('vaults.create', { body: { name } })))
      }
    },
    async addSecrets(count) {
      const paths = Array.from({ length: count }, (_, n) => `listed/${n}`)
      const params = { vault_id: vaultId }
      await Promise.all(
        paths.map(path => client.call('secrets.put', { params: { ...params, path }, body: { value: 'x'.repeat(40) } })),
      )
    },
  }
}

/** A client of a new session, whose token is valid for 15 minutes. */
export async function signIn(
  { url: baseUrl }: Served,
  { email, password }: Pick<BenchAccount, 'email' | 'password'>,
): Promise<{ readonly token: string; readonly client: Client }> {
  const transport = undiciTransport()
  const { access_token: token = '' } = await createClient({ baseUrl, transport }).call('auth.token', {
    body: { email, password },
  })
  return { token, client: createClient({ baseUrl, transport, auth: bearer(token) }) }
}
