import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { AGENT_ID, fakeWorld, type Replies, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const CREATED = '2026-03-01T12:00:00Z'
const vaults = [
  { id: VAULT_ID, name: 'Prod', created_at: CREATED, cmek_enabled: false },
  { id: AGENT_ID, name: 'twin', created_at: CREATED, cmek_enabled: false },
  { id: AGENT_ID, name: 'Twin', created_at: CREATED, cmek_enabled: false },
]

describe('policies explain', () => {
  const explain = async (allowed: boolean, ...words: string[]) => {
    const replies: Replies = { 'policies.explain': () => ({ allowed, rule: 'policy', reason: 'because', considered: [] }) }
    const world = fakeWorld({ env: SIGNED_IN, replies })
    const asked = ['--agent', AGENT_ID, '--permission', 'read', '--vault', VAULT_ID]
    await runCommand(world.context, 'policies', 'explain', 'prod/db', ...asked, ...words)
    return { code: world.exitCode(), out: world.stdout(), err: world.stderr() }
  }

  it('prints its answer on stdout, and exits 5 when access is denied', async () => {
    expect(await explain(true)).toEqual({ code: 0, out: 'allowed: because\n', err: '' })
    expect(await explain(false)).toEqual({ code: 5, out: 'denied: because\n', err: '' })
    const json = await explain(false, '--json')
    expect([json.code, JSON.parse(json.out).allowed, json.err]).toEqual([5, false, ''])
  })

  it.each([
    ['csv', 'allowed,rule,policy,reason\r\nfalse,policy,,because\r\n'],
    ['plain', 'false\tpolicy\t\tbecause\n'],
    ['name', 'denied\n'],
  ])('prints %s where that is asked for', async (format, out) => {
    expect(await explain(false, '--output', format)).toEqual({ code: 5, out, err: '' })
  })
})

describe('--out-file -', () => {
  it('means stdout, for a value, an export and the audit trail', async () => {
    const secret = { id: VAULT_ID, path: 'a', type: 'generic', version: 1, created_at: CREATED, value: 'v\n' }
    const many = () => ({ secrets: [secret] })
    const replies: Replies = {
      'secrets.get': () => secret,
      'secrets.read-many': many,
      'account.export': () => ({ account: 'me' }) as never,
    }
    for (const [words, out] of [
      [['secrets', 'get', 'a'], 'v\n'],
      [['account', 'export'], /"account"/],
      [['export', 'a', '--format', 'json'], /"v\\n"/],
    ] as const) {
      const world = fakeWorld({ env: SIGNED_IN, replies })
      await runCommand(world.context, ...words, '--vault', VAULT_ID, '--out-file', '-')
      expect([world.exitCode(), world.stdout()]).toEqual([0, typeof out === 'string' ? out : expect.stringMatching(out)])
    }
    expect(existsSync('-')).toBe(false)
  })
})

describe('a vault by its name', () => {
  const vaultOf = async (name: string) => {
    const replies: Replies = {
      'vaults.list': () => ({ vaults }),
      'vaults.get': ({ params }) => ({ ...vaults[0], id: params.vault_id }) as never,
    }
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'vaults', 'get', name, '--json')
    return {
      code: world.exitCode(),
      id: (world.asked.find(({ id }) => id === 'vaults.get')?.input as { params?: object })?.params,
    }
  }

  it('is found regardless of case and surrounding spaces, unless two vaults match', async () => {
    for (const name of ['Prod', 'prod', ' PROD ']) expect(await vaultOf(name)).toEqual({ code: 0, id: { vault_id: VAULT_ID } })
    expect(await vaultOf('twin')).toEqual({ code: 0, id: { vault_id: AGENT_ID } })
    expect((await vaultOf('TWIN')).code).toBe(3)
  })
})

describe('an agent by its name', () => {
  const idOf = async (name: string, ...states: boolean[]) => {
    const agents = states.map((is_active, index) => ({
      ...{ id: `${AGENT_ID.slice(0, -1)}${index}`, name: 'bot', auth_method: 'api_key' as const, is_active },
      ...{ intents_api_enabled: false, shroud_enabled: false, created_at: CREATED },
    }))
    const replies: Replies = { 'agents.list': () => ({ agents }), 'agents.deactivate': () => undefined }
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'agents', 'deactivate', name, '--yes')
    const sent = world.asked.find(({ id }) => id === 'agents.deactivate')?.input as { params: { agent_id: string } } | undefined
    return { code: world.exitCode(), at: sent?.params.agent_id.at(-1) }
  }

  it('means the active agent, where another of that name was deactivated', async () => {
    expect(await idOf('bot', false, true, false)).toEqual({ code: 0, at: '1' })
    expect(await idOf('bot', false)).toEqual({ code: 0, at: '0' })
    for (const states of [
      [true, true, false],
      [false, false],
    ])
      expect((await idOf('bot', ...states)).code).toBe(6)
    expect((await idOf('nobody', true)).code).toBe(3)
  })
})
