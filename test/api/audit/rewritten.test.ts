import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

describe.each(onEngines(testsOn))('an audit log that was changed in the database, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner }) => {
    await world.vault(owner)
  })

  it('makes the server unready until it is repaired, and is never signed', async ({ world, owner }) => {
    const { audit } = world.server.services
    expect(await audit.checkpointMoved()).toEqual([])
    await world.vault(owner)
    const own = `org_id = '${owner.orgId}' AND seq = (SELECT MAX(seq) FROM audit_events WHERE org_id = '${owner.orgId}')`
    await rowsOf(world, `UPDATE audit_events SET actor_id = 'somebody' WHERE ${own}`)
    expect(await audit.checkpointMoved()).toEqual([expect.objectContaining({ orgId: owner.orgId })])

    const ready = await world.call('GET', '/readyz')
    expect([ready.status, ready.body.detail]).toEqual([503, 'Not ready: audit.'])
    expect((await ok(world.call('GET', '/v1/health'))).body.status).toBe('degraded')
    expect((await ok(world.call('GET', '/livez'))).status).toBe(200)
    const verdict = await ok(world.call('POST', '/v1/audit/verify', { token: owner.token }))
    expect(verdict.body.ok).toBe(false)

    await rowsOf(world, `UPDATE audit_events SET actor_id = '${owner.id}' WHERE ${own}`)
    expect(await audit.checkpointMoved()).toEqual([])
    expect((await world.call('GET', '/readyz')).status).toBe(200)
  })

  it('makes the server unready at the next daily verification, even if the event was verified before', async ({
    world,
    owner,
  }) => {
    const { verifyAuditDaily } = world.server.services
    const verify = (query = '') => ok(world.call('POST', `/v1/audit/verify${query}`, { token: owner.token }))
    await verifyAuditDaily()
    const first = `org_id = '${owner.orgId}' AND seq = 1`
    const [before] = await rowsOf(world, `SELECT action FROM audit_events WHERE ${first}`)
    await rowsOf(world, `UPDATE audit_events SET action = 'auth.other' WHERE ${first}`)
    expect((await verify()).body.ok).toBe(true)
    expect((await verify('?full=true')).body).toMatchObject({ ok: false, faults: [{ seq: 1, kind: 'edited' }] })
    await rowsOf(world, `UPDATE audit_verified SET full_at = 0 WHERE org_id = '${owner.orgId}'`)
    await verifyAuditDaily()
    expect((await world.call('GET', '/readyz')).status).toBe(503)
    await rowsOf(world, `UPDATE audit_events SET action = '${String(before?.['action'])}' WHERE ${first}`)
    await verifyAuditDaily()
    expect((await world.call('GET', '/readyz')).status).toBe(200)
  })
})
