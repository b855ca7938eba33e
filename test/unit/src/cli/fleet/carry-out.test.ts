import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { carryOut } from '../../../../../src/cli/fleet/carry-out.ts'
import { type KeyFolder, keyFolder } from '../../../../../src/cli/fleet/keys.ts'
import type { AgentChange } from '../../../../../src/cli/fleet/plan.ts'
import { Problem } from '../../../../../src/problem.ts'
import { AGENT_ID, fakeWorld, type Replies, VAULT_ID } from '../../../../support/fake-context.ts'

const made = (name: string): AgentChange => ({
  action: 'create',
  name,
  body: { scopes: ['a/*'], description: null },
  differences: [{ field: 'scopes', to: ['a/*'] }],
  policies: [
    {
      action: 'create',
      vaultId: VAULT_ID,
      vault: 'v',
      pattern: 'a/*',
      body: { secret_path_pattern: 'a/*', permissions: ['read'] },
      differences: [],
    },
  ],
})

const registers: Replies = {
  'agents.register': ({ body }) => ({
    agent: {
      id: AGENT_ID,
      name: body.name,
      auth_method: 'api_key',
      is_active: true,
      intents_api_enabled: false,
      shroud_enabled: false,
      created_at: '2026-03-01T12:00:00Z',
    },
    api_key: `ocv_${body.name}`,
  }),
}

async function run(changes: readonly AgentChange[], replies: Replies, keys?: KeyFolder, signal = new AbortController().signal) {
  const world = fakeWorld({ replies: { ...registers, ...replies } })
  const client = world.context.connect({ baseUrl: 'https://claw.example.com' })
  const progress = { add() {}, end() {} }
  const outcomes = await carryOut({ context: world.context, client, keys, progress, signal }, changes)
  return { outcomes, ids: world.asked.map(({ id }) => id), slept: world.slept, asked: world.asked }
}

const refuses = (problem: Problem): Replies => ({ 'policies.create': () => Promise.reject(problem) })

describe('carrying out a plan', () => {
  it('sends no null fields, and assigns the policies to the new agent', async () => {
    const { asked } = await run([made('a')], refuses(new Problem('policy.denied')))
    expect(asked[0]?.input).toEqual({ body: { name: 'a', scopes: ['a/*'] } })
    expect(asked[1]?.input).toMatchObject({ body: { principal_type: 'agent', principal_id: AGENT_ID } })
  })

  it('keeps the key of an agent whose policy failed, and continues with the others', async () => {
    const changes = Array.from({ length: 20 }, (_, index) => made(`a${index}`))
    const { outcomes } = await run(changes, refuses(new Problem('policy.denied')))
    expect(outcomes.map(({ status, id, apiKey }) => [status, id, apiKey])).toEqual(
      changes.map(({ name }) => ['failed', AGENT_ID, `ocv_${name}`]),
    )
  })

  it('starts nothing more once the server is gone, and reports every key until then', async () => {
    const changes = Array.from({ length: 50 }, (_, index) => made(`a${index}`))
    const { outcomes, ids } = await run(changes, refuses(new Problem('server.unreachable')))
    const begun = ids.filter(id => id === 'agents.register').length
    expect(begun).toBeLessThanOrEqual(8)
    expect(outcomes.filter(({ apiKey }) => apiKey !== undefined)).toHaveLength(begun)
    expect(outcomes.filter(({ status }) => status === 'not started')).toHaveLength(50 - begun)
  })

  it('starts nothing more once it was interrupted', async () => {
    const { outcomes, ids } = await run([made('a')], {}, undefined, AbortSignal.abort())
    expect([outcomes.map(({ status }) => status), ids]).toEqual([['not started'], []])
  })

  it('waits as long as the server says after too many requests', async () => {
    const limits = [new Problem('rate.limited', 'slow', { retryAfter: 3 }), new Problem('policy.denied')]
    const { outcomes, slept } = await run([made('a')], {
      'policies.create': () => Promise.reject(limits.shift() ?? new Problem('internal')),
    })
    expect({ slept, outcomes }).toMatchObject({ slept: [3000], outcomes: [{ error: { code: 'policy.denied' } }] })
    const never = await run([made('a')], refuses(new Problem('rate.limited', 'slow', { retryAfter: 3600 })))
    expect(never).toMatchObject({ slept: [], outcomes: [{ error: { code: 'rate.limited' } }] })
  })

  it('returns the key when its file cannot be written', async () => {
    const full: KeyFolder = {
      keep() {
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' })
      },
    }
    const { outcomes, ids } = await run([made('a'), made('b')], {}, full)
    expect(outcomes.map(({ status, apiKey }) => [status, apiKey])).toEqual([
      ['failed', 'ocv_a'],
      ['failed', 'ocv_b'],
    ])
    expect(ids).not.toContain('policies.create')
  })
})

describe('a folder of keys', () => {
  let dir = ''
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), '1claw-keys-'))
  })
  afterEach(() => rmSync(dir, { recursive: true }))

  it('has a file for each, readable only by its owner, whatever its name', () => {
    const names = ['deployer', 'Deploy 1', '../../x', '.hidden', 'é/😀', 'n'.repeat(255), `${'n'.repeat(254)}m`, '..']
    const folder = keyFolder(join(dir, 'new'), names)
    const files = names.map(name => folder.keep(name, `key of ${name}`))
    expect(statSync(join(dir, 'new')).mode & 0o777).toBe(0o700)
    expect(readdirSync(join(dir, 'new'))).toHaveLength(names.length)
    for (const [index, file] of files.entries()) {
      expect([join(file, '..'), readFileSync(file, 'utf8'), statSync(file).mode & 0o777]).toEqual([
        join(dir, 'new'),
        `key of ${names[index]}\n`,
        0o600,
      ])
    }
    expect(files[0]).toBe(join(dir, 'new', 'deployer.key'))
  })

  it('is tested before it is needed, and no key in it is replaced', () => {
    writeFileSync(join(dir, 'file'), '')
    expect(() => keyFolder(join(dir, 'file'), ['a'])).toThrow(
      `Cannot write to the folder ${join(dir, 'file')}: a file with this name is in the way.`,
    )
    writeFileSync(join(dir, 'a.key'), 'of another server')
    expect(() => keyFolder(dir, ['b', 'a'])).toThrow('a.key already exists')
    expect(() => keyFolder(dir, ['B', 'b'])).toThrow('would be written to the same file')
    expect(readdirSync(dir)).toEqual(['a.key', 'file'])
  })
})
