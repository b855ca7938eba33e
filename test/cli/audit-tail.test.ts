import { describe, expect, it } from 'vitest'
import { followed } from '../../src/cli/audit/follow.ts'
import type { Reply } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, NOW, ORG_ID, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

async function ran(words: readonly string[], options: Parameters<typeof fakeWorld>[0] & {}) {
  const world = fakeWorld({ env: SIGNED_IN, ...options })
  await runCommand(world.context, ...words)
  return { out: world.stdout(), code: world.exitCode() }
}

describe('audit tail', () => {
  const event = (seq: number) => ({
    id: USER_ID,
    action: 'secret.read',
    actor_id: USER_ID,
    actor_type: 'user',
    resource_type: 'secret',
    resource_id: `s${seq}`,
    org_id: ORG_ID,
    details: { path: `p${seq}` },
    ip_address: '127.0.0.1',
    created_at: '2026-03-01T12:00:00Z',
    seq,
    prev_event_id: '',
    integrity_hash: '',
  })

  it('shows the newest, oldest first, one a line', async () => {
    const replies = { 'audit.events': () => ({ events: [event(2), event(1)], count: 2 }) }
    const { out } = await ran(['audit', 'tail', '-n', '2'], { replies })
    expect(out.split('\n').map(line => /p\d/.exec(line)?.[0])).toEqual(['p1', 'p2', undefined])
    const json = await ran(['audit', 'tail', '-n', '2', '--json'], { replies })
    expect(
      json.out
        .trim()
        .split('\n')
        .map(line => JSON.parse(line).seq),
    ).toEqual([1, 2])
  })

  it.each([
    [['--jq', '.details.path'], 'p1\np2\n'],
    [['--output', 'name'], `${USER_ID}\n${USER_ID}\n`],
    [['--output', 'yaml', '--action', 'secret.read'], /^---\nid: .*[\s\S]*seq: 1\n[\s\S]*---\nid: [\s\S]*seq: 2\n/],
    [['--output', 'csv'], /^time,action,actor,resource,ip,details\r\n.*secret p1,.*\r\n.*secret p2,.*\r\n$/],
    [['--output', 'plain'], /^\S+\tsecret\.read\tuser .*p1.*\n.*p2.*\n$/],
  ])('takes %j as every list does', async (words, expected) => {
    const replies = { 'audit.events': () => ({ events: [event(2), event(1)], count: 2 }) }
    const { out, code } = await ran(['audit', 'tail', ...words], { replies })
    expect(code).toBe(0)
    expect(out).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected))
  })

  it('tells a person at a terminal names, and the time of the clock', async () => {
    const about = { ...event(1), resource_type: 'vault', resource_id: VAULT_ID, details: {} }
    const replies = {
      'audit.events': () => ({ events: [about], count: 1 }),
      'agents.list': () => ({ agents: [] }),
      'org.members': () => ({ members: [{ id: USER_ID, email: 'ada@example.com' } as Reply<'org.members'>['members'][number]] }),
      'vaults.list': () => ({ vaults: [{ id: VAULT_ID, name: 'shop', created_at: '', cmek_enabled: false }] }),
    }
    const { out } = await ran(['audit', 'tail'], { replies, tty: true, now: NOW })
    expect(out).toMatch(/^(\S+ )?\d\d:\d\d:\d\d {2}secret\.read {2}user ada@example\.com {2}vault shop {2}127\.0\.0\.1\n$/)
  })

  it('continues with each event once, through temporary failures, until it is stopped', async () => {
    const end = new AbortController()
    const pages = [[event(3), event(2)], 'fault' as const, [event(5), event(4), event(3)], [event(5)]]
    const world = fakeWorld({
      env: SIGNED_IN,
      now: NOW,
      replies: {
        'audit.events': () => {
          const page = pages.shift()
          if (page === 'fault') throw new Problem('server.unreachable', 'The server could not be reached.')
          if (!page) end.abort()
          return { events: page ?? [], count: 0 }
        },
      },
    })
    const shown: number[] = []
    const client = world.context.connect({ baseUrl: 'https://x.test' })
    const context = {
      ...world.context,
      sleep: async (ms: number, signal?: AbortSignal) => {
        signal?.throwIfAborted()
        await world.context.sleep(ms)
      },
    }
    await followed(context, client, {}, 2, ({ seq }) => void shown.push(seq), end.signal)
    expect(shown).toEqual([3, 4, 5])
    expect(world.stderr()).toBe('note: The server could not be reached. Trying again.\nnote: the server responds again.\n')
  })
})
