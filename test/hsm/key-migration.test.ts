import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateIdentity, identityToRecipient } from 'age-encryption'
import { recoverAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { drill } from '../../server/backup/restore.ts'
import { makeBackup } from '../../server/backup/write.ts'
import type { KeyStoreConfig } from '../../server/config/key-stores.ts'
import { allEvents, rowsOf } from '../support/rows.ts'
import { makeSoftHsm, type SoftHsm, type Token } from '../support/softhsm.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../support/world.ts'

const VAULTS = 2
const PATHS = Array.from({ length: 5 }, (_, i) => `p/${i}`)
const EMAIL = 'admin@example.com'
const SOFTWARE: KeyStoreConfig = { keystore: 'software', pkcs11: undefined }

const token = (place: Token, mode: 'per-vault' | 'wrapped' = 'per-vault'): KeyStoreConfig => ({
  keystore: 'pkcs11',
  pkcs11: { ...place, mode },
})

describe('a migration of keys', () => {
  let hsm: SoftHsm
  let dataDir: string
  let stores: Record<'software' | 'old token' | 'old token, wrapped' | 'new token', KeyStoreConfig>
  let admin: TestUser
  let vaults: string[]
  let deleted: string
  beforeAll(async () => {
    hsm = await makeSoftHsm()
    dataDir = await mkdtemp(join(tmpdir(), '1claw-migration-'))
    const old = await hsm.addToken()
    stores = {
      software: SOFTWARE,
      'old token': token(old),
      'old token, wrapped': token(old, 'wrapped'),
      'new token': token(await hsm.addToken()),
    }
    const world = await makeWorld('sqlite', { dataDir })
    admin = await world.signUp(EMAIL)
    vaults = await filled(world, admin)
    deleted = (await filled(world, admin, 1))[0] ?? ''
    await ok(world.call('DELETE', `/v1/vaults/${deleted}`, { token: admin.token }))
    await world.close()
  })
  afterAll(async () => {
    await hsm?.remove()
    await rm(dataDir, { recursive: true, force: true })
  })

  // Each step continues after the previous one.
  it.each([
    ['software', 'old token'],
    ['old token', 'old token, wrapped'],
    ['old token, wrapped', 'new token'],
    ['new token', 'software'],
  ] as const)('goes from %s to %s during reads and writes, until the old store can be removed', async (from, to) => {
    const { keystore } = stores[to]
    const world = await makeWorld('sqlite', { dataDir, ...stores[from], nextKeyStore: stores[to] })
    onTestFinished(() => world.close())
    admin = { ...admin, token: await signIn(world) }
    const plan = async () => (await ok(world.call('GET', `/v1/admin/keys/migration?to=${keystore}`, { token: admin.token }))).body
    const tie = async () => (await rowsOf(world, `SELECT value FROM server_facts WHERE key = 'keyring'`))[0]?.['value']
    const [before, oldTie] = [await plan(), await tie()]
    expect(before).toMatchObject({ vaults: vaults.length + 1, rotations: 0, old_keys: 0, stays: [], active: false })
    expect(before.server_keys).toBe(4)

    await ok(world.call('POST', '/v1/admin/keys/migration', { token: admin.token, body: { to: keystore } }))
    vaults.push(...(await filled(world, admin, 1)))
    for (let now = before; now.vaults + now.server_keys + now.rotations > 0; now = await plan()) {
      await ensureAllOpen(world, admin, vaults)
      await world.put(admin, vaults[0] ?? '', 'new', 'written in the meantime')
    }
    expect((await plan()).migration.status).toBe('running')
    world.advance(61_000)
    await expect
      .poll(async () => (await plan()).migration, { timeout: 20_000 })
      .toMatchObject({
        status: 'completed',
        moved: before.vaults,
      })
    await ensureAllOpen(world, admin, vaults)
    expect(await rowsOf(world, 'SELECT id FROM former_keks UNION SELECT id FROM doomed_keks')).toEqual([])

    // Tokens that the old store signed are valid until they expire, after a day at most.
    const { stays, settings } = await plan()
    expect([stays.map(({ reason }: { reason: string }) => reason), settings]).toEqual([
      [expect.stringContaining('signed tokens is needed until')],
      [],
    ])
    world.advance(25 * 3_600_000)
    admin = { ...admin, token: await signIn(world) }
    await expect.poll(async () => (await plan()).settings.at(-1), { timeout: 20_000 }).toContain('Remove ONECLAW_NEXT_KEYSTORE')
    expect(await tie()).not.toBe(oldTie)
    await world.close()
    await expect(makeWorld('sqlite', { dataDir, ...stores[from] })).rejects.toMatchObject({ code: 'config.invalid' })
  })

  it('leaves nothing behind that is still needed, and is completely in the audit log', async () => {
    const world = await makeWorld('sqlite', { dataDir })
    onTestFinished(() => world.close())
    admin = { ...admin, token: await signIn(world) }
    await ok(world.call('POST', `/v1/deleted-vaults/${deleted}/restore`, { token: admin.token }))
    await ensureAllOpen(world, admin, [...vaults, deleted])
    expect((await ok(world.call('POST', '/v1/audit/verify', { token: admin.token }))).body).toMatchObject({
      ok: true,
      faults: [],
    })
    const told = (await allEvents(world)).filter(({ action }) => action === 'key.migrate').map(({ details }) => details['change'])
    const once = ['migration started', ...Array(3).fill('moved'), 'migration completed']
    expect(told).toEqual([...once, ...once, ...once, ...once])
  })
})

describe('a plan of a migration', () => {
  let hsm: SoftHsm
  let place: Token
  let world: World
  let admin: TestUser
  beforeAll(async () => {
    hsm = await makeSoftHsm()
    place = await hsm.addToken()
    world = await makeWorld('sqlite', { nextKeyStore: token(place) })
    admin = await world.signUp(EMAIL)
  })
  afterAll(async () => {
    await world?.close()
    await hsm?.remove()
  })

  const URL = '/v1/admin/keys/migration'
  const begin = (to = 'pkcs11') => world.call('POST', URL, { token: admin.token, body: { to } })
  const plan = async () => (await ok(world.call('GET', `${URL}?to=pkcs11`, { token: admin.token }))).body

  it('is refused with a reason while the token does not answer, without any change', async () => {
    await hsm.unplug()
    await expect.poll(async () => (await plan()).connected, { timeout: 20_000 }).toBe(false)
    const refused = await begin()
    expect(refused).toMatchObject({ status: 503, body: { detail: expect.stringContaining('does not answer: token test-') } })
    expect((await plan()).active).toBe(false)
    await hsm.plugIn()
    await expect.poll(async () => (await plan()).connected, { timeout: 20_000 }).toBe(true)
  })

  it('names what moves, with signing keys by vault and path, and what stays because it does not open', async () => {
    const vault = await world.vault(admin, 'treasury')
    await ok(world.call('POST', `/v1/vaults/${vault}/signing-keys/eth/hot`, { token: admin.token, body: {} }))
    await world.put(admin, vault, 'good', 'kept')
    await world.put(admin, vault, 'bad', 'lost')
    const before = await plan()
    expect(before.stays.filter(({ kind }: { kind: string }) => kind !== 'server-keys')).toEqual([])
    expect(before).toMatchObject({ signing_keys: 1, goes: [{ vault_id: vault, vault: 'treasury', path: 'eth/hot' }] })
    const hot = await signedBy(world, vault)
    expect(JSON.stringify(before)).not.toMatch(/kept|lost/)
    await rowsOf(
      world,
      `UPDATE secret_versions SET wrapped_dek = (SELECT wrapped_dek FROM secret_versions v JOIN secrets s ON s.id = v.secret_id
        WHERE s.path = 'good') WHERE secret_id = (SELECT id FROM secrets WHERE path = 'bad')`,
    )
    await ok(begin())
    await expect.poll(async () => (await plan()).vaults + (await plan()).rotations, { timeout: 20_000 }).toBe(0)
    const { stays, settings } = await plan()
    expect(stays.filter(({ kind }: { kind: string }) => kind === 'versions')).toEqual([
      {
        kind: 'versions',
        vault_id: vault,
        vault: 'treasury',
        reason: expect.stringMatching(/^One version does not open under the old key: .* Restore it from a backup or delete it/),
      },
    ])
    expect(await plan()).toMatchObject({ signing_keys: 0, goes: [] })
    // The same account, with another copy of the key: only the token has one now.
    expect(await signedBy(world, vault)).toBe(hot)
    expect(await rowsOf(world, 'SELECT id FROM signing_keys WHERE blob IS NOT NULL')).toEqual([])
    const listed = await hsm.tool(place, '--list-objects', '--type', 'privkey')
    expect(listed).toMatch(/EC secp256k1|1claw-tx-/)
    const moved = listed.split('Private Key Object').find(text => text.includes('1claw-tx-'))
    expect(moved).toMatch(/Access:\s+sensitive\s/)
    expect(settings).toEqual([])
    const { body } = await ok(world.call('GET', `/v1/vaults/${vault}/secrets/good`, { token: admin.token }))
    expect(body.value).toBe('kept')
  })

  it('names a signing key that a token does not export, before the way back starts', async () => {
    const { body } = await ok(world.call('GET', `${URL}?to=software`, { token: admin.token }))
    expect(body).toMatchObject({ signing_keys: 0, goes: [], active: false })
    expect(body.stays.filter(({ kind }: { kind: string }) => kind === 'signing-key')).toEqual([
      {
        kind: 'signing-key',
        vault_id: expect.any(String),
        vault: 'treasury',
        path: 'eth/hot',
        reason: expect.stringMatching(/^A signing key never leaves a token\. Make a new one/),
      },
    ])
  })

  it('can be half done when a backup is made, which then needs both stores', async () => {
    const identity = await generateIdentity()
    const folder = await mkdtemp(join(tmpdir(), '1claw-migration-backup-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const [file, unlocking] = [join(folder, 'a.age'), { identities: [identity] }]
    const { config } = world
    await makeBackup({
      config,
      keyring: world.server.services.keyring,
      file,
      sealing: { recipients: [await identityToRecipient(identity)] },
      withKeys: true,
      madeBy: '0.0.0',
      now: Date.now(),
    })
    const elsewhere = { ...config, dataDir: folder }
    expect((await drill({ config: elsewhere, file, unlocking })).end.values).toMatchObject({ unreadable: 1 })
    await expect(drill({ config: { ...elsewhere, nextKeyStore: undefined }, file, unlocking })).rejects.toMatchObject({
      code: 'keys.unavailable',
      extras: { hint: expect.stringContaining('ONECLAW_NEXT_KEYSTORE') },
    })
  })
})

/** The account of the key at `eth/hot` that signs now, found with a signature. */
async function signedBy({ server }: World, vaultId: string): Promise<string> {
  const { signingKeys, vaultFacts } = server.services
  const grant = { resource: { vault: await vaultFacts(vaultId), path: 'eth/hot' } } as never
  const key = await signingKeys.find(grant)
  if (!key) throw new Error('There is no key.')
  const digest = randomBytes(32)
  const { r, s, yParity } = await signingKeys.sign(grant, key, digest)
  const signature = { r, s, yParity }
  expect(await recoverAddress({ hash: `0x${digest.toString('hex')}`, signature })).toBe(key.address)
  return key.address
}

async function signIn(world: World): Promise<string> {
  return (await ok(world.call('POST', '/v1/auth/token', { body: { email: EMAIL, password: PASSWORD } }))).body.access_token
}

async function filled(world: World, owner: { token: string; id: string }, count = VAULTS): Promise<string[]> {
  const vaults: string[] = []
  for (let i = 0; i < count; i++) {
    const id = await world.vault({ email: '', orgId: '', ...owner })
    for (const path of PATHS) await world.put(owner, id, path, `${id} ${path}`)
    vaults.push(id)
  }
  return vaults
}

async function ensureAllOpen(world: World, { token }: { token: string }, vaults: readonly string[]): Promise<void> {
  for (const id of vaults) {
    const { body } = await ok(world.call('POST', `/v1/vaults/${id}/secret-values`, { token, body: { paths: PATHS } }))
    expect(body.secrets.map(({ value }: { value: string }) => value)).toEqual(PATHS.map(path => `${id} ${path}`))
  }
}
