import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Updateable } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Schema } from '../../../../../server/db/schema/schema.ts'
import { fileAnchor, memoryAnchor } from '../../../../../server/modules/audit/anchor.ts'
import { beginMacs } from '../../../../../server/modules/audit/mac-start.ts'
import type { EventRow } from '../../../../../server/stores/audit/chaining.ts'
import { sealedEvent } from '../../../../../server/stores/audit/chaining.ts'
import { checkpointDigest, eventHash, GENESIS } from '../../../../../src/crypto/audit-chain.ts'
import { verifyChain } from '../../../../../src/crypto/audit-verify.ts'
import {
  AUDIT_KEYS,
  type AuditDatabase,
  eventAbout,
  ORG,
  openAudit,
  PUBLIC_KEY,
  SIGNING,
  serviceOn,
  verificationOn,
} from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

const SIGNED = 6
const LENGTH = 9

/** An attacker who can write to the database, and waits for the server to sign the result. */
describe.each(ENGINES)('a database writer, before the server signs, on %s', engine => {
  let place: Place
  let database: AuditDatabase
  let service: ReturnType<typeof serviceOn>
  let anchor: ReturnType<typeof memoryAnchor>

  const append = (name: string) => database.run(({ audit }) => audit.append([eventAbout(name)], 1_700_000_000_000))

  beforeEach(async () => {
    place = await migratedPlace(engine)
    database = await openAudit(place.options)
    anchor = memoryAnchor()
    service = serviceOn(database, { anchor })
    for (let n = 1; n <= SIGNED; n++) await append(`r${n}`)
    expect(await service.checkpointMoved()).toEqual([])
    for (let n = SIGNED + 1; n <= LENGTH; n++) await append(`r${n}`)
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  const sql = <T>(statements: (db: Parameters<Parameters<typeof database.run>[0]>[0]['db']) => Promise<T>) =>
    database.run(({ db }) => statements(db))
  const edit = (seq: number, change: Updateable<Schema['audit_events']>) =>
    sql(db => db.updateTable('audit_events').set(change).where('seq', '=', seq).execute())
  const rows = () => database.read(({ audit }) => audit.page({ orgId: ORG, order: 'asc', limit: 100 }))
  const dropCheckpoints = () => sql(db => db.deleteFrom('audit_checkpoints').execute())
  const signedTo = async () => (await database.read(({ audit }) => audit.lastCheckpoint(ORG)))?.seq

  /** Hashes everything again after a change, which needs no key, and sets the head. */
  async function rewrite(change: (row: EventRow) => Partial<EventRow> | undefined): Promise<void> {
    let last = { id: GENESIS.id as string, hash: GENESIS.hash as string, seq: 0 }
    for (const row of await rows()) {
      const changed = change(row)
      await sql(db => db.deleteFrom('audit_events').where('seq', '=', row.seq).execute())
      if (!changed) continue
      const next = { ...row, ...changed, seq: last.seq + 1, prev_event_id: last.id }
      const hash = eventHash(sealedEvent(next), last.hash, next.details)
      await sql(db =>
        db
          .insertInto('audit_events')
          .values({ ...next, integrity_hash: hash })
          .execute(),
      )
      last = { id: next.id, hash, seq: next.seq }
    }
    await sql(db => db.updateTable('audit_heads').set({ seq: last.seq, event_id: last.id, integrity_hash: last.hash }).execute())
  }

  it.each([
    ['edits an event', (row: EventRow) => (row.seq === 8 ? { actor_id: 'somebody else' } : {})],
    ['deletes an event', (row: EventRow) => (row.seq === 8 ? undefined : {})],
    ['edits an event that was signed', (row: EventRow) => (row.seq === 2 ? { actor_id: 'somebody else' } : {})],
    ['cuts the tail off, signed events too', (row: EventRow) => (row.seq > 4 ? undefined : {})],
  ])('%s, hashes the rest again and sets the head: it is not signed', async (_, change) => {
    await rewrite(change)
    expect(await service.checkpointMoved()).toEqual([expect.objectContaining({ orgId: ORG })])
    expect(await signedTo()).toBe(SIGNED)
    expect(service.distrusted()).toHaveLength(1)
  })

  it.each([
    ['edits an event', (row: EventRow) => (row.seq === 2 ? { actor_id: 'somebody else' } : {})],
    ['cuts the tail off', (row: EventRow) => (row.seq > 4 ? undefined : {})],
    ['changes nothing', () => ({})],
  ])('%s, hashes the rest again and drops the checkpoints: it is not signed', async (_, change) => {
    await rewrite(change)
    await dropCheckpoints()
    expect(await service.checkpointMoved()).toHaveLength(1)
    expect(await signedTo()).toBeUndefined()
  })

  it('writes an event of their own at the end: it is not signed', async () => {
    const [last] = (await rows()).slice(-1) as [EventRow]
    const forged = { ...last, seq: last.seq + 1, id: '99999999-9999-4999-8999-999999999999', prev_event_id: last.id }
    const hash = eventHash(sealedEvent(forged), last.integrity_hash, forged.details)
    await sql(db =>
      db
        .insertInto('audit_events')
        .values({ ...forged, integrity_hash: hash })
        .execute(),
    )
    await sql(db => db.updateTable('audit_heads').set({ seq: forged.seq, event_id: forged.id, integrity_hash: hash }).execute())
    expect(await service.checkpointMoved()).toEqual([
      { orgId: ORG, seq: LENGTH + 1, why: `event ${LENGTH + 1}: this server did not write it` },
    ])
  })

  it('writes a forged checkpoint: nothing is signed on top of it', async () => {
    const head = await database.read(({ audit }) => audit.head(ORG))
    const forged = { created_at: 1, kid: 'k1', signature: 'AAAA', prev_seq: null, prev_digest: null }
    await sql(db =>
      db
        .insertInto('audit_checkpoints')
        .values({ ...(head as NonNullable<typeof head>), ...forged })
        .execute(),
    )
    await append('more')
    expect(await service.checkpointMoved()).toEqual([
      { orgId: ORG, seq: LENGTH, why: `checkpoint ${LENGTH} was not signed by this server` },
    ])
  })

  it('puts an old state back: it is refused until the signed data is restored', async () => {
    const kept = await rows()
    await rewrite(row => (row.seq > 4 ? undefined : {}))
    expect(await service.checkpointMoved()).toHaveLength(1)
    await sql(db => db.deleteFrom('audit_events').execute())
    for (const row of kept) await sql(db => db.insertInto('audit_events').values(row).execute())
    const last = kept.at(-1) as EventRow
    await sql(db =>
      db.updateTable('audit_heads').set({ seq: last.seq, event_id: last.id, integrity_hash: last.integrity_hash }).execute(),
    )
    expect(await service.checkpointMoved()).toEqual([])
    expect(await signedTo()).toBe(LENGTH)
  })

  it('leaves the chain untouched: it is signed, and each checkpoint names the one before', async () => {
    expect(await service.checkpointMoved()).toEqual([])
    const [first, second] = await service.signedHeads(ORG)
    expect(first && second && [second.prev_seq, second.prev_digest]).toEqual([SIGNED, first && checkpointDigest(first)])
    const events = (await rows()).map(sealedEvent)
    if (!first || !second) throw new Error('two checkpoints were expected')
    expect(await verifyChain([events], [first, second], PUBLIC_KEY)).toMatchObject({ ok: true, signedTo: LENGTH })
    const replaced = { ...first, created_at: '2020-01-01T00:00:00.000Z' }
    expect((await verifyChain([events], [replaced, second], PUBLIC_KEY)).ok).toBe(false)
  })

  it('removes MACs: the server reports it when it verifies', async () => {
    await service.checkpointMoved()
    await edit(3, { mac: null })
    const verdict = await verificationOn(database, service)(ORG, false)
    expect(verdict).toMatchObject({ ok: false, mac_from: 1, faults: [{ seq: 3, kind: 'forged' }] })
  })
})

describe.each(ENGINES)('a chain from a release without MACs, on %s', engine => {
  let place: Place
  let database: AuditDatabase
  let service: ReturnType<typeof serviceOn>
  const begin = () => beginMacs({ database, signing: SIGNING, clock: Date.now })
  const append = (name: string) => database.run(({ audit }) => audit.append([eventAbout(name)], 0))

  beforeEach(async () => {
    place = await migratedPlace(engine)
    let keys: typeof AUDIT_KEYS | undefined
    database = await openAudit(place.options, () => keys)
    for (const name of ['a', 'b', 'c']) await append(name)
    keys = AUDIT_KEYS
    service = serviceOn(database)
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  it('has MACs from a signed event on, which the server names', async () => {
    await begin()
    await append('d')
    expect(await service.checkpointMoved()).toEqual([])
    expect(await verificationOn(database, service)(ORG, false)).toMatchObject({ ok: true, mac_from: 4, checked: 4 })
  })

  it('cannot be given a later start by someone who cannot sign', async () => {
    await begin()
    await append('d')
    await database.run(({ db }) => db.updateTable('audit_events').set({ mac: null }).execute())
    await database.run(({ db }) => db.updateTable('audit_mac_starts').set({ seq: 4 }).execute())
    expect(await service.checkpointMoved()).toHaveLength(1)
  })

  it('starts its MACs once: starting again changes nothing', async () => {
    await begin()
    await append('d')
    await begin()
    expect((await database.read(({ audit }) => audit.macStart(ORG)))?.seq).toBe(3)
  })
})

describe('the anchor in the data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), '1claw-anchor-'))
  })
  afterEach(() => rm(folder, { recursive: true }))
  const file = () => join(folder, 'audit-anchor.json')

  it('keeps the newest head of each chain over a restart', async () => {
    const anchor = fileAnchor(file(), 'key')
    anchor.remember('o', { seq: 2, hash: 'b' })
    anchor.remember('o', { seq: 1, hash: 'a' })
    await anchor.save()
    expect(fileAnchor(file(), 'key').head('o')).toEqual({ seq: 2, hash: 'b' })
    expect(fileAnchor(file(), 'key').head('p')).toBeUndefined()
  })

  it('refuses a database whose key was replaced, and keeps what it knows', async () => {
    await fileAnchor(file(), 'key').save()
    const before = await readFile(file(), 'utf8')
    expect(() => fileAnchor(file(), 'another key')).toThrow('another key')
    expect(await readFile(file(), 'utf8')).toBe(before)
  })

  it('refuses to start from a damaged file', async () => {
    await writeFile(file(), '{')
    expect(() => fileAnchor(file(), 'key')).toThrow('cannot be read')
  })
})
