import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input, Reply } from '../../src/client/client.ts'
import { checkpointBytes, eventHash, GENESIS } from '../../src/crypto/audit-chain.ts'
import { fakeWorld, ORG_ID, type Replies, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

type Event = Reply<'audit.events'>['events'][number]

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-audit-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
const OTHER_KEY = Buffer.alloc(32, 7).toString('base64')

/** A trail as a server keeps it. */
function trailOf(length: number): Event[] {
  const events: Event[] = []
  for (let seq = 1; seq <= length; seq++) {
    const last = events.at(-1)
    const event = {
      id: createHash('md5')
        .update(`${seq}`)
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      seq,
      org_id: ORG_ID,
      action: seq % 2 ? 'secret.read' : 'secret.write',
      actor_id: USER_ID,
      actor_type: 'user',
      resource_type: 'secret',
      resource_id: VAULT_ID,
      vault_id: VAULT_ID,
      details: { path: `prod/s${seq}`, version: 1 },
      ip_address: '10.0.0.1',
      created_at: new Date(Date.parse('2026-02-01T00:00:00Z') + seq * 1000).toISOString(),
      prev_event_id: last?.id ?? GENESIS.id,
    }
    events.push({ ...event, integrity_hash: eventHash(event, last?.integrity_hash ?? GENESIS.hash) })
  }
  return events
}

function signedHead({ org_id, seq, id, integrity_hash, created_at }: Event) {
  const head = { org_id, seq, event_id: id, integrity_hash, created_at, kid: 'k1' }
  return { ...head, signature: sign(null, checkpointBytes(head), privateKey).toString('base64') }
}

/** A server with this trail, which pages as ours does. What comes after the last head is written while it is being read. */
function serverWith(trail: readonly Event[], heads: readonly number[], key = KEY) {
  let isSigned = false
  const listed = ({ query = {} }: Input<'audit.events'>) => {
    const { order = 'desc', limit = 100, cursor, action } = query
    const events = isSigned || limit > 1 ? trail : trail.filter(({ seq }) => seq <= Math.max(0, ...heads))
    const ordered = order === 'asc' ? events : [...events].reverse()
    const beyond = ordered.filter(
      ({ seq }) => cursor === undefined || (order === 'asc' ? seq > Number(cursor) : seq < Number(cursor)),
    )
    const found = beyond.filter(event => action === undefined || event.action === action)
    const page = found.slice(0, limit)
    return { events: page, count: page.length, ...(found.length > limit && { next_cursor: String(page.at(-1)?.seq) }) }
  }
  const genuine = trailOf(trail.length + 50)
  return {
    'audit.events': listed,
    'audit.checkpoints': () => {
      isSigned = true
      return { checkpoints: heads.map(seq => signedHead(genuine[seq - 1] as Event)) }
    },
    'auth.jwt-public-key': () => ({ alg: 'EdDSA', public_key_base64: key }),
  }
}

async function cli(replies: Replies, ...words: string[]) {
  const world = fakeWorld({ env: SIGNED_IN, replies, configDir: join(folder, 'config') })
  await runCommand(world.context, 'audit', ...words)
  return { out: world.stdout(), err: world.stderr(), code: world.exitCode(), asked: world.asked }
}

const edited = (events: readonly Event[], seq: number) =>
  events.map(event => (event.seq === seq ? { ...event, actor_id: 'somebody else' } : event))

describe('audit list', () => {
  it('shows what happened, by path, newest first', async () => {
    const { out } = await cli(serverWith(trailOf(3), [3]), 'list', '--limit', '2')
    expect(out.split('\n').map(line => line.split(/ {2,}/))).toEqual([
      ['TIME', 'ACTION', 'ACTOR', 'RESOURCE', 'IP', 'DETAILS'],
      ['2026-02-01T00:00:03.000Z', 'secret.read', `user ${USER_ID}`, 'secret prod/s3', '10.0.0.1', 'version=1'],
      ['2026-02-01T00:00:02.000Z', 'secret.write', `user ${USER_ID}`, 'secret prod/s2', '10.0.0.1', 'version=1'],
      [''],
    ])
  })

  it('sends what the flags say', async () => {
    const words = [
      '--action',
      'secret.read',
      '--actor',
      USER_ID,
      '--actor-type',
      'agent',
      '--resource',
      'r',
      '--resource-type',
      'secret',
    ]
    const { asked } = await cli(
      serverWith([], []),
      'list',
      ...words,
      '--vault',
      VAULT_ID,
      '--since',
      '24h',
      '--until',
      '2026-03-01',
    )
    expect(asked[0]?.input).toEqual({
      query: {
        action: 'secret.read',
        actor_id: USER_ID,
        actor_type: 'agent',
        resource_id: 'r',
        resource_type: 'secret',
        vault_id: VAULT_ID,
        from: '2026-02-28T12:00:00.000Z',
        to: '2026-03-01T00:00:00.000Z',
        order: 'desc',
        limit: 100,
      },
    })
  })

  it('does not narrow to the vault that only the surroundings name', async () => {
    const { asked } = await cli(serverWith([], []), 'list')
    expect(asked[0]?.input).toEqual({ query: { order: 'desc', limit: 100 } })
  })

  it('goes on to further pages, as JSON too', async () => {
    const { out, asked } = await cli(serverWith(trailOf(2500), []), 'list', '--limit', '2100', '--oldest-first', '--json')
    expect(JSON.parse(out).map(({ seq }: Event) => seq)).toEqual(Array.from({ length: 2100 }, (_, index) => index + 1))
    expect(asked).toHaveLength(3)
  })
})

describe('audit verify', () => {
  it('finds a trail sound, over several pages, and leaves out what came after the last signature', async () => {
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
      ['7', 'edited', 'its content does not fit its hash'],
    ])
    expect([code, err]).toEqual([10, expect.stringContaining('error: The audit trail is not sound: one fault in 20 events.')])
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
    expect(cut.err).toContain(`newest head that this machine has seen, in ${join(folder, 'config/audit-heads.json')}`)
    expect((await cli(serverWith(trailOf(25), [25]), 'verify')).code).toBe(0)
    const gone = await cli(serverWith([], []), 'verify', '--json')
    expect([gone.code, JSON.parse(gone.out).faults[0].kind]).toEqual([10, 'truncated'])
  })

  it('says when it cannot remember, and is right all the same', async () => {
    writeFileSync(join(folder, 'config'), 'a file where the folder should be')
    const { code, err } = await cli(serverWith(trailOf(5), [5]), 'verify')
    expect([code, err]).toEqual([0, expect.stringContaining('cannot be written, so this head is not remembered')])
  })

  it('holds the server to a key that was noted before', async () => {
    expect((await cli(serverWith(trailOf(5), [5]), 'verify', '--public-key', KEY)).code).toBe(0)
    const replaced = await cli(serverWith(trailOf(5), [5]), 'verify', '--public-key', OTHER_KEY, '--json')
    expect(replaced.code).toBe(10)
    expect(JSON.parse(replaced.out)).toMatchObject({ key_from: 'pinned', faults: [{ seq: 0, kind: 'bad-signature' }, {}, {}] })
    expect((await cli(serverWith([], [], OTHER_KEY), 'verify', '--public-key', KEY)).code).toBe(10)
    expect((await cli(serverWith([], []), 'verify', '--public-key', 'short')).code).toBe(2)
  })
})

