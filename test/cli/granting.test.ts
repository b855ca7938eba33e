import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/problem.ts'
import { AGENT_ID, fakeWorld, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const CREATED = '2026-03-01T12:00:00Z'
const AGENT = {
  id: AGENT_ID,
  name: 'bot',
  auth_method: 'api_key' as const,
  is_active: true,
  intents_api_enabled: false,
  shroud_enabled: false,
  created_at: CREATED,
}

const vaultsList = () => ({ vaults: [{ id: VAULT_ID, name: 'prod', created_at: CREATED, cmek_enabled: false }] })

describe('policies on several patterns', () => {
  it('are created together, in several vaults', async () => {
    const made = {
      vault_id: VAULT_ID,
      principal_type: 'agent',
      principal_id: AGENT_ID,
      permissions: ['read'],
      created_at: CREATED,
    }
    const world = fakeWorld({
      env: SIGNED_IN,
      replies: {
        'agents.list': () => ({ agents: [AGENT] }),
        'vaults.list': vaultsList,
        'policies.create-many': ({ body }) => ({
          policies: body.grants.map(({ secret_path_pattern }, at) => ({
            ...made,
            principal_type: 'agent',
            id: `${USER_ID.slice(0, -1)}${at}`,
            secret_path_pattern,
          })),
        }),
      },
    })
    const words = ['prod/**', '--also', 'db/url', '--also', '1claw://prod/ci/*', '--agent', 'bot', '--permission', 'read']
    await runCommand(world.context, 'policies', 'create', ...words, '--output', 'name')
    expect(world.asked.at(-1)).toMatchObject({
      id: 'policies.create-many',
      input: {
        body: {
          grants: [
            { vault_id: VAULT_ID, secret_path_pattern: 'prod/**' },
            { vault_id: VAULT_ID, secret_path_pattern: 'db/url' },
            { vault_id: VAULT_ID, secret_path_pattern: 'ci/*' },
          ],
          principal_id: AGENT_ID,
          permissions: ['read'],
        },
      },
    })
    expect(world.stdout().trim().split('\n')).toHaveLength(3)
  })
})

describe('the people and agents that can read a secret', () => {
  const entry = { principal_id: AGENT_ID, principal_type: 'agent' as const, policies: [] }
  const principals = [
    { ...entry, name: 'deployer', allowed: true, rule: 'policy', reason: 'A policy grants it.', reads_90d: 4 },
    { ...entry, name: 'nobody', allowed: false, rule: 'no-policy', reason: 'No policy grants it.' },
    { ...entry, name: 'old-ci', allowed: false, rule: 'inactive', reason: 'The agent is deactivated.', reads_90d: 9 },
  ]
  const ask = async (...words: string[]) => {
    const world = fakeWorld({
      env: SIGNED_IN,
      replies: { 'policies.access': () => ({ path: 'stripe/key', permission: 'read', principals }) },
    })
    await runCommand(world.context, 'secrets', 'access', 'stripe/key', '--output', 'name', ...words)
    return world
  }

  it('are listed with who can and who did, and with everyone on request', async () => {
    const world = await ask('--permission', 'write', '--ip', '10.0.0.1')
    expect(world.asked).toMatchObject([
      { id: 'policies.access', input: { query: { path: 'stripe/key', permission: 'write', ip: '10.0.0.1' } } },
    ])
    expect(world.stdout()).toBe('deployer\nold-ci\n')
    expect((await ask('--all')).stdout()).toBe('deployer\nnobody\nold-ci\n')
  })

  it('are reported missing for a path without a secret', async () => {
    const world = fakeWorld({
      env: SIGNED_IN,
      replies: {
        'policies.access': () => ({ path: 'stripe/kye', permission: 'read', principals }),
        'secrets.versions': () => {
          throw new Problem('resource.unknown', 'There is no secret at this path.', { hint: 'Did you mean stripe/key?' })
        },
      },
    })
    await runCommand(world.context, 'secrets', 'access', 'stripe/kye')
    expect(world.stderr()).toBe('note: There is no secret at stripe/kye. Did you mean stripe/key?\n')
    expect(world.stdout()).toContain('deployer')
  })
})

describe('who can read a vault', () => {
  it('is shown by folder, without those who can read nothing', async () => {
    const who = (name: string, ...secrets: number[]) => ({
      principal_type: 'agent' as const,
      principal_id: AGENT_ID,
      name,
      secrets,
    })
    const reply = {
      prefix: 'app/',
      permission: 'write',
      folders: [
        { name: '', secrets: 1 },
        { name: 'db/', secrets: 4 },
      ],
      principals: [who('deployer', 1, 3), who('nobody', 0, 0)],
    }
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'policies.folder-access': () => reply } })
    await runCommand(world.context, 'vaults', 'access', '--prefix', 'app/', '--permission', 'write', '--output', 'csv')
    expect(world.asked).toMatchObject([
      { id: 'policies.folder-access', input: { query: { prefix: 'app/', permission: 'write' } } },
    ])
    expect(world.stdout().trim().split(/\r?\n/)).toEqual([
      'who,type,folder,secrets,of',
      'deployer,agent,app/,1,1',
      'deployer,agent,app/db/,3,4',
    ])
  })
})

describe('what is in a vault', () => {
  it('is counted by `vaults stats`', async () => {
    const counted = { secrets: 2, versions: 3, bytes: 96 }
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'vaults.list': vaultsList, 'vaults.stats': () => counted } })
    await runCommand(world.context, 'vaults', 'stats', 'prod', '--json')
    expect(JSON.parse(world.stdout())).toEqual(counted)
    expect(world.asked.at(-1)).toMatchObject({ id: 'vaults.stats', input: { params: { vault_id: VAULT_ID } } })
  })
})
