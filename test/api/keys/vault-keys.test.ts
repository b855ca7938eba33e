import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { versionOpener } from '../../../server/modules/secrets/opening.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents, rowsOf } from '../../support/rows.ts'
import { ok, PASSWORD, type Reply, type TestUser } from '../../support/world.ts'

describe.each(onEngines(testsOn))('the key of a vault, on $engine', ({ it: base }) => {
  let owner: TestUser

  const it = base.extend('calls', ({ world }) => {
    const call = (method: string, url: string, body?: object) =>
      world.call(method, `/v1/vaults/${url}`, { token: owner.token, body })
    async function ended(id: string, jobId: string): Promise<Reply['body']> {
      for (;;) {
        const { body } = await ok(call('GET', `${id}/rotate-key/${jobId}`))
        if (body.status !== 'running') return body
      }
    }
    const keyOf = async (id: string) =>
      String((await rowsOf(world, `SELECT kek_id FROM vaults WHERE id = '${id}'`))[0]?.['kek_id'])
    const under = async (key: string) =>
      Number((await rowsOf(world, `SELECT count(*) AS n FROM secret_versions WHERE kek_id = '${key}'`))[0]?.['n'])
    const events = async (id: string) => (await allEvents(world)).filter(event => event.vault_id === id)
    return { call, ended, keyOf, under, events }
  })

  it.beforeAll(async ({ owner: first }) => {
    owner = first
  })

  it('is rotated with every version, including deleted ones, during reads and writes', async ({
    world,
    calls: { call, keyOf, ended, under },
  }) => {
    const id = await world.vault(owner)
    const paths = Array.from({ length: 150 }, (_, i) => `many/${i}`)
    for (const path of paths) await world.put(owner, id, path, path)
    await world.put(owner, id, 'many/0', 'second')
    await ok(call('DELETE', `${id}/secrets/many/1`))
    const old = await keyOf(id)
    const begun = await call('POST', `${id}/rotate-key`)
    expect(begun).toMatchObject({ status: 202, body: { vault_id: id, status: 'running', total_versions: 151 } })
    const job = ended(id, begun.body.id)
    for (const [i, path] of paths.slice(2).entries()) {
      expect((await ok(call('GET', `${id}/secrets/${path}`))).body.value).toBe(path)
      if (i % 10 === 0) await world.put(owner, id, `new/${i}`, 'new')
    }
    expect(await job).toMatchObject({ status: 'completed', processed: 151 })
    expect((await ok(call('GET', `${id}/secret-version/many/0/1`))).body.value).toBe('many/0')
    expect((await ok(call('GET', `${id}/secrets/many/0`))).body.value).toBe('second')
    expect([await under(old), await under(await keyOf(id))]).toEqual([0, 166])
    expect(await keyOf(id)).not.toBe(old)
  })

  it('is destroyed a minute after its rotation, and the log records each step', async ({
    world,
    calls: { keyOf, ended, call, events },
  }) => {
    const id = await world.vault(owner)
    await world.put(owner, id, 'a', 'kept')
    const old = await keyOf(id)
    await ended(id, (await ok(call('POST', `${id}/rotate-key`))).body.id)
    const scheduled = () => rowsOf(world, `SELECT id FROM doomed_keks WHERE id = '${old}'`)
    await world.server.services.destroyDueKeks()
    expect(await scheduled()).toHaveLength(1)
    world.advance(61_000)
    await world.server.services.destroyDueKeks()
    expect(await scheduled()).toHaveLength(0)
    expect(await rowsOf(world, `SELECT id FROM former_keks WHERE vault_id = '${id}'`)).toEqual([])
    const told = (await events(id)).filter(({ action }) => action.startsWith('key.'))
    expect(told.map(({ action, details }) => [action, details['change'] ?? details['key']])).toEqual([
      ['key.rotate', 'rotation started'],
      ['key.rotate', 'rotation completed'],
      ['key.destroy', old],
    ])
    expect((await ok(call('GET', `${id}/secrets/a`))).body.value).toBe('kept')
    const again = await ended(id, (await ok(call('POST', `${id}/rotate-key`))).body.id)
    expect(again).toMatchObject({ status: 'completed', processed: 1 })
    expect((await ok(call('GET', `${id}/secrets/a`))).body.value).toBe('kept')
  })

  it('is kept when a version does not open, while all others are converted', async ({
    engine,
    world,
    calls: { keyOf, ended, call, under },
  }) => {
    const id = await world.vault(owner)
    await world.put(owner, id, 'good', 'good')
    const { body: bad } = await world.put(owner, id, 'bad', 'bad')
    const row = `secret_id = '${bad.id}'`
    const [kept] = await rowsOf(world, `SELECT wrapped_dek FROM secret_versions WHERE ${row}`)
    const hex = Buffer.from(kept?.['wrapped_dek'] as Uint8Array).toString('hex')
    const bytes = (text: string) => (engine === 'postgres' ? `'\\x${text}'` : `x'${text}'`)
    const flipped = hex.slice(0, -2) + (hex.endsWith('00') ? '01' : '00')
    await rowsOf(world, `UPDATE secret_versions SET wrapped_dek = ${bytes(flipped)} WHERE ${row}`)
    const old = await keyOf(id)
    const job = await ended(id, (await ok(call('POST', `${id}/rotate-key`))).body.id)
    expect(job).toMatchObject({ status: 'failed', processed: 1, error: expect.stringContaining('the old key') })
    await rowsOf(world, `UPDATE secret_versions SET wrapped_dek = ${bytes(hex)} WHERE ${row}`)
    expect((await ok(call('GET', `${id}/secrets/good`))).body.value).toBe('good')
    expect((await ok(call('GET', `${id}/secrets/bad`))).body.value).toBe('bad')
    expect(await under(old)).toBe(1)
  })

  it('continues a rotation by itself where a process left it', async ({ world, calls: { call, ended, under } }) => {
    const id = await world.vault(owner)
    await world.put(owner, id, 'a', 'a')
    const { body: late } = await world.put(owner, id, 'b', 'b')
    const kept = `kept_${randomUUID().replaceAll('-', '')}`
    await rowsOf(world, `CREATE TABLE ${kept} AS SELECT * FROM secret_versions WHERE secret_id = '${late.id}'`)
    const { body: job } = await ok(call('POST', `${id}/rotate-key`))
    await ended(id, job.id)
    const old = String((await rowsOf(world, `SELECT kek_id FROM ${kept}`))[0]?.['kek_id'])
    // The state if a process is killed between two batches: one version is moved, one is not, the old key is kept, and the process still
    // holds the job for a while.
    const columns = ['wrapped_dek', 'kek_id', 'bound_kek_id'].map(column => `${column} = (SELECT ${column} FROM ${kept})`)
    await rowsOf(world, `UPDATE secret_versions SET ${columns.join(', ')} WHERE secret_id = '${late.id}'`)
    await rowsOf(world, `INSERT INTO former_keks SELECT id, vault_id, blob, destroy_at FROM doomed_keks WHERE id = '${old}'`)
    await rowsOf(world, `DELETE FROM doomed_keks WHERE id = '${old}'`)
    const holder = `status = 'running', holder = 'another', held_until = ${Date.now() + 3_600_000}`
    await rowsOf(world, `UPDATE key_jobs SET ${holder} WHERE id = '${job.id}'`)
    expect((await call('GET', `${id}/rotate-key/${job.id}`)).body.status).toBe('running')
    expect((await call('POST', `${id}/rotate-key`)).body).toMatchObject({ id: job.id, status: 'running' })
    expect((await call('POST', `${id}/cmek`, { fingerprint: 'a'.repeat(64) })).status).toBe(409)
    await world.server.services.vaultKeys.goOn()
    expect((await call('GET', `${id}/rotate-key/${job.id}`)).body.status).toBe('running')
    world.advance(2 * 3_600_000)
    owner = {
      ...owner,
      token: (await ok(world.call('POST', '/v1/auth/token', { body: { email: owner.email, password: PASSWORD } }))).body
        .access_token,
    }
    await world.server.services.vaultKeys.goOn()
    expect(await ended(id, job.id)).toMatchObject({ status: 'completed', processed: 2 })
    expect(await under(old)).toBe(0)
    expect((await ok(call('GET', `${id}/secrets/b`))).body.value).toBe('b')
  })

  it('still held by a reader does not keep it from opening converted versions', async ({ world, calls: { ended, call } }) => {
    const { database, keyring } = world.server.services
    const id = await world.vault(owner)
    const { body: secret } = await world.put(owner, id, 'a', 'the value')
    const read = async () => {
      const keks = await database.read(({ vaultKeys }) => vaultKeys.keks({ id, orgId: owner.orgId }))
      const [row] = await database.read(({ sealedVersions }) => sealedVersions.byPlaces([{ secret_id: secret.id, version: 1 }]))
      if (!keks || !row) throw new Error('nothing there')
      return { vault: { id, orgId: owner.orgId, ...keks }, row }
    }
    const before = await read()
    await ended(id, (await ok(call('POST', `${id}/rotate-key`))).body.id)
    const after = await read()
    const gone = { ...after.vault, kek: { id: randomUUID(), blob: null }, formerKeks: [] }
    const open = versionOpener({ database, keyring })
    expect(String(await open(before.vault, before.row))).toBe('the value')
    expect(String(await open(before.vault, after.row))).toBe('the value')
    expect(String(await open(gone, before.row))).toBe('the value')
    const damaged = { ...after.row, ciphertext: Buffer.from(after.row.ciphertext).fill(0, 20) }
    await expect(open(after.vault, damaged)).rejects.toMatchObject({ code: 'secret.unreadable' })
  })

  it('is rotated by the server when it has wrapped half of its limit', async ({
    world,
    calls: { keyOf, under, events, call },
  }) => {
    const { vaultKeys, wraps } = world.server.services
    const id = await world.vault(owner)
    for (const path of ['a', 'b', 'c']) await world.put(owner, id, path, path)
    const [old, other] = [await keyOf(id), await keyOf(await world.vault(owner))]
    await wraps.flush()
    const counted = async (key: string) =>
      Number((await rowsOf(world, `SELECT wraps FROM kek_wraps WHERE kek_id = '${key}'`))[0]?.['wraps'] ?? 0)
    expect([await counted(old), await counted(other)]).toEqual([3, 0])
    await rowsOf(world, `UPDATE kek_wraps SET wraps = ${2 ** 31 - 1} WHERE kek_id = '${old}'`)
    await vaultKeys.rotateWorn()
    expect(await keyOf(id)).toBe(old)
    await world.put(owner, id, 'd', 'd')
    await wraps.flush()
    await vaultKeys.rotateWorn()
    expect(await keyOf(id)).not.toBe(old)
    await expect.poll(() => under(old)).toBe(0)
    await expect.poll(async () => (await events(id)).at(-1)?.details['change']).toBe('rotation completed')
    expect((await events(id)).at(-1)).toMatchObject({ action: 'key.rotate', actor_type: 'system' })
    for (const path of ['a', 'b', 'c', 'd']) expect((await ok(call('GET', `${id}/secrets/${path}`))).body.value).toBe(path)
    await vaultKeys.rotateWorn()
    await wraps.flush()
    expect(await counted(await keyOf(id))).toBe(4)
  })

  it('is rotated by the creator of the vault, owners and admins; not by agents or other members', async ({ world }) => {
    const id = await world.vault(owner)
    const agent = await world.agent(owner)
    await world.policy(owner, id, agent, '**', ['read', 'write', 'admin'])
    const member = await world.colleague(owner)
    const admin = await world.colleague(owner, 'admin')
    const post = (token: string) => world.call('POST', `/v1/vaults/${id}/rotate-key`, { token })
    expect([(await post(agent.token)).status, (await post(member.token)).status]).toEqual([403, 403])
    expect((await post(admin.token)).status).toBe(202)
  })

  it('is deleted with the vault, as are former keys', async ({ world, calls: { keyOf, ended, call, events } }) => {
    const id = await world.vault(owner)
    await world.put(owner, id, 'a', 'a')
    const first = await keyOf(id)
    await ended(id, (await ok(call('POST', `${id}/rotate-key`))).body.id)
    const second = await keyOf(id)
    await ok(call('DELETE', `${id}?purge=true`))
    world.advance(61_000)
    await world.server.services.destroyDueKeks()
    const destroyed = (await events(id)).filter(({ action }) => action === 'key.destroy').map(({ details }) => details['key'])
    expect(destroyed.toSorted()).toEqual([first, second].toSorted())
  })
})
