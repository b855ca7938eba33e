import { randomBytes } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { TTL } from '../credentials/sessions.ts'
import type { Database } from '../db/database.ts'
import type { Services } from '../services.ts'
import type { Stores } from '../stores/all.ts'

/** The login that `serve --dev` stores for the command line, so that the next command is signed in. */
export interface DevSession {
  readonly url: string
  readonly email: string
  readonly userId: string
  readonly orgId: string
  readonly token: string
  /** RFC 3339. */
  readonly expiresAt: string
  readonly vaultId: string
  /** Opens the console signed in. It works once, within ten minutes. */
  readonly consoleUrl: string
  /** The folder of database and keys. */
  readonly dataDir: string
}

const EMAIL = 'dev@localhost'
const VAULT = 'dev'
const SECRET = { path: 'hello', value: 'Hello from 1claw!' }

interface DevDeps {
  readonly app: FastifyInstance
  readonly database: Database<Stores>
  readonly services: Services
  readonly url: string
  readonly dataDir: string
}

/**
 * A developer's account with a vault and a first secret, created through the API at the first start, and a new token at every start. The
 * account's password is random and discarded, so the account can be reached only through this machine's data folder.
 */
export async function devSession({ app, database, services, url, dataDir }: DevDeps): Promise<DevSession> {
  const user = (await account(database)) ?? (await signUp(services, database))
  // Nobody can sign in to this account again, so its token and its sessions in a browser count as a recent sign-in for as long as they live.
  services.consoleSessions.needsNoSignIn(user.id)
  const signedInAt = Date.now() + TTL.device * 1000
  const session = { userId: user.id, orgId: user.org_id, generation: user.token_generation, signedInAt, ttl: TTL.device }
  const { access_token: token, expires_in } = await services.sessions.forUser(session)
  const call = caller(app, token)
  const { vaults } = (await call('GET', '/v1/vaults')) as { vaults: { id: string; name: string }[] }
  const vaultId = vaults.find(vault => vault.name === VAULT)?.id ?? (await firstVault(call))
  const { url: consoleUrl } = (await call('POST', '/v1/auth/console-link')) as { url: string }
  const expiresAt = new Date(Date.now() + expires_in * 1000).toISOString()
  return { url, email: EMAIL, userId: user.id, orgId: user.org_id, token, expiresAt, vaultId, consoleUrl, dataDir }
}

function account(database: Database<Stores>) {
  return database.read(({ accounts }) => accounts.userByEmail(EMAIL))
}

async function signUp(services: Services, database: Database<Stores>) {
  const password = randomBytes(32).toString('base64url')
  await services.auth.signup.begin({ email: EMAIL, password, display_name: 'Developer' }, '127.0.0.1')
  const made = await account(database)
  if (!made) throw new Error('The development account is missing after its sign-up.')
  return made
}

async function firstVault(call: Call): Promise<string> {
  const { id } = (await call('POST', '/v1/vaults', { name: VAULT, description: 'For trying things out' })) as { id: string }
  await call('PUT', `/v1/vaults/${id}/secrets/${SECRET.path}`, { value: SECRET.value, type: 'note' })
  return id
}

type Call = (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) => Promise<unknown>

function caller(app: FastifyInstance, token: string): Call {
  return async (method, url, payload) => {
    const reply = await app.inject({ method, url, headers: { authorization: `Bearer ${token}` }, ...(payload && { payload }) })
    if (reply.statusCode >= 300)
      throw new Error(`The development account could not be set up: ${method} ${url} answered ${reply.statusCode}.`)
    return reply.json()
  }
}
