import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { KeyStoreConfig } from '../../server/config/key-stores.ts'
import { allEvents, rowsOf } from '../support/rows.ts'
import { makeSoftHsm, type SoftHsm, type Token } from '../support/softhsm.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../support/world.ts'

const VAULTS = 3
const PATHS = Array.from({ length: 8 }, (_, i) => `p/${i}`)
const EMAIL = 'admin@example.com'
const SOFTWARE: KeyStoreConfig = { keystore: 'software', pkcs11: undefined }

/** Where keys are, and where they are to go. */
type Way = (hsm: SoftHsm) => Promise<{ from: KeyStoreConfig; to: KeyStoreConfig }>

const token = (place: Token, mode: 'per-vault' | 'wrapped' = 'per-vault'): KeyStoreConfig => ({
  keystore: 'pkcs11',
  pkcs11: { ...place, mode },
})

const WAYS: [string, Way][] = [
  ['from software to a token', async hsm => ({ from: SOFTWARE, to: token(await hsm.addToken()) })],
  ['from a token to software', async hsm => ({ from: token(await hsm.addToken()), to: SOFTWARE })],
  ['from one token to another', async hsm => ({ from: token(await hsm.addToken()), to: token(await hsm.addToken(), 'wrapped') })],
  [
    'within a token, from a key for each vault to wrapped ones',
    async hsm => {
      const place = await hsm.addToken()
      return { from: token(place), to: token(place, 'wrapped') }
    },
  ],
  [
    'within a token, from wrapped keys to one for each vault',
    async hsm => {
      const place = await hsm.addToken()
      return { from: token(place, 'wrapped'), to: token(place) }
    },
  ],
]

describe('a migration of keys', () => {
  let hsm: SoftHsm
  beforeAll(async () => {
    hsm = await makeSoftHsm()
  })
  afterAll(() => hsm?.remove())

  it.each(WAYS)('goes %s while everything is read and written', async (_, way) => {
    const { from, to } = await way(hsm)
    const dataDir = await mkdtemp(join(tmpdir(), '1claw-migration-'))
    let world = await makeWorld('sqlite', { dataDir, ...from })
    onTestFinished(async () => {
      await world.close()
      await rm(dataDir, { recursive: true, force: true })
    })
    const owner = await world.signUp(EMAIL)
    const vaults = await filled(world, owner)
    const [deleted = ''] = await filled(world, owner, 1)
    await ok(world.call('DELETE', `/v1/vaults/${deleted}`, { token: owner.token }))

    await world.close()
    world = await makeWorld('sqlite', { dataDir, ...from, nextKeyStore: to })
    const { access_token } = (await ok(world.call('POST', '/v1/auth/token', { body: { email: EMAIL, password: PASSWORD } }))).body
    const admin = { ...owner, token: access_token }
    const migration = async (method = 'GET') => {
      const url = `/v1/admin/keys/migration${method === 'GET' ? `?to=${to.keystore}` : ''}`
      return (await ok(world.call(method, url, { token: admin.token, ...(method === 'POST' && { body: { to: to.keystore } }) })))
        .body
    }
    const vaultKeys = Number((await rowsOf(world, 'SELECT count(*) AS n FROM vaults'))[0]?.['n'])
    expect(await migration()).toMatchObject({ vaults: vaultKeys, rotations: 0, old_keys: 0, active: false, connected: true })
    await migration('POST')
    vaults.push(...(await filled(world, admin, 1)))
    for (let plan = await migration(); plan.vaults + plan.rotations > 0; plan = await migration()) {
      await ensureAllOpen(world, admin, vaults)
      await world.put(admin, vaults[0] ?? '', 'new', 'written in the meantime')
    }
    expect((await migration()).migration.status).toBe('running')
    world.advance(61_000)
    await expect
      .poll(async () => (await migration()).migration, { timeout: 20_000 })
      .toMatchObject({
        status: 'completed',
        vaults: vaultKeys,
        moved: vaultKeys,
      })
    await ensureAllOpen(world, admin, vaults)
    expect(await rowsOf(world, `SELECT id FROM vaults WHERE kek_id NOT LIKE '%.%'`)).toEqual([])
    expect(await rowsOf(world, 'SELECT id FROM former_keks')).toEqual([])
    const told = (await allEvents(world)).filter(({ action }) => action === 'key.migrate')
    expect(told.map(({ details }) => details['change'])).toEqual(['migration begun', 'migration completed'])

    // The new store may come first in the settings, and a vault that is restored is under it too.
    await world.close()
    world = await makeWorld('sqlite', { dataDir, ...to, nextKeyStore: from })
    await ensureAllOpen(world, admin, vaults)
    await ok(world.call('POST', `/v1/deleted-vaults/${deleted}/restore`, { token: admin.token }))
    await ensureAllOpen(world, admin, [deleted])
    await world.close()
    await expect(makeWorld('sqlite', { dataDir, ...from })).rejects.toMatchObject({ code: 'config.invalid' })
  })
})

describe('a plan', () => {
  let hsm: SoftHsm
  let world: World
  let admin: TestUser
  beforeAll(async () => {
    hsm = await makeSoftHsm()
    world = await makeWorld('sqlite', { nextKeyStore: token(await hsm.addToken()) })
    admin = await world.signUp(EMAIL)
  })
  afterAll(async () => {
    await world?.close()
    await hsm?.remove()
  })

  const URL = '/v1/admin/keys/migration'
  const begin = (to = 'pkcs11') => world.call('POST', URL, { token: admin.token, body: { to } })
  const plan = async () => (await ok(world.call('GET', `${URL}?to=pkcs11`, { token: admin.token }))).body

  it('is refused in words while the token does not answer, and nothing is changed', async () => {
    await hsm.unplug()
    await expect.poll(async () => (await plan()).connected, { timeout: 20_000 }).toBe(false)
    const refused = await begin()
    expect(refused).toMatchObject({ status: 503, body: { detail: expect.stringContaining('does not answer: token test-') } })
    expect((await plan()).active).toBe(false)
    await hsm.plugIn()
    await expect.poll(async () => (await plan()).connected, { timeout: 20_000 }).toBe(true)
  })

  it('names before anything starts what stays: signing keys by vault and path, and then versions that do not open', async () => {
    const vault = await world.vault(admin, 'treasury')
    await ok(world.call('POST', `/v1/vaults/${vault}/signing-keys/eth/hot`, { token: admin.token, body: {} }))
    await world.put(admin, vault, 'good', 'kept')
    await world.put(admin, vault, 'bad', 'lost')
    const before = await plan()
    expect(before.stays.filter(({ kind }: { kind: string }) => kind !== 'server-keys')).toEqual([
      {
        kind: 'signing-key',
        vault_id: vault,
        vault: 'treasury',
        path: 'eth/hot',
        reason: expect.stringContaining('never leaves'),
      },
    ])
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
      { kind: 'versions', vault_id: vault, vault: 'treasury', reason: 'One version does not open under the old key.' },
    ])
    expect(settings).toEqual([])
    const { body } = await ok(world.call('GET', `/v1/vaults/${vault}/secrets/good`, { token: admin.token }))
    expect(body.value).toBe('kept')
  })
})

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
