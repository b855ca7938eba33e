import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { makeBackup } from '../../../server/backup/write.ts'
import type { Config } from '../../../server/config/config.ts'
import type { Engine } from '../../../server/db/database.ts'
import { cmekKey } from '../../../src/crypto/cmek.ts'
import { emptyPostgres, type PostgresDatabase } from '../postgres.ts'
import { makeWorld, ok, type TestUser, type World } from '../world.ts'
import { configOf, type Facts } from './facts.ts'
import { valuesIn } from './values.ts'

export interface Copy {
  readonly config: Config
  /** A second, empty data folder and database. */
  readonly elsewhere: Config
  remove(): Promise<void>
}

export interface Scene {
  readonly facts: Facts
  /** A copy of the original data, with other settings. */
  copy(settings?: (dataDir: string) => Partial<Config>): Promise<Copy>
  remove(): Promise<void>
}

const PATHS = Array.from({ length: 24 }, (_, i) => `p/${i}`)
const CREDITORS = Array.from({ length: 12 }, (_, i) => `creditor ${i}`)
/** More than two batches. */
const STRIPE_EVENTS = 1200
const DAY_MS = 24 * 3_600_000
const DELETED = Array.from({ length: 6 }, (_, i) => `gone/${i}`)

/** Creates the data once; `copy` is cheap. */
export async function makeScene(engine: Engine): Promise<Scene> {
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-chaos-'))
  const postgres = engine === 'postgres' ? await emptyPostgres() : undefined
  const world = await makeWorld('sqlite', { dataDir, databaseUrl: postgres?.url })
  const facts = await fill(world, join(dataDir, 'before.age')).finally(() => world.close())
  return {
    facts,
    async copy(settings = () => ({})) {
      const folder = await mkdtemp(join(tmpdir(), '1claw-round-'))
      const [own, other] = [join(folder, 'own'), join(folder, 'other')]
      await cp(dataDir, own, { recursive: true })
      // The backup contains the keys.
      await mkdir(other, { mode: 0o700 })
      const databases = postgres ? await Promise.all([emptyPostgres(postgres), emptyPostgres()]) : []
      const [here, there] = databases
      const config = configOf(own, here?.url, settings(own))
      return { config, elsewhere: configOf(other, there?.url), remove: () => removeAll(folder, databases) }
    },
    remove: () => removeAll(dataDir, postgres ? [postgres] : []),
  }
}

async function removeAll(folder: string, databases: readonly PostgresDatabase[]): Promise<void> {
  for (const database of databases) await database.drop()
  await rm(folder, { recursive: true, force: true })
}

async function fill(world: World, backup: string): Promise<Facts> {
  const owner = await world.signUp()
  const vaults = {
    full: await world.vault(owner),
    customer: await world.vault(owner),
    deleted: await world.vault(owner),
    written: await world.vault(owner),
  }
  for (const value of ['one', 'two']) await putAll(world, owner, vaults.full, PATHS, value)
  await putAll(world, owner, vaults.full, DELETED, 'gone')
  await putAll(world, owner, vaults.deleted, PATHS.slice(0, 4), 'gone, too')
  await ok(world.call('POST', `/v1/vaults/${vaults.full}/signing-keys/eth/hot`, { token: owner.token, body: {} }))
  const customerKeys = await fillCustomer(world, owner, vaults.customer)
  const leaving = await fillLeaving(world)
  const apiKeys = await fillSignIn(world, owner)
  const { id, key } = await world.agent(owner)
  await fillBooks(world, owner)
  for (const path of DELETED) await ok(world.call('DELETE', `/v1/vaults/${vaults.full}/secrets/${path}`, { token: owner.token }))
  await ok(world.call('DELETE', `/v1/vaults/${vaults.deleted}`, { token: owner.token }))
  await world.server.services.audit.checkpointAll()
  // The newest event is never removed.
  await world.vault(owner)
  await world.server.services.audit.indexEvents()
  const identity = await generateIdentity()
  const recipient = await identityToRecipient(identity)
  const { config, server } = world
  await makeBackup({
    config,
    keyring: server.services.keyring,
    file: backup,
    sealing: { recipients: [recipient] },
    withKeys: true,
    madeBy: '0.0.0',
    now: Date.now(),
  })
  const values = await valuesIn({ config, keyring: server.services.keyring }, customerKeys)
  return {
    orgId: owner.orgId,
    userId: owner.id,
    vaults,
    paths: PATHS,
    deletedPaths: DELETED,
    leaving,
    apiKeys,
    agent: { id, key },
    creditors: CREDITORS.length + 1,
    customerKeys,
    values,
    identity,
    recipient,
    backup,
  }
}

