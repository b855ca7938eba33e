import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Input } from '../../src/client/client.ts'
import type { SignedCut } from '../../src/crypto/audit-chain.ts'
import { Problem } from '../../src/problem.ts'
import { auditCommands } from '../support/audit-command.ts'
import { edited, KEY, OTHER_KEY, serverWith, signCut, signedCut, trailOf } from '../support/audit-trail.ts'

const { place, cli } = auditCommands()

describe('audit verify', () => {
  it('verifies a valid trail over several pages, up to the last signature', async () => {
    const { out, err, code } = await cli(serverWith(trailOf(2300), [1000, 2200]), 'verify')
    expect([out, code]).toEqual(['The audit trail is sound: 2200 events, signed to number 2200.\n', 0])
    expect(err).toContain(`pin it with --public-key ${KEY}`)
  })

  it('names each fault and exits with 10', async () => {
    const { out, err, code } = await cli(serverWith(edited(trailOf(20), 7), [20]), 'verify')
    expect(
      out
        .split('\n')
        .slice(0, 2)
        .map(line => line.split(/ {2,}/)),
    ).toEqual([
      ['EVENT', 'FAULT', 'DETAIL'],
      ['7', 'edited', 'its content does not match its hash'],
    ])
    expect([code, err]).toEqual([10, expect.stringContaining('error: The audit trail is not sound: one fault in 20 events.')])
  })

  it('is a line as CSV, sound or not', async () => {
    const sound = await cli(serverWith(trailOf(20), [20]), 'verify', '--full', '--output', 'csv')
    expect([sound.code, sound.out]).toEqual([0, 'ok,checked,from,signed to,key from,faults\r\ntrue,20,1,20,server,0\r\n'])
    const edit = await cli(serverWith(edited(trailOf(20), 7), [20]), 'verify', '--full', '--output', 'name')
    expect([edit.code, edit.out]).toEqual([10, 'not sound\n'])
  })

  it.each([
    ['missing', trailOf(20).filter(({ seq }) => seq !== 5)],
    ['truncated', trailOf(15)],
  ])('finds %s events', async (kind, events) => {
    const replies = { ...serverWith(trailOf(20), [20]), 'audit.events': serverWith(events, [])['audit.events'] }
    const { out, code } = await cli(replies, 'verify', '--json')
    expect(JSON.parse(out)).toMatchObject({ ok: false, faults: [{ kind }] })
    expect(code).toBe(10)
  })

  it('finds events that the server had and did not sign', async () => {
    const signed = serverWith(trailOf(20), [20])
    const refusing = { ...signed, 'audit.checkpoints': serverWith([], [15])['audit.checkpoints'] }
    const { out, code } = await cli(refusing, 'verify', '--json')
    expect([JSON.parse(out).faults, code]).toEqual([
      [{ seq: 16, kind: 'forged', detail: 'no signed checkpoint covers 16 to 20' }],
      10,
    ])
  })

  it('remembers the newest head, and finds a trail that was cut off together with its checkpoints', async () => {
    expect((await cli(serverWith(trailOf(20), [10, 20]), 'verify')).code).toBe(0)
    const cut = await cli(serverWith(trailOf(10), [10]), 'verify')
    expect([cut.code, cut.out]).toEqual([10, expect.stringContaining('the trail ends at 10, but 20 events were signed')])
    expect(cut.err).toContain(`newest head that this machine has seen, in ${join(place.folder, 'config/audit-heads.json')}`)
    expect((await cli(serverWith(trailOf(25), [25]), 'verify')).code).toBe(0)
    const gone = await cli(serverWith([], []), 'verify', '--json')
    expect([gone.code, JSON.parse(gone.out).faults[0].kind]).toEqual([10, 'truncated'])
  })

  it('continues from the newest head that this machine has verified, and with --full from the first event', async () => {
    expect((await cli(serverWith(trailOf(20), [20]), 'verify')).code).toBe(0)
    const more = await cli(serverWith(trailOf(2300), [20, 2300]), 'verify')
    expect([more.code, more.out]).toEqual([0, 'The audit trail is sound: 2280 events after number 20, signed to number 2300.\n'])
    expect(more.err).toContain('--full checks them again')
    const cursors = more.asked.map(({ input }) => (input as Input<'audit.events'> | undefined)?.query?.cursor)
    expect(cursors.filter(cursor => cursor !== undefined)).toEqual(['19', '1019', '2019'])
    const all = await cli(serverWith(trailOf(2300), [20, 2300]), 'verify', '--full')
    expect(all.out).toBe('The audit trail is sound: 2300 events, signed to number 2300.\n')
    const none = await cli(serverWith(trailOf(2300), [20, 2300]), 'verify', '--json')
    expect(JSON.parse(none.out)).toMatchObject({ ok: true, checked: 0, checked_from: 2301 })
  })

  it('finds an event that was changed after it was verified with --full, and names every fault when one is new', async () => {
    expect((await cli(serverWith(trailOf(20), [20]), 'verify')).code).toBe(0)
    const old = serverWith(edited(trailOf(30), 7), [20, 30])
    expect((await cli(old, 'verify', '--full')).code).toBe(10)
    expect((await cli(old, 'verify')).code).toBe(0)
    const both = await cli(serverWith(edited(edited(trailOf(30), 7), 31), [20, 30, 40]), 'verify', '--json')
    expect(JSON.parse(both.out).faults).toContainEqual(expect.objectContaining({ seq: 7, kind: 'edited' }))
    const replaced = serverWith(edited(trailOf(40), 35), [20, 30, 40])
    expect(JSON.parse((await cli(replaced, 'verify', '--json')).out).faults).toEqual([
      expect.objectContaining({ seq: 35, kind: 'edited' }),
    ])
  })

  it('continues after an interruption from the last signed event that it passed', async () => {
    const whole = serverWith(trailOf(12_000), [10_500, 12_000])
    const interrupted = {
      ...whole,
      'audit.events': (input: Input<'audit.events'>) => {
        if (input.query?.cursor === '11000') throw new Problem('server.unreachable', 'gone')
        return whole['audit.events'](input)
      },
    }
    expect((await cli(interrupted, 'verify')).code).toBe(7)
    const { out, code } = await cli(whole, 'verify')
    expect([out, code]).toEqual(['The audit trail is sound: 1500 events after number 10500, signed to number 12000.\n', 0])
  })

  it('accepts signed removals of events, even of remembered ones, and says where those events are', async () => {
    const trail = trailOf(30, 20)
    expect((await cli(serverWith(trail.slice(0, 10), [10]), 'verify')).code).toBe(0)
    const cut = signedCut(trail[19] as (typeof trail)[number])
    const shortened = serverWith(trail.slice(20), [20, 30], KEY, cut)
    const { out, code } = await cli(shortened, 'verify')
    expect([out, code]).toEqual([
      'The audit trail is sound: 10 events, signed to number 30.\n' +
        'Events 1 to 20 were removed on 2026-02-20T00:00:00.000Z (ONECLAW_AUDIT_RETENTION_DAYS=90) and are kept in x/events-1-20.json.\n',
      0,
    ])
    const again = await cli(shortened, 'verify', '--json')
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, checked: 0, checked_from: 31, removed: { to: 20 } })
    const file = join(place.folder, 'trail.json')
    expect((await cli(shortened, 'export', '--out-file', file)).err).toBe(`Wrote 10 events to ${file}.\n`)
    const offline = await cli({}, 'verify', '--file', file, '--public-key', KEY)
    expect([offline.code, offline.out]).toEqual([0, expect.stringContaining('Events 1 to 20 were removed')])
  })

  it.each<[string, (cut: SignedCut) => SignedCut | undefined]>([
    ['no cut', () => undefined],
    ['a cut that was changed', cut => ({ ...cut, seq: 20, integrity_hash: 'f'.repeat(64) })],
    ['a cut with another reason', cut => ({ ...cut, reason: 'because' })],
    ['a cut that says less', cut => ({ ...cut, seq: 10 })],
  ])('finds removed events with %s', async (_, change) => {
    const trail = trailOf(30, 20)
    const cut = change(signedCut(trail[19] as (typeof trail)[number]))
    expect((await cli(serverWith(trail.slice(20), [20, 30], KEY, cut), 'verify')).code).toBe(10)
  })

  it('finds removed events with a signed cut that the trail does not mention', async () => {
    const trail = trailOf(30)
    const hidden = serverWith(trail.slice(20), [20, 30], KEY, signedCut(trail[19] as (typeof trail)[number]))
    for (const _ of ['first', 'again']) {
      const { code, out } = await cli(hidden, 'verify')
      expect([code, out]).toEqual([10, expect.stringContaining('1 to 20 are missing, and no signed event here records')])
    }
    const file = join(place.folder, 'trail.json')
    await cli(hidden, 'export', '--out-file', file)
    expect((await cli({}, 'verify', '--file', file, '--public-key', KEY)).code).toBe(10)
  })

  it('finds removed events when the trail mentions another removal', async () => {
    const trail = trailOf(30, 20)
    const another = { ...signedCut(trail[19] as (typeof trail)[number]), kept_sha256: 'cd' }
    const resigned = { ...another, signature: signCut(another) }
    expect((await cli(serverWith(trail.slice(20), [20, 30], KEY, resigned), 'verify')).code).toBe(10)
  })

  it('accepts an earlier export that ends where the trail starts, in place of a removal event', async () => {
    const trail = trailOf(30)
    const [first, second] = [join(place.folder, 'first.json'), join(place.folder, 'second.json')]
    await cli(serverWith(trail.slice(0, 20), [20]), 'export', '--out-file', first)
    const cut = signedCut(trail[19] as (typeof trail)[number])
    await cli(serverWith(trail.slice(20), [20, 30], KEY, cut), 'export', '--out-file', second)
    const offline = (...rest: string[]) => cli({}, 'verify', '--file', second, '--public-key', KEY, ...rest)
    expect((await offline()).code).toBe(10)
    expect((await offline('--against', first)).code).toBe(0)
    await cli(serverWith(trail.slice(0, 15), [15]), 'export', '--out-file', first)
    expect((await offline('--against', first)).code).toBe(10)
  })

  it('reports that it cannot remember the head, and still verifies', async () => {
    writeFileSync(join(place.folder, 'config'), 'a file where the folder should be')
    const { code, err } = await cli(serverWith(trailOf(5), [5]), 'verify')
    expect([code, err]).toEqual([0, expect.stringContaining('cannot be written, so this head is not remembered')])
  })

  it('checks the server against a pinned key', async () => {
    expect((await cli(serverWith(trailOf(5), [5]), 'verify', '--public-key', KEY)).code).toBe(0)
    const replaced = await cli(serverWith(trailOf(5), [5]), 'verify', '--public-key', OTHER_KEY, '--json')
    expect(replaced.code).toBe(10)
    expect(JSON.parse(replaced.out)).toMatchObject({ key_from: 'pinned', faults: [{ seq: 0, kind: 'bad-signature' }, {}, {}] })
    expect((await cli(serverWith([], [], OTHER_KEY), 'verify', '--public-key', KEY)).code).toBe(10)
    expect((await cli(serverWith([], []), 'verify', '--public-key', 'short')).code).toBe(2)
  })
})
