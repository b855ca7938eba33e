import { describe, expect, it } from 'vitest'
import {
  type AuditFacts,
  type Part,
  partsForOrganisation,
  partsOfServer,
  type ServerFacts,
  worstOf,
} from '../../../../../server/modules/health/parts.ts'

const NOW = Date.UTC(2026, 2, 2, 12)
const MINUTE = 60_000
const DAY = 86_400_000
const GIB = 1024 ** 3

const WELL: ServerFacts = {
  database: { engine: 'SQLite', ms: 0.4 },
  keys: { status: 'ok', connected: true, provider: 'pkcs11', ms: 2.6 },
  disk: { free: 12.34 * GIB, reserve: GIB, least: GIB / 32 },
  mail: { smtp: true, waiting: 0, oldest: undefined },
  backup: { everyMs: DAY, last: NOW - DAY },
  address: { url: 'https://claw.example.com', certificateEnds: NOW + 60 * DAY },
  limits: { address: { perSecond: 100, burst: 200 }, principal: { perSecond: 1000, burst: 400 } },
}
const AUDIT: AuditFacts = {
  changed: false,
  changedSecrets: 0,
  head: 1207,
  signed: { seq: 1204, at: NOW },
  verified: { seq: 1000, at: NOW - DAY },
}

const server = (facts: Partial<ServerFacts>) => {
  const [part] = partsOfServer({ ...WELL, ...facts }, NOW).filter(({ name }) => name in ALIAS(facts))
  return part ?? expect.fail('There is no such part.')
}
const ALIAS = (facts: Partial<ServerFacts>) => ({ ...facts, ...('limits' in facts && { 'rate-limits': 1 }) })

describe('a healthy server', () => {
  it('reports for each part what it is and how fast it answers', () => {
    const parts = [...partsForOrganisation(WELL, AUDIT, NOW), ...partsOfServer(WELL, NOW)]
    expect(parts.map(({ status }) => status)).toEqual(Array(9).fill('ok'))
    expect(worstOf(parts)).toBe('ok')
    const said = (name: Part['name']) => parts.find(part => part.name === name)
    expect(said('keys')).toMatchObject({ detail: 'The key provider (pkcs11) answers.', latency_ms: 3 })
    expect(said('audit')).toMatchObject({
      detail: 'Signed up to event 1,204; 3 newer events are signed within a minute.',
      at: '2026-03-02T12:00:00.000Z',
    })
    expect(said('disk')).toMatchObject({ detail: '12.3 GiB free.' })
    expect(said('address')).toMatchObject({ detail: 'https://claw.example.com; the certificate expires on 2026-05-01.' })
    expect(said('rate-limits')).toMatchObject({
      detail: '100 requests a second for each address, 1,000 for each user or agent.',
    })
  })

  it('is healthy without the parts that are not configured', () => {
    const parts = partsOfServer(
      {
        ...WELL,
        mail: { smtp: false, waiting: 0, oldest: undefined },
        backup: { everyMs: undefined, last: undefined },
        limits: undefined,
      },
      NOW,
    )
    expect(parts.filter(({ status }) => status === 'off').map(({ name }) => name)).toEqual(['mail', 'backup', 'rate-limits'])
    expect(worstOf(parts)).toBe('ok')
  })

  it('leaves out what is unknown', () => {
    const parts = partsOfServer({ ...WELL, disk: undefined, mail: undefined, backup: undefined }, NOW)
    expect(parts.map(({ name }) => name)).toEqual(['address', 'rate-limits'])
  })
})

describe('an unhealthy part', () => {
  const address = (url: string, certificateEnds?: number) => ({ address: { url, certificateEnds } })
  it.each<[string, Partial<ServerFacts>, Part['status'], string]>([
    ['a full disk', { disk: { free: GIB / 64, reserve: GIB, least: GIB / 32 } }, 'failing', '16 MiB free: too little'],
    [
      'a disk down to its reserve',
      { disk: { free: GIB / 2, reserve: GIB, least: GIB / 32 } },
      'warning',
      'the last 1 GiB are kept',
    ],
    ['mail in files', { mail: { smtp: false, waiting: 3, oldest: NOW - DAY } }, 'warning', 'Not set up: 3 mails of the last 7'],
    ['mail that is not taken', { mail: { smtp: true, waiting: 1, oldest: NOW - 16 * MINUTE } }, 'warning', '1 mail waits'],
    ['no backup yet', { backup: { everyMs: DAY, last: undefined } }, 'warning', 'No backup was made yet.'],
    ['an old backup', { backup: { everyMs: DAY, last: NOW - 2 * DAY - 1 } }, 'warning', 'older than the schedule allows'],
    ['a certificate near its end', address('https://x', NOW + 13 * DAY), 'warning', 'expires on 2026-03-15'],
    ['a certificate that has ended', address('https://x', NOW), 'failing', 'expires on 2026-03-02'],
    ['no TLS', address('http://claw.example.com'), 'warning', 'without TLS'],
  ])('is reported: %s', (_, facts, status, detail) => {
    const part = server(facts)
    expect(part).toMatchObject({ status, detail: expect.stringContaining(detail) })
    expect(worstOf([part])).toBe(status)
  })

  it.each<[string, Partial<ServerFacts>]>([
    ['mail that was written just now', { mail: { smtp: true, waiting: 1, oldest: NOW - MINUTE } }],
    ['TLS at a proxy', address('https://claw.example.com')],
    ['a server of this machine', address('http://127.0.0.1:8271')],
  ])('does not include: %s', (_, facts) => {
    expect(server(facts).status).toBe('ok')
  })

  it('is reported for database, key provider and audit log', () => {
    const facts = { ...WELL, database: { engine: 'PostgreSQL', ms: undefined } }
    const of = (status: 'degraded' | 'unavailable') => ({ ...facts, keys: { ...WELL.keys, status } })
    const ill = (found: ServerFacts, audit: AuditFacts) =>
      partsForOrganisation(found, audit, NOW)
        .filter(({ status }) => status !== 'ok')
        .map(({ name, status }) => `${name} ${status}`)
    expect(ill(of('degraded'), AUDIT)).toEqual(['database failing', 'keys warning'])
    expect(ill(WELL, { ...AUDIT, changedSecrets: 2 })).toEqual(['secrets failing'])
    expect(ill(of('unavailable'), { ...AUDIT, changed: true })).toEqual(['database failing', 'keys warning', 'audit failing'])
    expect(ill(WELL, { ...AUDIT, verified: { seq: 1, at: NOW - 4 * DAY } })).toEqual(['verification warning'])
    expect(ill(WELL, { ...AUDIT, signed: undefined, verified: undefined })).toEqual([])
  })
})
