import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { type Row, rowsOf } from '../../support/rows.ts'
import { PASSWORD } from '../../support/world.ts'

const MINUTE = 60_000

describe.each(onEngines(testsOn))('a writer to the database, on $engine', ({ it: base, engine }) => {
  const it = base.extend('calls', async ({ world, owner, vaultId }) => {
    const { token } = owner
    const put = (path: string, value: string) => world.put({ token }, vaultId, path, value)
    const call = (method: string, path: string, body?: object) =>
      world.call(method, `/v1/vaults/${vaultId}/${path}`, { token, body })
    /** The value, or the status of a reply without one. */
    const get = async (path: string) => {
      const { status, body } = await call('GET', `secrets/${path}`)
      return status === 200 ? body.value : status
    }
    const rowOf = async (path: string): Promise<Row> => {
      const rows = await rowsOf(world, `SELECT * FROM secrets WHERE vault_id = '${vaultId}' AND path = '${path}'`)
      return rows[0] ?? expect.unreachable()
    }
    /** As the owner of the tables. */
    const edit = (id: unknown, set: string) => rowsOf(world, `UPDATE secrets SET ${set} WHERE id = '${id}'`)
    if (engine === 'postgres') await rowsOf(world, 'ALTER TABLE secrets DISABLE TRIGGER USER')
    return { put, call, get, rowOf, edit }
  })

  it('cannot swap two secrets of a vault: neither can be read, overwritten, copied, moved, deleted or restored', async ({
    calls: { put, call, get, rowOf, edit },
  }) => {
    await put('swap/test', 'for tests')
    await put('swap/live', 'for customers')
    const [test, live] = [await rowOf('swap/test'), await rowOf('swap/live')]
    const place = async (row: Row, path: unknown) => edit(row['id'], `path = '${path}'`)
    await place(test, 'swap/x')
    await place(live, 'swap/test')
    await place(test, 'swap/live')
    for (const path of ['swap/test', 'swap/live']) {
      expect(await get(path)).toBe(500)
      for (const [method, url, body] of [
        ['GET', `secret-version/${path}/1`],
        ['GET', `secret-versions/${path}`],
        ['POST', 'secret-values', { prefix: 'swap/' }],
        ['POST', 'secret-values', { paths: [path] }],
        ['PUT', `secrets/${path}`, { value: 'next' }],
        ['PATCH', `secrets/${path}`, { metadata: {} }],
        ['POST', `secret-copy/${path}`, { to: 'swap/other' }],
        ['POST', `secret-move/${path}`, { to: 'swap/other' }],
        ['POST', `secret-rollback/${path}/1`],
        ['POST', `secret-rotate/${path}`, {}],
        ['DELETE', `secrets/${path}`],
        ['DELETE', `secrets/${path}?purge=true`],
      ] as const) {
        const { status, body: reply } = await call(method, url, body)
        expect([method, url, status]).toEqual([method, url, 500])
        expect(JSON.stringify(reply)).not.toContain('for ')
      }
    }
    for (const row of [test, live]) await place(row, row['id'])
    for (const row of [test, live]) await place(row, row['path'])
    expect([await get('swap/test'), await get('swap/live')]).toEqual(['for tests', 'for customers'])
  })

  it('cannot make an older version the newest, with or without the one after it', async ({
    world,
    calls: { put, get, rowOf, edit },
  }) => {
    await put('older', 'one')
    await put('older', 'two')
    const row = await rowOf('older')
    await edit(row['id'], 'latest_version = 1')
    expect(await get('older')).toBe(500)
    await rowsOf(world, `DELETE FROM secret_versions WHERE secret_id = '${row['id']}' AND version = 2`)
    expect(await get('older')).toBe(500)
  })

  it('cannot take a secret to another vault, nor its vault to another organisation', async ({
    world,
    owner,
    calls: { put, get, rowOf, edit },
  }) => {
    await put('taken', 'a value')
    const row = await rowOf('taken')
    const other = await world.vault(owner)
    await edit(row['id'], `vault_id = '${other}'`)
    expect((await world.call('GET', `/v1/vaults/${other}/secrets/taken`, { token: owner.token })).status).toBe(500)
    await edit(row['id'], `vault_id = '${row['vault_id']}'`)
    expect(await get('taken')).toBe('a value')
  })

  it('cannot use a secret without a MAC or with the MAC of another', async ({ calls: { put, get, rowOf, edit } }) => {
    for (const path of ['bare/one', 'bare/two']) await put(path, path)
    const [one, two] = [await rowOf('bare/one'), await rowOf('bare/two')]
    for (const mac of ['NULL', "''", `'${two['mac']}'`, `'2.${one['mac']}'`, `'1.${one['mac']}'`]) {
      await edit(one['id'], `mac = ${mac}`)
      expect(await get('bare/one')).toBe(500)
    }
    await edit(one['id'], `mac = '${one['mac']}'`)
    expect(await get('bare/one')).toBe('bare/one')
  })

  it('is still refused after the MAC key was replaced, while everyone else keeps reading', async ({
    world,
    owner,
    calls: { put, call, get, rowOf, edit },
  }) => {
    await world.server.database.run(({ orgs }) => orgs.makePlatform(owner.orgId))
    const { serverKeyRotation: rotation } = world.server.services
    await put('kept/one', 'first')
    await put('kept/two', 'second')
    const moved = await rowOf('kept/two')
    await edit(moved['id'], "path = 'kept/moved'")
    const signedIn = await world.call('POST', '/v1/auth/token', { body: { email: owner.email, password: PASSWORD } })
    const token = signedIn.body.access_token
    expect((await world.call('POST', '/v1/admin/keys/audit/rotate', { token })).status).toBe(202)
    expect(await get('kept/one')).toBe('first')
    world.advance(16_000)
    await put('kept/three', 'third')
    expect(String((await rowOf('kept/three'))['mac'])).toMatch(/^2\./)
    world.advance(2 * MINUTE)
    await rotation.goOn()
    const keys = (await world.call('GET', '/v1/admin/keys', { token })).body.keys.filter(
      ({ key }: { key: string }) => key === 'audit',
    )
    expect(keys.map(({ number, state }: { number: number; state: string }) => [number, state])).toEqual([
      [2, 'current'],
      [1, 'retired'],
    ])
    expect(String((await rowOf('kept/one'))['mac'])).toMatch(/^2\./)
    expect([await get('kept/one'), await get('kept/three'), await get('kept/moved')]).toEqual(['first', 'third', 500])
    // After a key has ended, nothing that it proved is valid.
    await edit(moved['id'], "path = 'kept/two'")
    expect(await get('kept/two')).toBe(500)
    expect((await call('GET', 'secrets')).status).toBe(200)
  })
})