describe('an export', () => {
  const file = () => join(folder, 'trail.json')
  const content = () => JSON.parse(readFileSync(file(), 'utf8'))
  const write = (change: (trail: ReturnType<typeof content>) => unknown) =>
    writeFileSync(file(), JSON.stringify(change(content())))

  beforeEach(async () => {
    const { code, out, err } = await cli(serverWith(trailOf(1500), [100, 1400]), 'export', '--out-file', file())
    expect([code, out, err]).toEqual([0, '', `Wrote 1400 events to ${file()}.\n`])
  })

  it('has all that is needed, up to the last signature, for its owner alone', () => {
    expect(content()).toMatchObject({ format: '1claw audit trail v1', public_key: KEY, exported_at: '2026-03-01T12:00:00.000Z' })
    expect([content().events.length, content().checkpoints.length]).toEqual([1400, 2])
    expect(statSync(file()).mode & 0o777).toBe(0o600)
  })

  it('is checked without a server, however it is formatted', async () => {
    expect(await cli({}, 'verify', '--file', file())).toMatchObject({
      code: 0,
      out: expect.stringContaining('sound: 1400 events'),
      asked: [],
    })
    write(trail => trail)
    expect((await cli({}, 'verify', '--file', file(), '--public-key', KEY)).code).toBe(0)
    expect((await cli({}, 'verify', '--file', file(), '--public-key', OTHER_KEY)).code).toBe(10)
  })

  it('goes to stdout as well, and may be empty', async () => {
    const { out } = await cli(serverWith([], []), 'export')
    expect(JSON.parse(out)).toMatchObject({ events: [], checkpoints: [] })
    writeFileSync(file(), out)
    expect((await cli({}, 'verify', '--file', file())).code).toBe(0)
  })

  it.each<[string, (trail: { events: Event[]; checkpoints: unknown[]; public_key: string }) => object, string]>([
    ['an edit', trail => ({ ...trail, events: edited(trail.events, 900) }), 'edited'],
    ['a removal', trail => ({ ...trail, events: trail.events.filter(({ seq }) => seq !== 900) }), 'missing'],
    [
      'another order',
      trail => ({
        ...trail,
        events: [...trail.events.slice(0, 9), ...trail.events.slice(9, 11).reverse(), ...trail.events.slice(11)],
      }),
      'reordered',
    ],
    ['a cut tail', trail => ({ ...trail, events: trail.events.slice(0, 1000) }), 'truncated'],
    ['an added tail', trail => ({ ...trail, events: trailOf(1450) }), 'forged'],
    ['a lost signature', trail => ({ ...trail, checkpoints: [] }), 'forged'],
    ['another key', trail => ({ ...trail, public_key: OTHER_KEY }), 'bad-signature'],
  ])('shows %s', async (_, change, kind) => {
    write(change)
    const { code, out } = await cli({}, 'verify', '--file', file())
    expect([code, out]).toEqual([10, expect.stringContaining(kind)])
  })

  it('shows a server that cut its tail and every trace of it', async () => {
    const cut = serverWith(trailOf(1200), [1200])
    expect((await cli(cut, 'verify')).code).toBe(0)
    const { code, out } = await cli(cut, 'verify', '--against', file())
    expect([code, out]).toEqual([10, expect.stringContaining('truncated')])
    expect((await cli(serverWith(trailOf(1600), [1600]), 'verify', '--against', file())).code).toBe(0)
  })

  it.each([
    ['not there', () => rmSync(file())],
    ['no JSON', () => writeFileSync(file(), '{')],
    ['something else', () => writeFileSync(file(), '{"events":[]}')],
    ['not well-formed', () => write(trail => ({ ...trail, events: [{ ...trail.events[0], action: 5 }] }))],
    ['without numbers', () => write(trail => ({ ...trail, events: [{ ...trail.events[0], seq: '1' }] }))],
  ])('is refused when it is %s', async (_, spoil) => {
    spoil()
    expect((await cli({}, 'verify', '--file', file())).code).toBe(2)
  })
})
