import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { brokenChainList } from '../../../../../server/modules/audit/broken-chains.ts'
import { checking } from '../../../../../server/modules/audit/checking/threads.ts'
import { dailyVerification } from '../../../../../server/modules/audit/daily-verification.ts'
import { type AuditDatabase, eventAbout, ORG, openAudit, serviceOn, verificationOn } from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

const AT = 1_700_000_000_000
const DAY = 86_400_000

describe.each(ENGINES)('the check of a trail in its database, on %s', engine => {
  let place: Place
  let database: AuditDatabase

  beforeEach(async () => {
    place = await migratedPlace(engine)
    database = await openAudit(place.options)
    await append(8)
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  const append = (count: number) =>
    database.run(({ audit }) =>
      audit.append(
        Array.from({ length: count }, (_, n) => eventAbout(`r${n}`)),
        AT,
      ),
    )
  const edit = (seq: number) =>
    database.run(({ db }) => db.updateTable('audit_events').set({ actor_id: 'mallory' }).where('seq', '=', seq).execute())

  it('starts where the last one ended, or from the beginning on request', async () => {
    const verify = verificationOn(database)
    expect(await verify(ORG, false)).toMatchObject({ ok: true, checked: 8, checked_from: 1 })
    await append(3)
    const next = await verify(ORG, false)
    expect(next).toMatchObject({ ok: true, checked: 3, checked_from: 9, signed_to: 11, verified_before: expect.any(String) })
    expect(await verify(ORG, false)).toMatchObject({ ok: true, checked: 0, checked_from: 12, signed_to: 11 })
    const full = await verify(ORG, true)
    expect(full).toMatchObject({ ok: true, checked: 11, checked_from: 1 })
    expect(full).not.toHaveProperty('verified_before')
  })

  it('checks everything again when the event where it ended is gone or has changed', async () => {
    const verify = verificationOn(database)
    await verify(ORG, false)
    await database.run(({ db }) => db.deleteFrom('audit_events').where('seq', '=', 8).execute())
    expect((await verify(ORG, false)).faults).toEqual([expect.objectContaining({ seq: 8, kind: 'truncated' })])
  })

  it('does not trust the stored progress after a database writer changed it', async () => {
    const service = serviceOn(database)
    const verify = verificationOn(database, service)
    await verify(ORG, false)
    await append(4)
    await edit(10)
    const [last] = await database.read(({ audit }) => audit.following(ORG, 11, 12, 1))
    const forged = { seq: 12, event_id: last?.id ?? '', integrity_hash: last?.integrity_hash ?? '' }
    await database.run(({ db }) => db.updateTable('audit_verified').set(forged).execute())
    expect((await verify(ORG, false)).faults).toContainEqual(expect.objectContaining({ seq: 10, kind: 'edited' }))
  })

  it('finds a change of verified events in the full check, which runs once a day', async () => {
    const verify = verificationOn(database)
    const distrust = brokenChainList()
    let now = Date.now()
    const round = dailyVerification({ database, distrust, verify, clock: () => now })
    await round()
    await edit(3)
    expect(await verify(ORG, false)).toMatchObject({ ok: true, checked: 0 })
    expect((await verify(ORG, true)).faults).toEqual([expect.objectContaining({ seq: 3, kind: 'edited' })])
    await round()
    expect(distrust.all()).toEqual([])
    now += 2 * DAY
    await round()
    expect(distrust.all()).toEqual([{ orgId: ORG, seq: 3, why: 'event 3: its content does not match its hash' }])
    await database.run(({ db }) => db.updateTable('audit_events').set({ actor_id: 'alice' }).where('seq', '=', 3).execute())
    await round()
    expect(distrust.all()).toEqual([])
  })

  it('checks a long trail in parts, in threads, and names the fault in any of them', async () => {
    await append(1200)
    await append(1200)
    const service = serviceOn(database)
    await service.signedHeads(ORG)
    const verify = verificationOn(database, service, { checking: checking(database, { parts: 2, shortestPart: 500 }) })
    expect(await verify(ORG, true)).toMatchObject({ ok: true, checked: 2408 })
    for (const seq of [1203, 1204, 1205, 2000]) {
      await edit(seq)
      expect((await verify(ORG, true)).faults).toEqual([expect.objectContaining({ seq, kind: 'edited' })])
      await database.run(({ db }) => db.updateTable('audit_events').set({ actor_id: 'alice' }).where('seq', '=', seq).execute())
    }
  })

  it('ends when the server stops', async () => {
    await append(5000)
    const service = serviceOn(database)
    await service.signedHeads(ORG)
    const checks = checking(database)
    await checks.stop()
    await expect(verificationOn(database, service, { checking: checks })(ORG, true)).rejects.toMatchObject({
      code: 'server.busy',
    })
  })
})
