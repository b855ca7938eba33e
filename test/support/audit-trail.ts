import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import type { Input, Reply } from '../../src/client/client.ts'
import {
  type ChainCut,
  CUT_ACTION,
  checkpointBytes,
  cutBytes,
  cutDetails,
  eventHash,
  GENESIS,
  type SignedCut,
} from '../../src/crypto/audit-chain.ts'
import { ORG_ID, USER_ID, VAULT_ID } from './fake-context.ts'

type Event = Reply<'audit.events'>['events'][number]

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
export const KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
export const OTHER_KEY = Buffer.alloc(32, 7).toString('base64')

/** A trail like a server's; the event after `removed` records that the events up to it were removed. */
export function trailOf(length: number, removed?: number): Event[] {
  const events: Event[] = []
  for (let seq = 1; seq <= length; seq++) {
    const last = events.at(-1)
    const cut = last && seq - 1 === removed ? signedCut(last) : undefined
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
      ...(cut && { action: CUT_ACTION, actor_type: 'system', details: cutDetails(cut) }),
    }
    events.push({ ...event, integrity_hash: eventHash(event, last?.integrity_hash ?? GENESIS.hash) })
  }
  return events
}

function signedHead({ org_id, seq, id, integrity_hash, created_at }: Event) {
  const head = { org_id, seq, event_id: id, integrity_hash, created_at, kid: 'k1' }
  return { ...head, signature: sign(null, checkpointBytes(head), privateKey).toString('base64') }
}

/** Records that the events up to this one were removed. */
export function signedCut({ org_id, seq, id, integrity_hash }: Event): SignedCut {
  const when = { created_at: '2026-02-20T00:00:00.000Z', kid: 'k1', prev_seq: 0 }
  const why = { reason: 'ONECLAW_AUDIT_RETENTION_DAYS=90', kept_in: 'x/events-1-20.json', kept_sha256: 'ab' }
  const cut = { org_id, seq, event_id: id, integrity_hash, ...when, ...why }
  return { ...cut, signature: signCut(cut) }
}

export function signCut(cut: ChainCut): string {
  return sign(null, cutBytes(cut), privateKey).toString('base64')
}

/** A server with this trail, with pages like ours. Events after the last head arrive while it is being read. */
export function serverWith(trail: readonly Event[], heads: readonly number[], key = KEY, cut?: SignedCut) {
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
  const told = trail.find(({ action }) => action === CUT_ACTION)?.details['to'] as number | undefined
  const genuine = trailOf(trail.length + 50, told)
  return {
    'audit.events': listed,
    'audit.checkpoints': () => {
      isSigned = true
      return { checkpoints: heads.map(seq => signedHead(genuine[seq - 1] as Event)), ...(cut && { cut }) }
    },
    'auth.jwt-public-key': () => ({ alg: 'EdDSA', public_key_base64: key }),
  }
}

export const edited = (events: readonly Event[], seq: number) =>
  events.map(event => (event.seq === seq ? { ...event, actor_id: 'somebody else' } : event))
