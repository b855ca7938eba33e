import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/problem.ts'
import { AGENT_ID, fakeWorld, type Replies, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const CREATED = '2026-02-27T12:00:00.000Z'
const policy = (id: string, principal_type: 'agent' | 'user', principal_id: string) => ({
  ...{ id, vault_id: VAULT_ID, secret_path_pattern: 'prod/*', permissions: ['read' as const], principal_type, principal_id },
  ...{ conditions: {}, created_by: `user:${USER_ID}`, created_at: CREATED },
})
const replies: Replies = {
  'policies.list': () => ({ policies: [policy('p1', 'agent', AGENT_ID), policy('p2', 'user', USER_ID)] as never }),
  'agents.list': () => ({ agents: [{ id: AGENT_ID, name: 'deployer' }] as never }),
  'org.members': () => ({ members: [{ id: USER_ID, email: 'ada@example.com' }] as never }),
  'secrets.versions': () => ({
    versions: [
      { id: VAULT_ID, path: 'a', type: 'generic', version: 1, created_at: CREATED, created_by: `user:${USER_ID}` },
    ] as never,
  }),
}

async function shown(words: readonly string[], options: { tty?: boolean; more?: Replies } = {}) {
  const world = fakeWorld({ env: SIGNED_IN, replies: { ...replies, ...options.more }, tty: options.tty ?? true })
  const columns = 200
  await runCommand({ ...world.context, stdout: { ...world.context.stdout, columns } }, ...words)
  return { text: world.stdout(), asked: world.asked.map(({ id }) => id) }
}

describe('a person in a table', () => {
  it('has a name for a person at a terminal', async () => {
    const { text } = await shown(['policies', 'list'])
    expect(text).toContain('agent deployer')
    expect(text).toContain('user ada@example.com')
    expect((await shown(['secrets', 'versions', 'a'])).text).toContain('user ada@example.com')
  })

  it('is an id for a program, and no name is looked up', async () => {
    for (const words of [
      ['policies', 'list'],
      ['policies', 'list', '--output', 'tsv'],
    ]) {
      const { text, asked } = await shown(words, { tty: false })
      expect(text).toContain(`agent ${AGENT_ID}`)
      expect(asked).toEqual(['policies.list'])
    }
    expect((await shown(['secrets', 'versions', 'a'], { tty: false })).text).toContain(`user:${USER_ID}`)
  })

  it('is an id if the name is not visible', async () => {
    const denied = () => {
      throw new Problem('policy.denied', 'Not for you.')
    }
    const { text } = await shown(['policies', 'list'], { more: { 'agents.list': denied, 'org.members': denied } })
    expect(text).toContain(`agent ${AGENT_ID}`)
  })
})
