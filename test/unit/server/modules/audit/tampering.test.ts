import type { Selectable, Updateable } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Schema } from '../../../../../server/db/schema/schema.ts'
import { sealedEvent } from '../../../../../server/stores/audit/chaining.ts'
import { eventHash, GENESIS } from '../../../../../src/crypto/audit-chain.ts'
import { type AuditDatabase, eventAbout, ORG, openAudit, verdict } from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

type Row = Selectable<Schema['audit_events']>

const LENGTH = 12

/** An attacker who can write to the database, but cannot sign. */
describe.each(ENGINES)('tampering with the trail on %s', engine => {
  let place: Place
  let database: AuditDatabase

  beforeEach(async () => {
    place = await migratedPlace(engine)
    database = await openAudit(place.options)
    for (let n = 1; n <= LENGTH; n++)
      await database.run(({ audit }) => audit.append([eventAbout(`r${n}`)], 1_700_000_000_000 + n))
    expect((await verdict(database)).ok).toBe(true)
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  const sql = <T>(statements: (db: Parameters<Parameters<typeof database.run>[0]>[0]['db']) => Promise<T>) =>
    database.run(({ db }) => statements(db))
  const edit = (seq: number, change: Updateable<Schema['audit_events']>) =>
    sql(db => db.updateTable('audit_events').set(change).where('seq', '=', seq).execute())
  const remove = (seqs: readonly number[]) => sql(db => db.deleteFrom('audit_events').where('seq', 'in', seqs).execute())
  const rows = () => database.read(({ audit }) => audit.page({ orgId: ORG, order: 'asc', limit: 100 }))
  const kinds = async () => (await verdict(database)).faults.map(({ kind, seq }) => `${kind} ${seq}`)

  it('is found in any column, until the edit is undone', async () => {
    const changes: Updateable<Schema['audit_events']>[] = [
      { id: '99999999-9999-4999-8999-999999999999' },
      { action: 'secret.write' },
      { actor_id: 'mallory' },
      { actor_type: 'agent' },
      { resource_type: 'vault' },
      { resource_id: 'other' },
      { vault_id: null },
      { details: '{"path":"prod/other","version":1}' },
      { ip_address: '10.0.0.1' },
      { created_at: 1 },
      { prev_event_id: GENESIS.id },
      { integrity_hash: '0'.repeat(64) },
    ]
    const [original] = (await rows()).filter(({ seq }) => seq === 5)
    for (const change of changes) {
      await edit(5, change)
      expect([change, await kinds()]).toEqual([change, ['edited 5']])
      await edit(5, original as Row)
    }
    expect(await kinds()).toEqual([])
  })

  it('is found when an event moved to another number or organisation', async () => {
    await edit(5, { seq: 50 })
    expect(await kinds()).toContain('missing 5')
    await edit(50, { seq: 5 })
    await edit(5, { org_id: '99999999-9999-4999-8999-999999999999' })
    expect(await kinds()).toContain('missing 5')
  })

  it('is found when events were deleted', async () => {
    await remove([1])
    expect(await kinds()).toEqual(['missing 1'])
    await remove([7, 8])
    expect(await kinds()).toEqual(['missing 1', 'missing 7'])
  })

  it('is found when events changed places', async () => {
    await edit(5, { seq: 100 })
    await edit(6, { seq: 5 })
    await edit(100, { seq: 6 })
    expect(await kinds()).toContain('reordered 5')
  })

  it('is found when the tail was cut off, even with the head set back', async () => {
    await remove([11, 12])
    expect(await kinds()).toEqual(['truncated 11'])
    const last = (await rows()).at(-1) as Row
    await sql(db =>
      db.updateTable('audit_heads').set({ seq: last.seq, event_id: last.id, integrity_hash: last.integrity_hash }).execute(),
    )
    expect(await kinds()).toEqual(['truncated 11'])
  })

  it('is found when new events grew over a cut tail', async () => {
    await remove([11, 12])
    const last = (await rows()).at(-1) as Row
    await sql(db =>
      db.updateTable('audit_heads').set({ seq: last.seq, event_id: last.id, integrity_hash: last.integrity_hash }).execute(),
    )
    for (let n = 0; n < 5; n++) await database.run(({ audit }) => audit.append([eventAbout(`new ${n}`)], Date.now()))
    expect(await kinds()).toEqual(['forged 12', 'forged 13'])
  })

  it('is found in a history rewritten with matching hashes', async () => {
    let [previousId, previousHash]: [string, string] = [GENESIS.id, GENESIS.hash]
    for (const row of await rows()) {
      const changed = { ...row, prev_event_id: previousId, ...(row.seq === 4 && { actor_id: 'somebody else' }) }
      const hash = eventHash(sealedEvent(changed), previousHash)
      await edit(row.seq, { ...changed, integrity_hash: hash })
      ;[previousId, previousHash] = [row.id, hash]
    }
    await sql(db => db.updateTable('audit_heads').set({ integrity_hash: previousHash }).execute())
    expect(await kinds()).toEqual([`forged ${LENGTH}`])
  })

  it('is found in a checkpoint that was changed to fit', async () => {
    await edit(12, { action: 'secret.write' })
    const row = (await rows()).at(-1) as Row
    const previous = (await rows()).at(-2) as Row
    const hash = eventHash(sealedEvent(row), previous.integrity_hash)
    await edit(12, { integrity_hash: hash })
    await sql(db => db.updateTable('audit_checkpoints').set({ integrity_hash: hash }).execute())
    expect(await kinds()).toEqual(['bad-signature 12', 'forged 1'])
  })
})
