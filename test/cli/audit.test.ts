import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { auditCommands } from '../support/audit-command.ts'
import { edited, KEY, OTHER_KEY, serverWith, trailOf } from '../support/audit-trail.ts'
import { USER_ID, VAULT_ID } from '../support/fake-context.ts'

type Event = Reply<'audit.events'>['events'][number]

const { place, cli } = auditCommands()

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

  it('ignores the vault that only the environment or the profile names', async () => {
    const { asked } = await cli(serverWith([], []), 'list')
    expect(asked[0]?.input).toEqual({ query: { order: 'desc', limit: 100 } })
  })

  it('continues to further pages, even as JSON', async () => {
    const { out, asked } = await cli(serverWith(trailOf(2500), []), 'list', '--limit', '2100', '--oldest-first', '--json')
    expect(JSON.parse(out).map(({ seq }: Event) => seq)).toEqual(Array.from({ length: 2100 }, (_, index) => index + 1))
    expect(asked).toHaveLength(3)
  })
})

describe('an export', () => {
  const file = () => join(place.folder, 'trail.json')
  const content = () => JSON.parse(readFileSync(file(), 'utf8'))
  const write = (change: (trail: ReturnType<typeof content>) => unknown) =>
    writeFileSync(file(), JSON.stringify(change(content())))

  beforeEach(async () => {
    const { code, out, err } = await cli(serverWith(trailOf(1500), [100, 1400]), 'export', '--out-file', file())
    expect([code, out, err]).toEqual([0, '', `Wrote 1400 events to ${file()}.\n`])
  })

  it('contains everything up to the last signature, readable only by its owner', () => {
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

  it('can go to stdout, and can be empty', async () => {
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

  it('reveals a server that cut the tail and every trace of it', async () => {
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
