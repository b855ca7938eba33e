import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type ChainEvent,
  checkpointBytes,
  eventHash,
  GENESIS,
  type SealedEvent,
  type SignedHead,
} from '../../../../src/crypto/audit-chain.ts'
import { verifyChain } from '../../../../src/crypto/audit-verify.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const RAW = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
const ORG = '22222222-2222-4222-8222-222222222222'
const OTHER_ORG = '33333333-3333-4333-8333-333333333333'

const idOf = (seed: string) =>
  createHash('md5')
    .update(seed)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')

function plain(seq: number, orgId = ORG): Omit<ChainEvent, 'prev_event_id'> {
  return {
    id: idOf(`${orgId} ${seq}`),
    seq,
    org_id: orgId,
    action: 'secret.read',
    actor_id: `actor ${seq}`,
    actor_type: 'agent',
    resource_type: 'secret',
    resource_id: `resource ${seq}`,
    ...(seq % 2 === 0 && { vault_id: `vault ${seq}` }),
    details: { path: `prod/${seq}` },
    ip_address: '::1',
    created_at: new Date(1_700_000_000_000 + seq).toISOString(),
  }
}

/** Seals events one after another, as a server or as a forger without the key would. */
function sealAll(events: readonly Omit<ChainEvent, 'prev_event_id'>[]): SealedEvent[] {
  let previous: { id: string; integrity_hash: string } = { id: GENESIS.id, integrity_hash: GENESIS.hash }
  return events.map(event => {
    const linked = { ...event, prev_event_id: previous.id }
    const sealed = { ...linked, integrity_hash: eventHash(linked, previous.integrity_hash) }
    previous = sealed
    return sealed
  })
}

function chainOf(length: number, orgId = ORG): SealedEvent[] {
  return sealAll(Array.from({ length }, (_, index) => plain(index + 1, orgId)))
}

function signedHead(event: SealedEvent): SignedHead {
  const head = {
    org_id: event.org_id,
    seq: event.seq,
    event_id: event.id,
    integrity_hash: event.integrity_hash,
    created_at: event.created_at,
    kid: 'k1',
  }
  return { ...head, signature: sign(null, checkpointBytes(head), privateKey).toString('base64') }
}

const TRAIL = chainOf(10)
const HEADS = TRAIL.filter(({ seq }) => seq === 4 || seq === 10).map(signedHead)

const check = (events: readonly SealedEvent[], heads = HEADS, key: Uint8Array = RAW) => verifyChain([events], heads, key)
const kinds = async (events: readonly SealedEvent[], heads = HEADS) =>
  (await check(events, heads)).faults.map(({ seq, kind }) => `${kind} ${seq}`)

const at = (seq: number) => TRAIL[seq - 1] as SealedEvent
const replaced = (seq: number, event: SealedEvent) => TRAIL.map(old => (old.seq === seq ? event : old))
const rewritten = (seq: number) =>
  sealAll(
    TRAIL.map(({ prev_event_id: _, integrity_hash: __, ...event }) =>
      event.seq === seq ? { ...event, actor_id: 'nobody' } : event,
    ),
  )

describe('an untouched trail', () => {
  it('is valid, in one page or in many', async () => {
    const sound = { ok: true, checked: 10, faults: [], signedTo: 10, from: 0, cut: undefined }
    expect(await check(TRAIL)).toEqual(sound)
    expect(
      await verifyChain(
        TRAIL.map(event => [event]),
        HEADS,
        RAW,
      ),
    ).toEqual(sound)
    expect(await verifyChain([], [], RAW)).toMatchObject({ ok: true, checked: 0, faults: [], signedTo: 0 })
  })

  it('survives transport as JSON', async () => {
    expect((await check(JSON.parse(JSON.stringify(TRAIL)), JSON.parse(JSON.stringify(HEADS)))).ok).toBe(true)
  })
})

describe('edited events', () => {
  const columns = [
    'id',
    'action',
    'actor_id',
    'actor_type',
    'resource_type',
    'resource_id',
    'ip_address',
    'created_at',
    'vault_id',
  ]
  it.each([...columns, 'integrity_hash', 'prev_event_id'])('are found for another %s, once', async column => {
    for (const seq of [1, 4, 5, 10]) {
      const value = column === 'integrity_hash' ? 'ab'.repeat(32) : 'changed'
      expect(await kinds(replaced(seq, { ...at(seq), [column]: value }))).toEqual([`edited ${seq}`])
    }
  })

  it('are found for other details', async () => {
    expect(await kinds(replaced(3, { ...at(3), details: { path: 'prod/other' } }))).toEqual(['edited 3'])
  })

  it('are all found, even next to each other', async () => {
    const touched = TRAIL.map(event => ([5, 6, 9].includes(event.seq) ? { ...event, action: 'x' } : event))
    expect(await kinds(touched)).toEqual(['edited 5', 'edited 6', 'edited 9'])
  })
})

