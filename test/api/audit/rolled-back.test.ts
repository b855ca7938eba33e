import { describe, expect } from 'vitest'
import { dailyComparison } from '../../../server/modules/secrets/daily-comparison.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents, rowsOf } from '../../support/rows.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const DAY = 86_400_000
/** Secrets that are looked at in two parts. */
const MORE_THAN_A_PART = 300
const QUESTION_MS = 10

describe.each(onEngines(testsOn))('the comparison of secrets with the audit log, on $engine', ({ it: base, engine }) => {
  const it = base.extend('calls', async ({ world, owner, vaultId }) => {
    const call = (method: string, url: string, body?: object, vault = vaultId) =>
      world.call(method, `/v1/vaults/${vault}/${url}`, { token: owner.token, body })
    const put = async (path: string, value: string, vault = vaultId): Promise<{ id: string; version: number }> =>
      (await ok(world.put(owner, vault, path, value))).body
    const get = async (path: string) => {
      const { status, body } = await call('GET', `secrets/${path}`)
      return status === 200 ? body.value : status
    }
    /** All findings, as for a server that has just started. */
    const look = async () => {
      const { database, services } = world.server
      const { compareSecretsDaily } = dailyComparison({ database, distrusted: services.audit.distrusted, clock: Date.now })
      return compareSecretsDaily(new AbortController().signal)
    }
    const told = async (id: string) =>
      (await allEvents(world)).filter(({ action, resource_id }) => action === 'secret.tampered' && resource_id === id)
    /** Copies a secret like a writer to the database; the returned function puts the copy back. */
    const kept = async (id: string) => {
      const name = `kept_${id.replaceAll('-', '')}`
      await rowsOf(world, `CREATE TABLE ${name} AS SELECT * FROM secrets WHERE id = '${id}'`)
      await rowsOf(world, `CREATE TABLE ${name}_v AS SELECT * FROM secret_versions WHERE secret_id = '${id}'`)
      return async () => {
        await rowsOf(world, `DELETE FROM secret_versions WHERE secret_id = '${id}'`)
        await rowsOf(world, `DELETE FROM secrets WHERE id = '${id}'`)
        await rowsOf(world, `INSERT INTO secrets SELECT * FROM ${name}`)
        await rowsOf(world, `INSERT INTO secret_versions SELECT * FROM ${name}_v`)
      }
    }
    /** So that a test does not find the changed secrets of another. */
    const remove = async (id: string) => {
      await rowsOf(world, `DELETE FROM secret_versions WHERE secret_id = '${id}'`)
      await rowsOf(world, `DELETE FROM secrets WHERE id = '${id}'`)
    }
    if (engine === 'postgres') await rowsOf(world, 'ALTER TABLE secrets DISABLE TRIGGER USER')
    return { call, put, get, look, told, kept, remove }
  })

  it('finds a secret that was put back whole from an old copy, and reports it once', async ({
    world,
    owner,
    vaultId,
    calls: { put, get, look, told, kept, remove },
  }) => {
    const { id } = await put('db/password', 'one')
    const rolledBack = await kept(id)
    await put('db/password', 'two')
    await put('db/password', 'three')
    expect(await look()).toEqual([])
    await rolledBack()
    expect(await get('db/password')).toBe('one')
    const fault = 'an old copy was put back in the database: version 1 is not the newest in the audit log'
    const found = [{ orgId: owner.orgId, vaultId, id, path: 'db/password', fault }]
    expect(await look()).toEqual(found)
    expect(await look()).toEqual(found)
    expect(await told(id)).toMatchObject([
      { org_id: owner.orgId, vault_id: vaultId, actor_type: 'system', details: { path: 'db/password', fault } },
    ])
    await remove(id)
    expect(await look()).toEqual([])
    expect(JSON.stringify(await told(id))).not.toContain('one')
    expect((await world.call('GET', '/readyz')).status).toBe(200)
  })

  it('finds a secret that was put back after it was purged or moved to another vault', async ({
    world,
    owner,
    calls: { call, put, look, kept, remove },
  }) => {
    const other = await world.vault(owner)
    const [purged, moved] = [await put('was/purged', 'x'), await put('was/moved', 'x')]
    const back = [await kept(purged.id), await kept(moved.id)]
    await ok(call('DELETE', 'secrets/was/purged?purge=true'))
    await ok(call('POST', 'secret-move/was/moved', { to: 'was/moved', to_vault_id: other }))
    expect(await look()).toEqual([])
    for (const rolledBack of back) await rolledBack()
    const found = await look()
    expect(found.map(({ id }) => id).sort()).toEqual([purged.id, moved.id].sort())
    for (const { fault } of found)
      expect(fault).toBe('it was put back in the database after it had been purged, or moved to another vault')
    for (const { id } of [purged, moved]) await remove(id)
  })

  it('finds a secret that was put back after it was deleted, and not one that was restored', async ({
    calls: { call, put, look, kept, remove },
  }) => {
    const { id } = await put('was/deleted', 'x')
    const rolledBack = await kept(id)
    await ok(call('DELETE', 'secrets/was/deleted'))
    expect(await look()).toEqual([])
    await rolledBack()
    const fault = 'it was put back in the database after it had been deleted'
    expect(await look()).toMatchObject([{ id, fault }])
    await ok(call('DELETE', 'secrets/was/deleted'))
    expect(await look()).toEqual([])
    await ok(call('POST', 'secret-restore/was/deleted'))
    expect(await look()).toEqual([])
    await ok(call('DELETE', 'secrets/was/deleted'))
    await put('was/deleted', 'y')
    expect(await look()).toEqual([])
    await remove(id)
  })

  it('names a secret whose path was changed in the database before anyone reads it', async ({
    world,
    calls: { call, put, look, told, remove },
  }) => {
    const { id } = await put('place/one', 'x')
    await rowsOf(world, `UPDATE secrets SET path = 'place/two' WHERE id = '${id}'`)
    expect(await look()).toMatchObject([{ id, path: 'place/two', fault: expect.stringContaining('neither read nor written') }])
    expect(await told(id)).toHaveLength(1)
    const { status, body } = await call('GET', 'secrets/place/two')
    expect([status, body.title]).toEqual([500, 'Internal Server Error'])
    expect(body.detail).toContain('could not be opened')
    expect(body.hint).toContain('Tell the operator of the server')
    expect(JSON.stringify(body)).not.toMatch(/MAC|place\/|latest/)
    await remove(id)
  })

  it('finds nothing after any operation of the server itself', async ({ world, owner, vaultId, calls: { call, put, look } }) => {
    const other = await world.vault(owner)
    for (const path of ['l/a', 'l/b', 'l/c', 'l/d', 'l/e']) for (const value of ['1', '2', '3']) await put(path, value)
    await ok(call('POST', 'secret-rotate/l/a', {}))
    await ok(call('POST', 'secret-rollback/l/a/1'))
    await ok(call('POST', 'secret-version-disable/l/a/2'))
    await ok(call('PATCH', 'secrets/l/a', { metadata: { n: 1 } }))
    expect((await call('GET', 'secret-version/l/a/99')).status).toBe(404)
    await ok(call('DELETE', 'secrets/l/b'))
    expect(await look()).toEqual([])
    await ok(call('POST', 'secret-restore/l/b'))
    await ok(call('DELETE', 'secrets/l/b'))
    await put('l/b', 'anew')
    await ok(call('POST', 'secret-move/l/c', { to: 'l/moved' }))
    await put('l/c', 'another')
    await ok(call('POST', 'secret-copy/l/moved', { to: 'copied', to_vault_id: other }))
    await ok(call('POST', 'secret-move/l/moved', { to: 'moved', to_vault_id: other }))
    await put('moved', 'next', other)
    await ok(call('POST', 'secret-move/moved', { to: 'l/back', to_vault_id: vaultId }, other))
    await put('l/x', 'x')
    await ok(call('POST', 'secret-prune/l/d', { keep: 1 }))
    await ok(call('DELETE', 'secrets/l/e?purge=true'))
    await put('l/e', 'first again')
    await ok(call('DELETE', 'secrets/l/x'))
    expect(await look()).toEqual([])
    const third = await world.vault(owner)
    await put('in/third', 'x', third)
    await ok(world.call('DELETE', `/v1/vaults/${third}`, { token: owner.token }))
    expect(await look()).toEqual([])
    await ok(world.call('POST', `/v1/deleted-vaults/${third}/restore`, { token: owner.token, body: {} }))
    await put('in/third', 'y', third)
    expect(await look()).toEqual([])
  })

  it('finds nothing while others write and read', async ({ calls: { call, put, look } }) => {
    await put('busy', '0')
    const writes = Array.from({ length: 30 }, async (_, n) => {
      await put('busy', String(n))
      await put(`busy-${n}`, 'x')
      await ok(call('GET', 'secrets/busy'))
      await ok(call('DELETE', `secrets/busy-${n}?purge=true`))
    })
    const looks = Array.from({ length: 10 }, () => look())
    expect((await Promise.all([Promise.all(looks), ...writes]))[0].flat()).toEqual([])
    expect(await look()).toEqual([])
  })

  it('rests between two parts twice as long as a part took, so that requests have most of the time', async ({
    world,
    owner,
    vaultId,
  }) => {
    for (let n = 0; n < MORE_THAN_A_PART; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, at) => world.put(owner, vaultId, `many/${n + at}`, 'x')))
    }
    const { database, services } = world.server
    let answeredAt = Number.POSITIVE_INFINITY
    let longestRest = 0
    /** Computes for a while in each question, of which a part has two. */
    const slow: typeof database = {
      ...database,
      async report(work) {
        longestRest = Math.max(longestRest, performance.now() - answeredAt)
        const answer = await database.report(work)
        for (const end = performance.now() + QUESTION_MS; performance.now() < end; );
        answeredAt = performance.now()
        return answer
      },
    }
    const { compareSecretsDaily } = dailyComparison({ database: slow, distrusted: services.audit.distrusted, clock: Date.now })
    expect(await compareSecretsDaily(new AbortController().signal)).toEqual([])
    // Timers count whole milliseconds.
    expect(longestRest).toBeGreaterThanOrEqual(4 * QUESTION_MS - 2)
  })

  it('finds nothing where old events were removed, and continues past an event that is not JSON', async ({
    world,
    owner,
    calls: { put, look, kept, remove },
  }) => {
    const { id } = await put('long/ago', 'one')
    const rolledBack = await kept(id)
    await put('long/ago', 'two')
    const own = `org_id = '${owner.orgId}'`
    const [last] = await rowsOf(world, `SELECT max(seq) AS seq FROM audit_events WHERE ${own}`)
    await put('long/after', 'x')
    await rolledBack()
    await rowsOf(world, `UPDATE audit_events SET details = 'no JSON "version":x' WHERE ${own} AND details LIKE '%long/after%'`)
    expect(await look()).toMatchObject([{ id }])
    await rowsOf(world, `DELETE FROM audit_events WHERE ${own} AND seq <= ${Number(last?.['seq'])}`)
    expect(await look()).toEqual([])
    await remove(id)
  })

  it('shows its findings in the status of the organisation until they are mended', async ({
    world,
    calls: { put, kept, remove },
  }) => {
    const { compareSecretsDaily } = world.server.services
    const victim = await world.signUp()
    const vault = await world.vault(victim)
    const { id } = (await ok(world.put(victim, vault, 'a', 'one'))).body
    const rolledBack = await kept(id)
    await ok(world.put(victim, vault, 'a', 'two'))
    await put('bystander', 'x')
    await rolledBack()
    const partsOf = async ({ email }: { email: string }) => {
      const { access_token: token } = (await ok(world.call('POST', '/v1/auth/token', { body: { email, password: PASSWORD } })))
        .body
      return (await ok(world.call('GET', '/v1/server/status', { token }))).body.parts
    }
    const round = async () => {
      world.advance(DAY + 1)
      return compareSecretsDaily(new AbortController().signal)
    }
    expect(await round()).toMatchObject([{ orgId: victim.orgId, id }])
    expect(await compareSecretsDaily(new AbortController().signal)).toEqual([])
    expect(await partsOf(victim)).toContainEqual({
      name: 'secrets',
      status: 'failing',
      detail: expect.stringContaining('1 secret was changed in the database from outside'),
    })
    const bystander = await world.signUp()
    expect(JSON.stringify(await partsOf(bystander))).not.toContain('secret was')
    await remove(id)
    expect(await round()).toEqual([])
    expect(JSON.stringify(await partsOf(victim))).not.toContain('secret was')
  })
})
