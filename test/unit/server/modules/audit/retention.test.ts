import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Anchor, type AnchoredHead, memoryAnchor } from '../../../../../server/modules/audit/anchor.ts'
import { checking } from '../../../../../server/modules/audit/checking/threads.ts'
import { type RetentionDeps, retention } from '../../../../../server/modules/audit/retention/retention.ts'
import { sealedEvent } from '../../../../../server/stores/audit/chaining.ts'
import { readTrail } from '../../../../../src/cli/audit/export-file.ts'
import { verifyFile } from '../../../../../src/cli/audit/verdict.ts'
import { CUT_ACTION, cutBytes, cutDetails } from '../../../../../src/crypto/audit-chain.ts'
import { verifyChain } from '../../../../../src/crypto/audit-verify.ts'
import {
  type AuditDatabase,
  depsOn,
  eventAbout,
  grantTo,
  ORG,
  openAudit,
  PUBLIC_KEY,
  SIGNING_KEY,
  serviceOn,
  verificationOn,
} from '../../../../support/audit.ts'
import { copiedPlace, ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

const DAY = 86_400_000
const DAYS = 90
/** The time of the first events. */
const THEN = Date.parse('2026-01-01T00:00:00Z')
const KEY = Buffer.from(PUBLIC_KEY).toString('base64')

describe.each(ENGINES)('old events of the audit log, on %s', engine => {
  /** With the events of all tests, and the head of the chain that the server has signed: each test has a copy. */
  let filled: { readonly place: Place; readonly head: AnchoredHead }
  let place: Place
  let database: AuditDatabase
  let service: ReturnType<typeof serviceOn>
  let archive: string
  let now: number
  let failures: string[]

  beforeAll(async () => {
    const place = await migratedPlace(engine)
    const anchor = memoryAnchor()
    await openOn(place, anchor)
    await happen(THEN, 300)
    await happen(THEN + 200 * DAY, 20)
    await database.close()
    filled = { place, head: anchor.head(ORG) ?? expect.fail('Nothing was signed.') }
  })
  afterAll(() => filled?.place.remove())

  beforeEach(async () => {
    place = await copiedPlace(filled.place)
    const anchor = memoryAnchor()
    anchor.remember(ORG, filled.head)
    await openOn(place, anchor)
    archive = await mkdtemp(join(tmpdir(), '1claw-archive-'))
    failures = []
    now = THEN + 200 * DAY
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
    await rm(archive, { recursive: true, force: true })
  })

  async function openOn({ options }: Place, anchor: Anchor): Promise<void> {
    database = await openAudit(options)
    service = serviceOn(database, { clock: () => now, anchor })
  }

  /** Events that are signed and indexed. */
  async function happen(at: number, count: number): Promise<void> {
    now = at
    const events = Array.from({ length: count }, (_, n) => eventAbout(`at ${at} ${n}`))
    await database.run(({ audit }) => audit.append(events, at))
    await service.checkpointMoved()
    await service.indexEvents()
  }

  /** Shared by all tests, so each need not start its own thread. */
  const checks = checking({
    get place() {
      return database.place
    },
    read: work => database.read(work),
  })

  const onDays = (more: Partial<RetentionDeps> = {}) =>
    retention({
      ...depsOn(database),
      checking: checks,
      settings: { days: DAYS, archive },
      keepDays: () => 0,
      failed: error => void failures.push((error as Error).message),
      clock: () => now,
      ...more,
    })
  const seqs = async () => (await database.read(({ audit }) => audit.following(ORG, 0, 10_000, 10_000))).map(({ seq }) => seq)
  const files = async () => (await readdir(join(archive, ORG)).catch(() => [])).sort()
  const proof = async () => service.proof(await grantTo('audit.verify'))
  const verify = (full = false) => verificationOn(database, service)(ORG, full)
  const tables = () =>
    database.read(async ({ db }) => ({
      subjects: Number(
        (
          await db
            .selectFrom('audit_subjects')
            .select(({ fn }) => fn.min('seq').as('n'))
            .executeTakeFirst()
        )?.n,
      ),
      checkpoints: (await db.selectFrom('audit_checkpoints').select('seq').orderBy('seq').execute()).map(({ seq }) => seq),
    }))

  it('are kept forever by default', async () => {
    await onDays({ settings: undefined })()
    expect((await seqs()).length).toBe(320)
    await onDays({ keepDays: () => 365 })()
    expect((await seqs()).length).toBe(320)
  })

  it('are written to a file that verifies offline, and are removed with a signed cut that every verifier accepts', async () => {
    await verify()
    await onDays()()
    expect(failures).toEqual([])
    expect((await seqs())[0]).toBe(301)
    expect(await tables()).toMatchObject({ subjects: 301, checkpoints: [300, 320] })
    expect(await files()).toEqual(['events-1-300.json'])
    const file = join(archive, ORG, 'events-1-300.json')
    const kept_sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex')
    const { checkpoints, cut } = await proof()
    const kept_in = `${ORG}/events-1-300.json`
    expect(cut).toMatchObject({ seq: 300, prev_seq: 0, reason: 'ONECLAW_AUDIT_RETENTION_DAYS=90', kept_in, kept_sha256 })
    expect(await verifyFile(file, { publicKey: KEY })).toMatchObject({ ok: true, checked: 300, signed_to: 300 })

    const removed = { to: 300, removed_at: cut?.created_at, reason: cut?.reason, kept_in }
    expect(await verify(true)).toMatchObject({ ok: true, checked: 21, checked_from: 301, removed })
    expect(await verify()).toMatchObject({ ok: true, checked: 0, removed })
    const events = (await database.read(({ audit }) => audit.following(ORG, 0, 10_000, 10_000))).map(sealedEvent)
    expect(events.at(-1)).toMatchObject({ action: 'audit.remove', actor_type: 'system', details: { from: 1, to: 300, kept_in } })
    const heads = (await proof()).checkpoints
    expect(await verifyChain([events], heads, PUBLIC_KEY, { cut })).toMatchObject({ ok: true, checked: 21, from: 300 })
    const [remembered] = checkpoints
    expect(await verifyChain([events], heads, PUBLIC_KEY, { cut, since: remembered })).toMatchObject({ ok: true })
    expect((await verifyChain([events], heads, PUBLIC_KEY)).faults).toContainEqual(expect.objectContaining({ kind: 'missing' }))
    expect(await service.checkpointMoved()).toEqual([])
  })

  it('go into the next file from where the last one ends, and both verify', async () => {
    await onDays()()
    await happen(THEN + 210 * DAY, 5)
    now = THEN + 301 * DAY
    await onDays()()
    expect(failures).toEqual([])
    const [first, second] = await files()
    expect([first, second]).toEqual(['events-1-300.json', 'events-301-320.json'])
    const file = join(archive, ORG, second ?? '')
    // The event that records the first removal is in neither file, but the first has what was removed.
    expect(await verifyFile(file, { publicKey: KEY })).toMatchObject({ ok: false })
    const earlier = readTrail(join(archive, ORG, first ?? ''))
    expect(await verifyFile(file, { publicKey: KEY, earlier })).toMatchObject({
      ok: true,
      checked: 20,
      checked_from: 301,
      removed: { to: 300 },
    })
    expect((await seqs())[0]).toBe(321)
    expect(await verify(true)).toMatchObject({ ok: true, checked_from: 321, removed: { to: 320 } })
  })

  it('can be removed without an archive, if the operator says so', async () => {
    await onDays({ settings: { days: DAYS, archive: undefined } })()
    expect((await proof()).cut).toMatchObject({ seq: 300, kept_in: '', kept_sha256: '' })
    expect([(await seqs())[0], await files()]).toEqual([301, []])
    expect(await verify(true)).toMatchObject({ ok: true, removed: { kept_in: '' } })
  })

  it('stay when their file cannot be written', async () => {
    const inTheWay = join(archive, 'file')
    await writeFile(inTheWay, '')
    await onDays({ settings: { days: DAYS, archive: inTheWay } })()
    expect(failures).toHaveLength(1)
    expect([(await seqs()).length, (await proof()).cut]).toEqual([320, undefined])
  })

  it('stay when one of them was changed, and the server reports why', async () => {
    await database.run(({ db }) => db.updateTable('audit_events').set({ actor_id: 'mallory' }).where('seq', '=', 7).execute())
    await onDays()()
    expect(failures).toEqual([expect.stringContaining('event 7: its content does not match its hash')])
    expect([(await seqs()).length, await files()]).toEqual([320, []])
  })

  it('cannot be aged by a database writer', async () => {
    await database.run(({ db }) => db.updateTable('audit_stretches').set({ max_at: 0 }).execute())
    await happen(THEN + 200 * DAY, 1)
    await database.run(({ db }) => db.updateTable('audit_stretches').set({ max_at: 0 }).execute())
    await onDays()()
    expect(failures).toEqual([expect.stringContaining('event 301: it is not old enough to be removed')])
    expect((await seqs()).length).toBe(321)
  })

  it('are not removed by an unsigned cut, which hides nothing', async () => {
    const [row] = await database.read(({ audit }) => audit.following(ORG, 299, 300, 1))
    const forged = {
      org_id: ORG,
      seq: 300,
      event_id: row?.id ?? '',
      integrity_hash: row?.integrity_hash ?? '',
      created_at: now,
      kid: 'k1',
      reason: 'mine',
      kept_in: '',
      kept_sha256: '',
      prev_seq: 0,
      signature: Buffer.alloc(64).toString('base64'),
      finished_at: null,
    }
    await database.run(({ audit }) => audit.life.addCut(forged))
    await onDays({ settings: undefined })()
    expect((await seqs()).length).toBe(320)
    await database.run(({ audit }) => audit.life.removeFirst(ORG, 300, 1000))
    expect((await verify()).faults).toContainEqual(expect.objectContaining({ seq: 1, kind: 'missing' }))
    const { checkpoints, cut } = await proof()
    expect(cut).toBeUndefined()
    const claimed = { ...forged, created_at: new Date(now).toISOString() }
    const report = await verifyChain([], checkpoints, PUBLIC_KEY, { cut: claimed })
    expect(report.faults).toContainEqual(expect.objectContaining({ seq: 300, kind: 'bad-signature' }))
  })

  it('are not removed by a cut that the chain does not record, no matter who signed it', async () => {
    const [row] = await database.read(({ audit }) => audit.following(ORG, 299, 300, 1))
    const hash = row?.integrity_hash ?? ''
    const why = { reason: 'mine', kept_in: '', kept_sha256: '', prev_seq: 0 }
    const head = { org_id: ORG, seq: 300, event_id: row?.id ?? '', integrity_hash: hash, created_at: new Date(now).toISOString() }
    const cut = { ...head, kid: 'k1', ...why }
    const signature = Buffer.from(await SIGNING_KEY.sign(cutBytes(cut))).toString('base64')
    await database.run(({ audit }) => audit.life.addCut({ ...cut, created_at: now, signature, finished_at: null }))
    await onDays({ settings: undefined })()
    expect([(await seqs()).length, (await proof()).cut]).toEqual([320, undefined])
    // A database writer can create the event too, but not its MAC.
    const told = { ...eventAbout(''), action: CUT_ACTION, actorType: 'system' as const, details: cutDetails(cut) }
    await database.run(({ audit }) => audit.append([told], now))
    await database.run(({ db }) => db.updateTable('audit_events').set({ mac: null }).where('seq', '=', 321).execute())
    await onDays({ settings: undefined })()
    expect([(await seqs()).length, (await proof()).cut]).toEqual([321, undefined])
    await database.run(({ audit }) => audit.life.removeFirst(ORG, 300, 1000))
    expect((await verify()).faults).toContainEqual(expect.objectContaining({ seq: 1, kind: 'missing' }))
  })

  it('are removed completely after the server was killed, and recorded only once', async () => {
    await expect(onDays({ database: failing(database, 'removeFirst') })()).rejects.toThrow('killed')
    expect((await proof()).cut).toMatchObject({ seq: 300 })
    expect((await seqs()).length).toBe(321)
    expect(await verify(true)).toMatchObject({ ok: true, checked_from: 301, removed: { to: 300 } })
    await onDays({ settings: undefined })()
    expect((await seqs())[0]).toBe(301)
    await onDays()()
    expect((await seqs()).length).toBe(21)
  })

  it('are written again if the server was killed before they were removed', async () => {
    await onDays({ database: failing(database, 'addCut') })()
    expect(failures).toEqual(['killed'])
    expect([await files(), (await proof()).cut]).toEqual([['events-1-300.json'], undefined])
    await writeFile(join(archive, ORG, 'events-1-300.json.part'), 'half')
    now += DAY
    await onDays()()
    expect([await files(), (await seqs())[0]]).toEqual([['events-1-300.json'], 301])
  })

  it('are removed once by two servers', async () => {
    await Promise.all([onDays()(), onDays()()])
    now += DAY
    await Promise.all([onDays()(), onDays()()])
    const cuts = await database.read(({ db }) => db.selectFrom('audit_cuts').select(['seq', 'finished_at']).execute())
    expect(cuts).toEqual([{ seq: 300, finished_at: expect.any(Number) }])
    const events = (await database.read(({ audit }) => audit.following(ORG, 0, 10_000, 10_000))).map(({ action }) => action)
    expect(events.filter(action => action === 'audit.remove')).toHaveLength(1)
    expect(await verify(true)).toMatchObject({ ok: true })
  })
})

/** A server that is killed right before this step. */
function failing(database: AuditDatabase, what: 'removeFirst' | 'addCut'): AuditDatabase {
  const killed = () => {
    throw new Error('killed')
  }
  return {
    ...database,
    run: work =>
      database.run(stores => work({ ...stores, audit: { ...stores.audit, life: { ...stores.audit.life, [what]: killed } } })),
  }
}
