import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { fakeWorld, type Replies, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const sumOf = (key: string) => ({ day: '2026-02-01', key, total: 1, denied: 0, failed: 0 })

const ME = {
  id: '0b1c0a52-6a55-4c27-9d4c-3a3d7c1a2f10',
  org_id: '1b1c0a52-6a55-4c27-9d4c-3a3d7c1a2f10',
  email: 'ada@example.com',
}

async function list(actions: readonly string[], words: readonly string[] = [], role = 'owner') {
  const replies: Replies = {
    'account.me': () => ({ ...ME, role }) as Reply<'account.me'>,
    'vaults.list': () => ({ vaults: [] }),
    'agents.list': () => ({ agents: [{ id: 'a', name: 'deployer', is_active: true } as Reply<'agents.get'>] }),
    'org.members': () => ({ members: [{ ...ME, role: 'owner', auth_method: 'password', created_at: '2026-03-01T12:00:00Z' }] }),
    'audit.events': () => ({ events: [], count: 0 }),
    'audit.summary': () => ({ from: '', to: '', total: 1, denied: 0, failed: 0, sums: actions.map(sumOf) }),
  }
  const world = fakeWorld({ env: SIGNED_IN, replies })
  await runCommand(world.context, 'audit', 'list', ...words)
  return { out: world.stdout(), err: world.stderr(), code: world.exitCode(), asked: world.asked }
}

describe('audit list without a match', () => {
  it('lists the known actions for an unknown one', async () => {
    const { err } = await list(['secret.write', 'secret.read'], ['--action', 'secrets.get'])
    expect(err).toBe(
      'No events match. No event of the last year has the action secrets.get; there are: secret.read, secret.write.\n',
    )
    expect((await list(['secret.read'], ['--action', 'secret.read'])).err).toBe('No events match.\n')
    expect((await list([])).err).toBe('No events match.\n')
  })

  it('tells a person who sees only their own events that other events are not included', async () => {
    const other = '5b1c0a52-6a55-4c27-9d4c-3a3d7c1a2f10'
    const { err } = await list([], ['--actor', other], 'member')
    expect(err).toContain('You see only your own events')
    const own = await list([], ['--actor', ME.id], 'member')
    const owner = await list([], ['--actor', other], 'owner')
    expect([own.err, owner.err]).toEqual(['No events match.\n', 'No events match.\n'])
  })

  it.each([
    ['deployer', 'a', 0],
    ['Ada@example.com', ME.id, 0],
    ['me', ME.id, 0],
    ['deploier', undefined, 3],
    ['eve@example.com', undefined, 3],
  ])('takes %s as an actor', async (actor, id, exitCode) => {
    const { asked, code } = await list([], ['--actor', actor])
    const queries = asked.flatMap(request => (request.id === 'audit.events' ? [request.input] : []))
    const query = expect.objectContaining({ actor_id: id })
    expect([code, queries]).toEqual([exitCode, id === undefined ? [] : [expect.objectContaining({ query })]])
  })
})