async function fillLeaving(world: World): Promise<Facts['leaving']> {
  const person = await world.signUp()
  await ok(world.call('POST', '/v1/auth/mfa/setup', { token: person.token }))
  const [first, second, deleted] = [await world.vault(person), await world.vault(person), await world.vault(person)]
  const vaults = [first, second, deleted]
  for (const vault of vaults) await putAll(world, person, vault, PATHS.slice(0, 4), 'of who leaves')
  await ok(world.call('DELETE', `/v1/vaults/${deleted}`, { token: person.token }))
  const own = await ok(world.call('GET', '/v1/vaults', { token: person.token }))
  const all = new Set([...vaults, ...own.body.vaults.map(({ id }: { id: string }) => id)])
  return { userId: person.id, orgId: person.orgId, vaults: [...all], deleted }
}

/** Second factors, and API keys. */
async function fillSignIn(world: World, owner: TestUser): Promise<string[]> {
  const keys: string[] = []
  for (let n = 0; n < 4; n++) {
    const person = await world.signUp()
    await ok(world.call('POST', '/v1/auth/mfa/setup', { token: person.token }))
    await ok(world.call('DELETE', '/v1/auth/token', { token: person.token }))
    const made = await ok(world.call('POST', '/v1/auth/api-keys', { token: owner.token, body: { name: `key ${n}` } }))
    keys.push(made.body.api_key)
  }
  return keys
}

/** Credits, and events of a payment provider. */
async function fillBooks(world: World, owner: TestUser): Promise<void> {
  const at = Date.now()
  // Not in one unit of work, which would exceed its time limit on a busy machine.
  for (const orgId of [owner.orgId, ...CREDITORS]) {
    await world.server.database.run(async ({ credits }) => {
      for (const days of [10, 20, 35, 36, 300]) {
        await credits.topUp({ orgId, description: 'Credits', reference: `${days}`, at }, 100 * days, at + days * DAY_MS)
      }
    })
  }
  for (let from = 0; from < STRIPE_EVENTS; from += 100) {
    await world.server.database.run(async ({ subscriptions }) => {
      for (let n = from; n < from + 100; n++) await subscriptions.lockPayment(`${n}`, at)
    })
  }
}

async function fillCustomer(world: World, owner: TestUser, vault: string): Promise<Facts['customerKeys']> {
  const keys = { old: Buffer.alloc(32, 7).toString('base64'), new: Buffer.alloc(32, 8).toString('base64') }
  const key = await cmekKey(Buffer.from(keys.old, 'base64'))
  await ok(world.call('POST', `/v1/vaults/${vault}/cmek`, { token: owner.token, body: { fingerprint: key.fingerprint } }))
  for (let version = 1; version <= 5; version++) {
    await putAll(world, owner, vault, PATHS, path => key.encrypt(`${path} ${version}`))
  }
  return keys
}

async function putAll(
  world: World,
  owner: TestUser,
  vault: string,
  paths: readonly string[],
  value: string | ((path: string) => Promise<string>),
): Promise<void> {
  const secrets = await Promise.all(
    paths.map(async path => ({ path, value: typeof value === 'string' ? `${value} ${path}` : await value(path) })),
  )
  await ok(world.call('POST', `/v1/vaults/${vault}/secrets`, { token: owner.token, body: { secrets } }))
}
