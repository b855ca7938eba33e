import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KeyStoreConfig } from '../../server/config/key-stores.ts'
import { allEvents, rowsOf } from '../support/rows.ts'
import { makeSoftHsm, type SoftHsm, type Token } from '../support/softhsm.ts'
import { makeWorld, ok, type TestUser, type World } from '../support/world.ts'

const URL = '/v1/admin/keys/migration'
const SOFTWARE: KeyStoreConfig = { keystore: 'software', pkcs11: undefined }

describe('a token that has lost the key of one vault', () => {
  let hsm: SoftHsm
  let place: Token
  let world: World
  let admin: TestUser
  let vaults: Record<'good' | 'lost' | 'other', string>
  beforeAll(async () => {
    hsm = await makeSoftHsm()
    place = await hsm.addToken()
    world = await makeWorld('sqlite', { keystore: 'pkcs11', pkcs11: { ...place, mode: 'per-vault' }, nextKeyStore: SOFTWARE })
    admin = await world.signUp()
    const filled = async (name: string) => {
      const id = await world.vault(admin, name)
      for (const path of ['a', 'b']) await world.put(admin, id, path, `${name} ${path}`)
      return id
    }
    vaults = { good: await filled('good'), lost: await filled('lost'), other: await filled('other') }
    const [row] = await rowsOf(world, `SELECT kek_id FROM vaults WHERE id = '${vaults.lost}'`)
    await hsm.tool(place, '--delete-object', '--type', 'secrkey', '--label', `1claw-kek-${String(row?.['kek_id'])}`)
  })
  afterAll(async () => {
    await world?.close()
    await hsm?.remove()
  })

  const job = (vault: string, id: string) => world.call('GET', `/v1/vaults/${vault}/rotate-key/${id}`, { token: admin.token })
  const plan = async () => (await ok(world.call('GET', `${URL}?to=software`, { token: admin.token }))).body
  const begin = async () => (await ok(world.call('POST', URL, { token: admin.token, body: { to: 'software' } }))).body
  const read = (vault: string, path: string) => world.call('GET', `/v1/vaults/${vault}/secrets/${path}`, { token: admin.token })
  /** Moves the clock past the grace of old keys until the migration has ended. */
  const ended = async () => {
    await expect.poll(async () => (await plan()).vaults + (await plan()).rotations).toBe(0)
    world.advance(61_000)
    await expect.poll(async () => (await plan()).migration.status).not.toBe('running')
    return plan()
  }

  it('ends a rotation as failed, saying what to do, after doing what is possible', async () => {
    const url = `/v1/vaults/${vaults.lost}/rotate-key`
    const { body } = await ok(world.call('POST', url, { token: admin.token }))
    await world.put(admin, vaults.lost, 'c', 'written since')
    await expect.poll(async () => (await job(vaults.lost, body.id)).body.status).toBe('failed')
    expect((await job(vaults.lost, body.id)).body.error).toMatch(
      /^2 versions do not open: the key store no longer has the old key\. Restore the key there/,
    )
    expect((await read(vaults.lost, 'c')).body.value).toBe('written since')
    expect((await read(vaults.lost, 'a')).status).toBe(500)
  })

  it('ends a migration as failed, naming the vault, after moving everything else', async () => {
    const begun = await begin()
    const { migration, stays } = await ended()
    expect(migration).toMatchObject({
      id: begun.migration.id,
      status: 'failed',
      errors: [expect.stringMatching(/^lost: 2 versions do not open: the key store no longer has the old key\./)],
    })
    expect(stays.filter(({ kind }: { kind: string }) => kind === 'versions')).toMatchObject([{ vault: 'lost' }])
    for (const name of ['good', 'other'] as const) {
      for (const path of ['a', 'b']) expect((await read(vaults[name], path)).body.value).toBe(`${name} ${path}`)
    }
    expect((await read(vaults.lost, 'c')).body.value).toBe('written since')
    const left = await rowsOf(world, `SELECT vault_id FROM former_keks`)
    expect(new Set(left.map(({ vault_id }) => vault_id))).toEqual(new Set([vaults.lost]))
  })

  it('can be retried, and fails again until the cause is mended', async () => {
    const first = (await plan()).migration.id
    const again = await begin()
    expect(again.migration).toMatchObject({ status: 'running' })
    expect(again.migration.id).not.toBe(first)
    expect((await ended()).migration).toMatchObject({ status: 'failed', errors: [expect.stringContaining('lost: ')] })
  })

  it('allows the whole migration once the unreadable secrets are purged', async () => {
    for (const path of ['a', 'b'])
      await ok(world.call('DELETE', `/v1/vaults/${vaults.lost}/secrets/${path}?purge=true`, { token: admin.token }))
    await begin()
    const { migration, stays } = await ended()
    expect(migration.status).toBe('completed')
    expect(stays.filter(({ kind }: { kind: string }) => kind === 'versions')).toEqual([])
    expect((await read(vaults.lost, 'c')).body.value).toBe('written since')
    const told = (await allEvents(world)).map(({ details }) => details['change'])
    expect(told.filter(change => String(change).startsWith('migration '))).toEqual([
      'migration started',
      'migration failed',
      'migration started',
      'migration failed',
      'migration started',
      'migration completed',
    ])
  })
})
