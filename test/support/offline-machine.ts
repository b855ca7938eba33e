import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Profile, Settings } from '../../src/cli/context/settings.ts'
import type { Input } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, NOW, ORG_ID, type Replies, SERVER, USER_ID, VAULT_ID } from './fake-context.ts'
import { runCommand } from './run-command.ts'

const MINUTE = 60_000

/** A secret as the server has it; `limit` bounds its reads. */
export interface Stored {
  readonly value: string
  readonly type?: string
  readonly version?: number
  readonly limit?: number
  readonly expires_at?: string
  readonly cmek?: true
}

/** One machine with a login and a server; tests change them through `here`. Created again for each test. */
export const here: { secrets: Record<string, Stored>; refusal: Problem | undefined; folder: string; file: Map<string, string> } =
  {
    secrets: {},
    refusal: undefined,
    folder: '',
    file: new Map(),
  }

export function tokenFor(principal: string, org = ORG_ID): string {
  return `h.${Buffer.from(JSON.stringify({ sub: principal, org })).toString('base64url')}.s`
}

/** For `beforeEach`. */
export function machineMade(): void {
  here.folder = mkdtempSync(join(tmpdir(), 'claw-offline-'))
  here.file = new Map([[`default@${SERVER}`, JSON.stringify({ kind: 'token', token: tokenFor(`user:${USER_ID}`) })]])
  here.refusal = undefined
  here.secrets = {
    'prod/db-url': { value: 'postgres://secret' },
    'prod/token': { value: 's3cret', version: 2 },
    'app/env': { value: 'A=1\nB=2', type: 'env_bundle' },
  }
}

/** For `afterEach`. */
export function machineGone(): void {
  rmSync(here.folder, { recursive: true })
}

const about = (path: string, { type = 'generic', version = 1, expires_at }: Stored) => ({
  id: VAULT_ID,
  path,
  type,
  version,
  created_at: '2026-03-01T12:00:00Z',
  ...(expires_at !== undefined && { expires_at }),
})

function read(path: string, include?: string) {
  const stored = here.secrets[path]
  if (here.refusal) throw here.refusal
  if (!stored) throw new Problem('resource.unknown', `There is no secret ${path}.`)
  const { value, limit, cmek } = stored
  const told = include === 'usage' && limit !== undefined && { max_access_count: limit }
  return { ...about(path, stored), value, ...(cmek && { cmek_encrypted: true }), ...told }
}

const REPLIES: Replies = {
  'vaults.list': () => {
    if (here.refusal) throw here.refusal
    return { vaults: [{ id: VAULT_ID, name: 'main', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }] }
  },
  'secrets.get': ({ params, query }: Input<'secrets.get'>) => read(params.path, query?.include),
  'secrets.version': ({ params, query }: Input<'secrets.version'>) => ({
    ...read(params.path, query?.include),
    version: params.version,
    value: `version ${params.version}`,
  }),
  'secrets.read-many': ({ body = {} }) => ({
    secrets: (body.paths ?? Object.keys(here.secrets).filter(path => path.startsWith(body.prefix ?? ''))).map(path =>
      read(path, body.include),
    ),
  }),
  'secrets.list': ({ query }) => {
    if (here.refusal) throw here.refusal
    const found = Object.entries(here.secrets).filter(([path]) => path.startsWith(query?.prefix ?? ''))
    return { secrets: found.map(([path, stored]) => about(path, stored)) }
  },
  'secrets.put': ({ params, body }) => {
    here.secrets = { ...here.secrets, [params.path]: { value: body.value, version: 9 } }
    return about(params.path, { value: '', version: 9 })
  },
  'vaults.get': () => ({ id: VAULT_ID, name: 'main', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }),
  'auth.revoke': () => undefined,
}

export interface Run {
  readonly env?: Record<string, string>
  readonly profile?: Partial<Profile>
  readonly settings?: Partial<Settings>
  /** Minutes since the first run. */
  readonly after?: number
  /** The server cannot be reached. */
  readonly away?: true
}

/** Runs a command on the machine. */
export async function ran(words: readonly string[], { env = {}, profile = {}, settings, after = 0, away }: Run = {}) {
  const saved: Profile = { api_url: SERVER, credential_store: 'file', vault: VAULT_ID, user_id: USER_ID, ...profile }
  const gone = () => {
    throw new Problem('server.unreachable', `${SERVER} cannot be reached (ECONNREFUSED).`)
  }
  const world = fakeWorld({
    env,
    cwd: here.folder,
    configDir: join(here.folder, 'config'),
    settings: settings ?? { profiles: { default: saved } },
    stores: { keychain: new Map(), file: here.file },
    now: NOW + after * MINUTE,
    replies: away ? Object.fromEntries(Object.keys(REPLIES).map(id => [id, gone])) : REPLIES,
  })
  await runCommand(world.context, ...words)
  return { out: world.stdout(), err: world.stderr(), code: world.exitCode(), asked: world.asked.map(({ id }) => id), world }
}

/** The folder of the caches. */
export const cacheDir = () => join(here.folder, 'config/cache')
/** Names of the files in it. */
export const cacheFiles = () => (existsSync(cacheDir()) ? readdirSync(cacheDir()) : [])
/** A time as the command line prints it. */
export const clockAt = (ms: number) => new Date(ms).toTimeString().slice(0, 5)
/** A read of one secret. */
export const GET = ['secrets', 'get', 'prod/token']
