import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { openShell, type Shell } from '../support/shell.ts'

/** The real program, and a real server. */
let server: TestServer
let owner: Client
let token = ''
let folder = ''
let shell: Shell

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '1claw-fleet-'))
  server = await startServer()
  token = await signUp(server.url, newPerson())
  owner = apiOf(server.url, token)
  for (const name of ['prod', 'lab']) {
    const { id: vault_id } = await owner.call('vaults.create', { body: { name } })
    await owner.call('secrets.put', { params: { vault_id, path: 'db/url' }, body: { value: `canary of ${name}` } })
  }
  shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token })
})
afterEach(async () => {
  await shell.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const file = () => join(folder, 'agents.yaml')
const write = (text: string) => writeFile(file(), text)
const apply = (more = '') => shell.type(`1claw agents apply -f ${file()} ${more}`)
const agentsByName = async () => new Map((await owner.call('agents.list')).agents.map(agent => [agent.name, agent]))

const FLEET = `
match: 'team-*'
x-defaults: &defaults
  token_ttl: 15m
agents:
  - <<: *defaults
    name: team-reader
    description: reads
    vaults: [prod]
    policies:
      - { vault: prod, path: db/*, permissions: [read] }
  - name: team-writer
    policies:
      - { vault: lab, path: '**', permissions: [read, write], conditions: { ip_allowlist: [127.0.0.1] } }
`

describe('agents apply', { timeout: 90_000 }, () => {
  it('creates what the file says, prints each key once, and then has nothing left to do', async () => {
    await write(FLEET)
    const dry = await apply('--dry-run')
    expect([dry.code, dry.stderr]).toEqual([10, '4 to create, 0 to change, 0 to remove; 0 agents are up to date.\n'])
    expect(dry.stdout).toBe(
      [
        '+ agent team-reader',
        '    description: reads',
        '    token_ttl_seconds: 900',
        '    vaults: prod',
        '  + policy db/* in prod',
        '      permissions: read',
        '+ agent team-writer',
        '  + policy ** in lab',
        '      permissions: read, write',
        '      conditions: {"ip_allowlist":["127.0.0.1"]}',
        '',
      ].join('\n'),
    )
    expect(await agentsByName()).toEqual(new Map())

    expect((await apply('--keys-dir keys')).stderr).toContain('hint: Add --yes to confirm.')
    const keyless = await apply('--yes')
    expect([keyless.code, keyless.stderr]).toEqual([
      2,
      expect.stringContaining('Choose where to write them: --keys-dir <folder>, or --json'),
    ])
    expect(await agentsByName()).toEqual(new Map())

    const done = await apply('--yes --keys-dir keys')
    expect([done.code, done.stdout]).toEqual([0, ''])
    const key = (await shell.type('ls keys; cat keys/team-reader.key')).stdout.split('\n')
    expect(key.slice(0, 2)).toEqual(['team-reader.key', 'team-writer.key'])
    const get = (vault: string) => `ONECLAW_TOKEN= ONECLAW_AGENT_API_KEY=${key[2]} 1claw secrets get db/url --vault ${vault}`
    expect((await shell.type(get('prod'))).stdout).toBe('canary of prod')
    expect((await shell.type(get('lab'))).code).not.toBe(0)

    for (const more of ['--yes', '--dry-run', '--prune --dry-run']) {
      const again = await apply(more)
      expect(again).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing to do: 2 agents are up to date.\n' })
    }
  })

  it('changes only what differs, and removes only with --prune', async () => {
    await write(FLEET)
    const { code, stdout } = await apply('--yes --json')
    const made = JSON.parse(stdout)
    expect([code, made.changes.map(({ status }: { status: string }) => status)]).toEqual([0, ['done', 'done']])
    expect(made.changes[0].api_key).toMatch(/^ocv_/)
    const { agent: bystander } = await owner.call('agents.register', { body: { name: 'of-another-team' } })
    const { agent: leftover } = await owner.call('agents.register', { body: { name: 'team-old' } })

    await write(`
match: 'team-*'
agents:
  - name: team-reader
    description: null
    token_ttl: 1h
    policies:
      - { vault: prod, path: db/*, permissions: [read, rotate], expires_at: 2999-01-01 }
  - name: team-writer
    policies: []
`)
    const kept = await apply('--yes')
    expect(kept.stderr).toContain('token_ttl_seconds: 900 → 3600')
    expect(kept.stderr).toContain('description: reads → none')
    expect(kept.stderr).toContain('permissions: read → read, rotate')
    expect(kept.stderr).toContain('expires_at: 2999-01-01T00:00:00.000Z')
    expect(kept.stderr).toContain('note: 1 policy of these agents is not in the file and is kept; --prune deletes it.')
    const reader = (await agentsByName()).get('team-reader')
    expect(reader).toMatchObject({ token_ttl_seconds: 3600, vault_ids: [expect.any(String)] })
    expect(reader?.description).toBe('')

    const plan = await apply('--prune --dry-run')
    expect([plan.code, plan.stdout]).toEqual([
      10,
      [
        `  agent team-writer (${(await agentsByName()).get('team-writer')?.id})`,
        '  - policy ** in lab',
        `- deactivate agent team-old (${leftover.id})`,
        '',
      ].join('\n'),
    ])
    expect((await apply('--prune --yes')).code).toBe(0)
    expect((await apply('--prune --dry-run')).code).toBe(0)
    const there = await agentsByName()
    expect([there.get('team-old')?.is_active, there.get(bystander.name)?.is_active]).toEqual([false, true])

    const named = (more: string) =>
      `match: 'team-*'\nagents: [{ name: team-reader }, { name: team-writer }, { name: team-old${more} }]`
    await write(named(''))
    const out = await apply('--yes')
    expect([out.code, out.stderr]).toEqual([
      0,
      'note: still deactivated: team-old; set `is_active: true` to reactivate them.\nNothing to do: 3 agents are up to date.\n',
    ])
    await write(named(', is_active: true'))
    expect((await apply('--yes')).stderr).toContain('is_active: false → true')
    expect((await agentsByName()).get('team-old')?.is_active).toBe(true)
  })

  it('identifies agents by id, can rename them, and guesses nothing', async () => {
    const { agent } = await owner.call('agents.register', { body: { name: 'old name' } })
    const twin = (await owner.call('agents.register', { body: { name: 'twin' } })).agent
    await owner.call('agents.register', { body: { name: 'twin' } })
    await write(
      `agents:\n  - { id: ${agent.id}, name: new name, auth_method: mtls, client_cert_fingerprint: '${'ab'.repeat(32)}' }\n  - name: twin\n`,
    )
    const refused = await apply('--yes')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('agents.yaml:2 agents[0].auth_method: cannot be changed: it is api_key')
    expect(refused.stderr).toContain('agents.yaml:3 agents[1].name: is the name of several agents; add the id of one: ')
    await write(`agents:\n  - { id: ${agent.id}, name: new name }\n  - { id: ${twin.id}, name: twin, is_active: false }\n`)
    expect((await apply('--yes')).code).toBe(0)
    const { agents } = await owner.call('agents.list')
    expect(agents.find(({ id }) => id === agent.id)?.name).toBe('new name')
    expect(agents.filter(({ name, is_active }) => name === 'twin' && is_active)).toHaveLength(1)
    expect((await apply('--dry-run')).code).toBe(0)
    await write('agents:\n  - { name: a, vaults: [nowhere], policies: [{ vault: neither, path: a, permissions: [read] }] }\n')
    const unknown = await apply('--yes')
    expect(unknown.stderr).toContain('agents.yaml:2 agents[0].vaults[0]: is not a vault that you can use')
    expect(unknown.stderr).toContain('agents.yaml:2 agents[0].policies[0].vault: is not a vault that you can use')
  })

  it('changes nothing the second time, whatever fields an agent has', async () => {
    await write(`
agents:
  - name: everything
    description: 'has: all'
    scopes: [b/**, a/*, 'ci:label']
    vaults: [lab, prod]
    token_ttl: 90s
    expires_at: 2999-01-31T01:00:00+01:00
    intents_api_enabled: true
    tx_allowed_chains: [base, '1']
    tx_to_allowlist: ['0x${'aB'.repeat(20)}']
    tx_max_value_eth: 0.50
    tx_daily_limit_eth: '1.000000000000000001'
    tx_block_unlimited_approvals: true
    client_cert_fingerprint: '${'AB:'.repeat(31)}AB'
    policies:
      - vault: prod
        path: a/*
        permissions: [write, read, read]
        expires_at: 2999-01-01
        conditions: { time_window: { after: '09:00', before: '17:00', days: [mon, 2], timezone: Europe/Berlin }, ip_allowlist: ['::1'] }
      - { vault: prod, path: a/*, permissions: [rotate] }
  - name: workload
    auth_method: oidc_client_credentials
    oidc_issuer: https://token.actions.githubusercontent.com
    oidc_client_id: repo:acme/shop:ref:refs/heads/main
  - { name: machine, auth_method: mtls, client_cert_fingerprint: ${'ab'.repeat(32)} }
  - { name: gone, is_active: false }
`)
    const first = await apply('--yes --keys-dir keys')
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining('Done: 3 agents.')])
    expect((await shell.type('ls keys')).stdout).toBe('everything.key\n')
    const again = await apply('--dry-run --prune')
    expect([again.code, again.stdout]).toEqual([0, ''])
    await write((await shell.type(`sed 's/90s/2m/; s/0.50/0.6/; s/mon, 2/mon, 3/' ${file()}`)).stdout)
    const changed = await apply('--yes')
    expect(changed.stderr).toContain('token_ttl_seconds: 90 → 120')
    expect(changed.stderr).toContain('tx_max_value_eth: 0.5 → 0.6')
    expect(changed.stderr).toContain('0 to create, 2 to change, 0 to remove; 3 agents are up to date.')
    expect((await apply('--dry-run')).code).toBe(0)
  })

  it('keeps every key when something fails, and continues from there the next time', async () => {
    const bad = (more: string) =>
      `agents:\n  - name: bad\n    policies:\n      - { vault: prod, path: x/*, permissions: [read]${more} }\n  - name: good\n`
    await write(bad(', expires_at: "2020-01-01T00:00:00Z"'))
    const first = await apply('--yes --keys-dir keys')
    expect(first.code).toBe(2)
    expect(first.stderr).toContain('error: bad: expires_at must be in the future')
    expect(first.stderr).toContain('1 of 2 agents done, 1 failed, 0 not started.')
    expect((await shell.type('ls keys')).stdout).toBe('bad.key\ngood.key\n')
    await write(bad(''))
    expect((await apply('--yes --keys-dir keys')).code).toBe(0)
    expect((await apply('--dry-run')).code).toBe(0)
  })

  it('reads from stdin, and then cannot prompt', async () => {
    const line = (more: string) => shell.type(`printf '{"agents":[{"name":"piped"}]}' | 1claw agents apply -f - ${more}`)
    expect((await line('')).code).toBe(2)
    expect((await line('--dry-run')).code).toBe(10)
    expect(JSON.parse((await line('--yes --json')).stdout).changes[0].api_key).toMatch(/^ocv_/)
  })
})