describe('missing events', () => {
  it('are found: one, several, and the first', async () => {
    expect(await kinds(TRAIL.filter(({ seq }) => seq !== 5))).toEqual(['missing 5'])
    expect(await kinds(TRAIL.filter(({ seq }) => seq < 5 || seq > 7))).toEqual(['missing 5'])
    expect(await kinds(TRAIL.filter(({ seq }) => seq > 1))).toEqual(['missing 1'])
  })

  it('are found in a renumbered trail', async () => {
    const renumbered = TRAIL.filter(({ seq }) => seq !== 5).map((event, index) => ({ ...event, seq: index + 1 }))
    const found = await kinds(renumbered)
    expect(found).toContain('reordered 5')
    expect(found).toContain('truncated 10')
  })
})

describe('reordered events', () => {
  it('are found when two changed places', async () => {
    const order = [1, 2, 4, 3, 5, 6, 7, 8, 9, 10]
    expect(await kinds(order.map(at))).toEqual(['reordered 3'])
  })

  it('are found when two changed numbers', async () => {
    const swapped = TRAIL.map(event => (event.seq === 6 ? { ...at(7), seq: 6 } : event.seq === 7 ? { ...at(6), seq: 7 } : event))
    const found = await kinds(swapped)
    expect(found[0]).toBe('reordered 6')
  })
})

describe('forged events', () => {
  it('are found in a history rewritten with matching hashes', async () => {
    expect(await kinds(rewritten(2))).toEqual(['forged 4', 'forged 10'])
    expect(await kinds(rewritten(6))).toEqual(['forged 10'])
  })

  it('are found when they are unsigned', async () => {
    expect(await kinds([...chainOf(12)])).toEqual(['forged 11'])
    expect(await kinds(TRAIL, [])).toEqual(['forged 1'])
  })

  it('are found when a number occurs twice', async () => {
    expect(await kinds([...TRAIL.slice(0, 5), at(5), ...TRAIL.slice(5)])).toEqual(['forged 5'])
  })

  it('are found in two signed histories', async () => {
    const again = rewritten(2)
    expect(await kinds(again, [...again.filter(({ seq }) => seq === 10).map(signedHead), ...HEADS])).toEqual([
      'forged 4',
      'forged 10',
    ])
  })

  it('are found from another organisation', async () => {
    const foreign = chainOf(10, OTHER_ORG)
    expect((await kinds(foreign)).filter(fault => fault === 'forged 3')).toHaveLength(1)
    expect(await kinds(TRAIL, [...HEADS, signedHead(foreign[1] as SealedEvent)])).toEqual(['forged 2'])
  })
})

describe('a truncated trail', () => {
  it('is found, down to an empty one', async () => {
    expect(await kinds(TRAIL.slice(0, 8))).toEqual(['truncated 9'])
    expect(await kinds([])).toEqual(['truncated 1'])
  })
})

describe('a checkpoint with a bad signature', () => {
  it('is found when it was changed, and is not counted', async () => {
    const changed = HEADS.map(head => (head.seq === 10 ? { ...head, integrity_hash: 'ab'.repeat(32) } : head))
    expect(await kinds(TRAIL, changed)).toEqual(['bad-signature 10', 'forged 5'])
  })

  it('is found when it is by another key', async () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' }).x ?? ''
    const { ok, faults } = await check(TRAIL, HEADS, Buffer.from(other, 'base64url'))
    expect(ok).toBe(false)
    expect(faults.map(({ kind }) => kind)).toEqual(['bad-signature', 'bad-signature', 'forged'])
  })
})

it('a report lists at most a thousand faults', async () => {
  const long = chainOf(1500).map(event => ({ ...event, action: 'x' }))
  const { ok, checked, faults } = await check(long)
  expect({ ok, checked, listed: faults.length }).toEqual({ ok: false, checked: 1500, listed: 1000 })
})
