import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LightMyRequestResponse } from 'fastify'
import { type Config, readConfig } from '../../server/config/config.ts'
import type { Engine } from '../../server/db/database.ts'
import { type AssembledServer, assemble } from '../../server/main.ts'
import type { Opening } from '../../server/start/serving.ts'
import { putMigrated } from './databases.ts'
import { lightHashing } from './light-hashing.ts'
import { migratedPostgres } from './postgres.ts'

export const PASSWORD = 'correct horse battery staple 42'

export interface Reply {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: the assertions judge the body of a reply
  readonly body: any
  readonly headers: LightMyRequestResponse['headers']
}

export interface CallOptions {
  readonly token?: string | undefined
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly ip?: string
}

export interface TestUser {
  readonly email: string
  readonly token: string
  readonly id: string
  readonly orgId: string
}

export interface TestAgent {
  readonly id: string
  readonly key: string
  readonly token: string
}

export type World = Awaited<ReturnType<typeof makeWorld>>

/** A new real server without a port, with a clock that can be moved. A data folder from the settings is kept when it closes.
 * Passwords are hashed at a low cost, unless `opening` says otherwise. */
export async function makeWorld(engine: Engine, settings: Partial<Config> = {}, opening: Opening = { hashing: lightHashing }) {
  const dataDir = settings.dataDir ?? (await mkdtemp(join(tmpdir(), '1claw-test-')))
  const database = engine === 'postgres' ? await migratedPostgres() : undefined
  if (engine === 'sqlite' && settings.dataDir === undefined) await putMigrated(dataDir)
  const config: Config = {
    ...readConfig({ dataDir }, { ONECLAW_RATE_LIMITS: 'off', ONECLAW_LOG_LEVEL: 'silent' }),
    databaseUrl: database?.url,
    ...settings,
  }
  let ahead = 0
  const server: AssembledServer = await assemble(config, () => Date.now() + ahead, opening)
  server.reachableAt('http://1claw.test')

  async function call(method: string, url: string, { token, body, headers = {}, ip }: CallOptions = {}): Promise<Reply> {
    const reply = await server.app.inject({
      method: method as 'GET',
      url,
      headers: { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
      ...(body !== undefined && { payload: body as object }),
      ...(ip !== undefined && { remoteAddress: ip }),
    })
    const type = String(reply.headers['content-type'] ?? '')
    return {
      status: reply.statusCode,
      body: type.includes('json') && reply.body !== '' ? reply.json() : reply.body,
      headers: reply.headers,
    }
  }

  async function signUp(email = `${randomUUID()}@example.com`): Promise<TestUser> {
    const { body } = await ok(call('POST', '/v1/auth/signup', { body: { email, password: PASSWORD } }))
    const me = await ok(call('GET', '/v1/auth/me', { token: body.access_token }))
    return { email, token: body.access_token, id: me.body.id, orgId: me.body.org_id }
  }

  return {
    engine,
    config,
    server,
    dataDir,
    call,
    signUp,

    /** Another person in the same organisation. */
    async colleague(owner: TestUser, role: 'owner' | 'admin' | 'member' = 'member'): Promise<TestUser> {
      const user = await signUp()
      await server.database.run(async ({ accounts }) => {
        await accounts.addMember({ org_id: owner.orgId, user_id: user.id, role, created_at: Date.now() })
      })
      const member = await server.database.read(({ accounts }) => accounts.member(user.id, owner.orgId))
      const { access_token } = await server.services.sessions.forUser({
        userId: user.id,
        orgId: owner.orgId,
        generation: member?.token_generation ?? 0,
        signedInAt: Date.now() + ahead,
      })
      return { ...user, orgId: owner.orgId, token: access_token }
    },

    async vault(owner: TestUser, name = `vault ${randomUUID()}`): Promise<string> {
      return (await ok(call('POST', '/v1/vaults', { token: owner.token, body: { name } }))).body.id
    },

    async put(user: { token: string }, vaultId: string, path: string, value: string, more: object = {}): Promise<Reply> {
      return ok(call('PUT', `/v1/vaults/${vaultId}/secrets/${path}`, { token: user.token, body: { value, ...more } }))
    },

    async agent(owner: TestUser, more: object = {}): Promise<TestAgent> {
      const { body } = await ok(call('POST', '/v1/agents', { token: owner.token, body: { name: 'agent', ...more } }))
      const exchanged = await ok(
        call('POST', '/v1/auth/agent-token', { body: { api_key: body.api_key, agent_id: body.agent.id } }),
      )
      return { id: body.agent.id, key: body.api_key, token: exchanged.body.access_token }
    },

    async policy(
      owner: TestUser,
      vaultId: string,
      agent: { id: string },
      pattern: string,
      permissions: string[],
      more: object = {},
    ): Promise<string> {
      const body = { secret_path_pattern: pattern, principal_type: 'agent', principal_id: agent.id, permissions, ...more }
      return (await ok(call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body }))).body.id
    },

    /** Makes something that has expired: it expires in a second, and the clock is moved past that. */
    async ended<T>(make: (expires_at: string) => Promise<T>): Promise<T> {
      const made = await make(new Date(Date.now() + ahead + 1000).toISOString())
      ahead += 1001
      return made
    },

    /** The server's clock. */
    now: (): number => Date.now() + ahead,

    /** Moves the server's clock. */
    advance(ms: number): void {
      ahead += ms
    },

    async close(): Promise<void> {
      await server.close()
      await database?.drop()
      if (settings.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The reply if it is a success; otherwise throws an error with the reply. */
export async function ok(pending: Promise<Reply>): Promise<Reply> {
  const reply = await pending
  if (reply.status >= 300) throw new Error(`expected success, got ${reply.status}: ${JSON.stringify(reply.body)}`)
  return reply
}
