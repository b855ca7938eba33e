import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { checkpointAudit } from '../../../../../server/jobs/checkpoint-audit.ts'
import { signingKeyId } from '../../../../../src/crypto/signing-keys.ts'
import { Problem } from '../../../../../src/problem.ts'
import {
  type AuditDatabase,
  eventAbout,
  grantTo,
  ORG,
  openAudit,
  PUBLIC_KEY,
  SIGNING_KEY,
  serviceOn,
  signingWith,
  verdict,
} from '../../../../support/audit.ts'
import { migratedPlace, type Place } from '../../../../support/databases.ts'

const OTHER = '33333333-3333-4333-8333-333333333333'

describe('the audit service', () => {
  let place: Place
  let database: AuditDatabase

  beforeEach(async () => {
    place = await migratedPlace('sqlite')
    database = await openAudit(place.options)
    const events = [
      eventAbout('a'),
      eventAbout('b', { actorId: 'bob' }),
      eventAbout('c', { actorId: 'alice', actorType: 'agent' }),
      eventAbout('d', { orgId: OTHER }),
      eventAbout('e'),
    ]
    await database.run(({ audit }) => audit.append(events, Date.parse('2025-01-02T03:04:05.006Z')))
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  const seen = async (person: object, query: object = {}) => {
    const { events } = await serviceOn(database).events(await grantTo('audit.read', person), query)
    return events.map(({ resource_id }) => resource_id).join('')
  }

  it('shows owners and admins all events of the organisation, newest first', async () => {
    expect(await seen({ role: 'owner' })).toBe('ecba')
    expect(await seen({ role: 'admin', id: 'carol' })).toBe('ecba')
    expect(await seen({ orgId: OTHER })).toBe('d')
  })

  it('shows everyone else what they caused themselves, and confined credentials nothing', async () => {
    expect(await seen({ role: 'member' })).toBe('ea')
    expect(await seen({ role: 'member', id: 'bob' })).toBe('b')
    expect(await seen({ role: 'member', id: 'bob' }, { actor_id: 'alice' })).toBe('')
    expect(await seen({ role: 'member' }, { actor_type: 'agent' })).toBe('')
    await expect(seen({ role: 'owner', scopes: ['prod/**'] })).rejects.toMatchObject({ code: 'policy.denied' })
  })

  it('returns instants, the vault only if there is one, and no database types', async () => {
    const { events } = await serviceOn(database).events(await grantTo('audit.read'), { limit: 1 })
    expect(events[0]).toMatchObject({
      seq: 4,
      created_at: '2025-01-02T03:04:05.006Z',
      vault_id: '22222222-2222-4222-8222-222222222222',
      details: { path: 'prod/e', version: 1 },
      prev_event_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      integrity_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    await database.run(({ audit }) =>
      audit.append(
        [{ ...eventAbout('f'), orgId: ORG }].map(({ vaultId: _, ...event }) => event),
        0,
      ),
    )
    const [newest] = (await serviceOn(database).events(await grantTo('audit.read'), { limit: 1 })).events
    expect(newest && 'vault_id' in newest).toBe(false)
  })

  it('pages by cursor in both directions, to the end and no further', async () => {
    for (const order of ['asc', 'desc'] as const) {
      let cursor: string | undefined
      const pages: string[] = []
      do {
        const query = { order, limit: 2, ...(cursor !== undefined && { cursor }) }
        const page = await serviceOn(database).events(await grantTo('audit.read'), query)
        pages.push(page.events.map(({ resource_id }) => resource_id).join(''))
        cursor = page.nextCursor
      } while (cursor !== undefined)
      expect(pages).toEqual(order === 'asc' ? ['ab', 'ce'] : ['ec', 'ba'])
    }
  })

  it.each(['x', '-1', '1e3', '9'.repeat(16)])('refuses the cursor %s', async cursor => {
    await expect(seen({}, { cursor })).rejects.toMatchObject({ code: 'request.invalid' })
  })

  it('accepts instants with any offset, both ends included', async () => {
    expect(await seen({}, { from: '2025-01-02T04:04:05.006+01:00', to: '2025-01-02T03:04:05.006Z' })).toBe('ecba')
    expect(await seen({}, { from: '2025-01-02T03:04:05.007Z' })).toBe('')
  })

  it('signs the head once when asked for checkpoints', async () => {
    const service = serviceOn(database)
    const first = await service.signedHeads(ORG)
    expect(first.map(({ seq, org_id, kid }) => [seq, org_id, kid])).toEqual([[4, ORG, signingKeyId(PUBLIC_KEY)]])
    expect(await service.signedHeads(ORG)).toEqual(first)
    await database.run(({ audit }) => audit.append([eventAbout('f')], 0))
    expect((await service.signedHeads(ORG)).map(({ seq }) => seq)).toEqual([4, 5])
  })

  it('has nothing to sign for an organisation without events', async () => {
    expect(await serviceOn(database).signedHeads('44444444-4444-4444-8444-444444444444')).toEqual([])
  })

  it('reports a key provider that does not answer, and keeps serving events', async () => {
    const down = signingWith({ ...SIGNING_KEY, sign: () => Promise.reject(new Problem('keys.unavailable')) })
    const service = serviceOn(database, { signing: down })
    await expect(service.signedHeads(ORG)).rejects.toMatchObject({ code: 'keys.unavailable' })
    expect((await service.events(await grantTo('audit.read'), {})).events).toHaveLength(4)
  })

  it('does not sign inside a transaction', async () => {
    let units = 0
    const watched: AuditDatabase = {
      ...database,
      run: async work => {
        units++
        try {
          return await database.run(work)
        } finally {
          units--
        }
      },
    }
    const during: number[] = []
    const sign = async () => {
      during.push(units)
      return new Uint8Array(64)
    }
    await serviceOn(watched, { signing: signingWith({ ...SIGNING_KEY, sign }) }).checkpointMoved()
    expect(during).toEqual([0, 0])
  })

  it('has a job that signs changed heads, survives a failure and stops', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const failures: unknown[] = []
    let broken = true
    const service = serviceOn(database)
    const audit = { checkpointMoved: () => (broken ? Promise.reject(new Error('down')) : service.checkpointMoved()) }
    const job = checkpointAudit({ audit, alarm: () => {}, failed: error => failures.push(error), everyMs: 5 })
    const moved = () => {
      vi.advanceTimersByTime(5)
      return database.read(({ audit }) => audit.movedHeads(10))
    }
    await expect.poll(() => moved().then(() => failures.length)).toBeGreaterThan(1)
    broken = false
    await expect.poll(moved).toEqual([])
    await job.stop()
    expect(await verdict(database)).toMatchObject({ ok: true, signedTo: 4 })
    await database.run(({ audit }) => audit.append([eventAbout('f')], 0))
    expect(vi.getTimerCount()).toBe(0)
    expect(await moved()).toHaveLength(1)
  })
})
