import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APPLIES_TO, RULE_TYPES, ROLES as SPOKEN_ROLES, TIERS as SPOKEN_TIERS } from '../../src/cli/input/vocabulary.ts'
import type { Reply } from '../../src/client/client.ts'
import { TIERS } from '../../src/contract/admin.ts'
import { RULE_TYPES as CONTRACT_RULES, APPLIES_TO as CONTRACT_SCOPES } from '../../src/contract/ip-rules.ts'
import { ROLES } from '../../src/contract/org/org.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, ME, ORG_ID, type Replies, SERVER, SIGNED_IN, USER_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const [CREATED, LINK] = ['2026-03-01T12:00:00Z', 'https://claw.example.com/invite/abc'] as const
const ADA: Reply<'org.set-role'> = {
  id: USER_ID,
  email: 'ada@example.com',
  role: 'member',
  auth_method: 'password',
  created_at: CREATED,
}
const RULE: Reply<'ip-rules.add'> = {
  id: USER_ID,
  org_id: ORG_ID,
  rule_type: 'allow',
  cidr: '203.0.113.0/24',
  applies_to: 'all',
  created_by: USER_ID,
  created_at: CREATED,
}
const CODES = ['AAAA-BBBB-CCCC-DDDD', 'EEEE-FFFF-GGGG-HHHH']
const EXPORTED: Reply<'account.export'> = {
  export_version: '1',
  exported_at: CREATED,
  user: { id: USER_ID, email: ME.email, display_name: '', auth_method: 'password', created_at: CREATED },
  vaults: [],
  agents: [],
  secrets_metadata: [],
  policies: [],
}

const SEEN = [
  { id: ORG_ID, name: 'deployer', is_active: true },
  { id: USER_ID, name: 'nightly', is_active: false },
]

const replies: Replies = {
  'account.me': () => ME,
  'account.update': ({ body }) => ({ ...ME, display_name: body?.display_name ?? '' }),
  'account.delete': () => undefined,
  'account.export': () => EXPORTED,
  'mfa.status': () => ({ enabled: true }),
  'mfa.setup': () => ({ otpauth_uri: 'otpauth://totp/1claw:me?secret=ABCD', secret: 'ABCD' }),
  'mfa.verify-setup': ({ body }) => {
    if (body.code !== '123456') throw new Problem('request.invalid', 'code is wrong.', { fields: { code: 'is wrong' } })
    return { recovery_codes: CODES }
  },
  'mfa.disable': () => undefined,
  'org.members': () => ({ members: [{ ...ADA, id: ORG_ID, email: 'bob@example.com' }, ADA] }),
  'org.invite': ({ body }) => ({ message: 'Mailed.', email: body.email, id: USER_ID, delivery: 'mail' }),
  'org.invitation-link': () => ({ url: LINK, email: 'ada@example.com', expires_at: CREATED }),
  'org.set-role': ({ body }) => ({ ...ADA, role: body.role }),
  'org.member-agent-keys': ({ params }) => ({ agents: params.user_id === ORG_ID ? SEEN : [] }),
  'org.reset-mfa': () => ({ message: 'Mailed.' }),
  'org.remove-member': ({ query }) =>
    query?.agent_keys === 'rotate' ? { agents: SEEN.map(({ id, name }) => ({ id, name, api_key: `ocv_${name}` })) } : undefined,
  'ip-rules.list': () => ({ rules: [RULE] }),
  'ip-rules.add': () => RULE,
  'ip-rules.remove': () => undefined,
  'admin.users': () => ({
    users: [
      {
        id: USER_ID,
        email: 'ada@example.com',
        auth_method: 'password',
        org_id: ORG_ID,
        org_name: 'Ada',
        billing_tier: 'free',
        is_sponsored: false,
        current_month_requests: 3,
        created_at: CREATED,
      },
    ],
    total: 7,
  }),
  'admin.delete-user': () => undefined,
  'admin.settings': () => ({ settings: [] }),
  'admin.set-setting': ({ params, body }) => ({ key: params.key, value: body.value, updated_by: USER_ID, updated_at: CREATED }),
  'admin.remove-setting': () => undefined,
  'admin.limits': () => ({ org_id: ORG_ID, is_sponsored: false }),
  'admin.set-limits': () => ({ org_id: ORG_ID, is_sponsored: true }),
  'admin.set-tier': ({ body }) => ({ org_id: ORG_ID, tier: body.tier }),
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-people-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const worldOf = (options: Omit<Parameters<typeof fakeWorld>[0] & {}, 'replies'> = {}) =>
  fakeWorld({ env: SIGNED_IN, ...options, replies })

describe('what is sent', () => {
  it.each([
    ['account update --name Ada', 'account.update', { body: { display_name: 'Ada' } }],
    ['account update --no-marketing-emails', 'account.update', { body: { marketing_emails: false } }],
    ['org invite ada@example.com', 'org.invite', { body: { email: 'ada@example.com' } }],
    ['org invite ada@example.com --role admin', 'org.invite', { body: { email: 'ada@example.com', role: 'admin' } }],
    ['org invite ada@example.com --link', 'org.invitation-link', { params: { invitation_id: USER_ID } }],
    ['org role Ada@Example.com admin', 'org.set-role', { params: { user_id: USER_ID }, body: { role: 'admin' } }],
    [`org reset-mfa ${USER_ID} --yes`, 'org.reset-mfa', { params: { user_id: USER_ID } }],
    [`org remove ${USER_ID} --yes`, 'org.remove-member', { params: { user_id: USER_ID } }],
    [
      'ip-rules add allow 203.0.113.0/24 --label office --applies-to users',
      'ip-rules.add',
      { body: { rule_type: 'allow', cidr: '203.0.113.0/24', label: 'office', applies_to: 'users' } },
    ],
    [`ip-rules remove ${USER_ID}`, 'ip-rules.remove', { params: { rule_id: USER_ID } }],
    ['admin users --limit 1', 'admin.users', { query: { limit: 1 } }],
    [`org remove ${ORG_ID} --yes --agent-keys deactivate`, 'org.remove-member', { query: { agent_keys: 'deactivate' } }],
    [`admin users delete ${USER_ID} --yes`, 'admin.delete-user', { params: { user_id: USER_ID } }],
    ['admin settings set a.b c', 'admin.set-setting', { params: { key: 'a.b' }, body: { value: 'c' } }],
    ['admin settings unset a.b', 'admin.remove-setting', { params: { key: 'a.b' } }],
    [`admin limits ${ORG_ID}`, 'admin.limits', { params: { org_id: ORG_ID } }],
    [
      `admin limits ${ORG_ID} --free-requests none --sponsored`,
      'admin.set-limits',
      { params: { org_id: ORG_ID }, body: { free_tier_override: null, is_sponsored: true } },
    ],
    [
      `admin tier ${ORG_ID} pro --days 30`,
      'admin.set-tier',
      { params: { org_id: ORG_ID }, body: { tier: 'pro', duration_days: 30 } },
    ],
    ['account delete --yes', 'account.delete', { body: { confirmation: 'DELETE MY ACCOUNT' } }],
  ])('%s', async (words, id, input) => {
    const world = worldOf()
    await runCommand(world.context, ...words.split(' '))
    expect(world.exitCode()).toBe(0)
    expect(world.asked.at(-1)).toMatchObject({ id, input })
  })

  it.each([
    ['account update', 2],
    ['account delete', 2],
    [`org remove ${USER_ID}`, 2],
    ['org role nobody@example.com admin', 3],
    ['org role ada@example.com king', 2],
    ['ip-rules add perhaps 10.0.0.0/8', 2],
    [`admin limits ${ORG_ID} --free-requests some`, 2],
    [`admin tier ${ORG_ID} gold`, 2],
    [`admin users delete ${USER_ID}`, 2],
  ])('nothing, and %s ends with %i', async (words, code) => {
    const world = worldOf()
    await runCommand(world.context, ...words.split(' '))
    expect(world.exitCode()).toBe(code)
    expect(world.asked.filter(({ id }) => !/^(account\.me|org\.(members|member-agent-keys))$/.test(id))).toEqual([])
  })

  it('uses exactly the vocabulary of the contract', () => {
    expect([SPOKEN_ROLES, RULE_TYPES, APPLIES_TO, SPOKEN_TIERS]).toEqual([ROLES, CONTRACT_RULES, CONTRACT_SCOPES, TIERS])
  })
})

it('org invite prints a link to pass on, and says so when no mail is sent', async () => {
  const invited = () => ({ message: 'In the outbox.', email: 'ada@example.com', id: USER_ID, delivery: 'outbox' }) as const
  const world = fakeWorld({ env: SIGNED_IN, replies: { ...replies, 'org.invite': invited } })
  await runCommand(world.context, 'org', 'invite', 'ada@example.com', '--link', '-o', 'name')
  expect([world.stdout(), world.stderr()]).toEqual([`${LINK}\n`, expect.stringContaining('The server has no mail')])
})

describe('mfa enable', () => {
  it('draws the QR code, prompts until the code is right, and prints the recovery codes', async () => {
    const world = worldOf({ tty: true, answers: ['000000', '123456'] })
    await runCommand(world.context, 'mfa', 'enable')
    expect(world.exitCode()).toBe(0)
    expect(world.stderr()).toMatch(/[▀▄█]/)
    expect(world.stderr()).toContain('ABCD')
    expect(world.stderr()).toContain('That code is wrong.')
    expect(world.stdout()).toBe(`${CODES.join('\n')}\n`)
  })

  it('reads the code from stdin, shows the address, and writes the codes to a private file', async () => {
    const file = join(folder, 'codes')
    const world = worldOf({ stdin: '123456\n' })
    await runCommand(world.context, 'mfa', 'enable', '--out-file', file)
    expect(world.exitCode()).toBe(0)
    expect(world.stderr()).toContain('otpauth://totp/')
    expect(world.stderr()).not.toContain('\u001b')
    expect(world.stdout()).toBe('')
    expect(readFileSync(file, 'utf8')).toBe(`${CODES.join('\n')}\n`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('reports a missing or wrong code', async () => {
    for (const [stdin, code] of [
      ['', 2],
      ['000000\n', 2],
    ] as const) {
      const world = worldOf({ stdin })
      await runCommand(world.context, 'mfa', 'enable')
      expect(world.exitCode()).toBe(code)
      expect(world.stdout()).toBe('')
    }
  })

  it('prints the whole reply as JSON', async () => {
    const world = worldOf({ stdin: '123456' })
    await runCommand(world.context, 'mfa', 'enable', '--json')
    expect(JSON.parse(world.stdout())).toEqual({ recovery_codes: CODES })
  })
})

describe('mfa disable', () => {
  it('does not prompt if there is no second factor', async () => {
    const world = fakeWorld({ env: SIGNED_IN, tty: true, replies: { 'mfa.status': () => ({ enabled: false }) } })
    await runCommand(world.context, 'mfa', 'disable')
    expect([world.exitCode(), world.stderr()]).toEqual([6, expect.stringContaining('no second factor')])
    expect(world.asked.map(({ id }) => id)).toEqual(['mfa.status'])
  })

  it.each([
    [[], '123456', { code: '123456' }],
    [['--with-password'], 'my password', { password: 'my password' }],
  ])('accepts a typed or piped proof: %j', async (flags, proof, body) => {
    for (const options of [{ stdin: `${proof}\n` }, { tty: true, answers: [proof] }]) {
      const world = worldOf(options)
      await runCommand(world.context, 'mfa', 'disable', ...flags)
      expect(world.exitCode()).toBe(0)
      expect(world.asked.at(-1)).toMatchObject({ id: 'mfa.disable', input: { body } })
    }
  })
})

describe('org remove', () => {
  it('names the agents whose keys the member has seen, and asks what to do with them', async () => {
    const world = worldOf({ tty: true, answers: ['rotate', true] })
    await runCommand(world.context, 'org', 'remove', ORG_ID)
    expect(world.stderr()).toContain('has seen the keys of 2 agents: deployer, nightly.')
    expect(world.questions[0]).toContain('What happens to these keys?')
    expect(world.asked.at(-1)).toMatchObject({ id: 'org.remove-member', input: { query: { agent_keys: 'rotate' } } })
    expect(world.stdout()).toBe('deployer\tocv_deployer\nnightly\tocv_nightly\n')
  })

  it('keeps them when it has no flag and cannot prompt', async () => {
    const world = worldOf()
    await runCommand(world.context, 'org', 'remove', ORG_ID, '--yes')
    expect(world.asked.at(-1)?.input).toEqual({ params: { user_id: ORG_ID } })
    expect(world.stderr()).toContain('deployer')
  })

  it('writes the new keys to a private file', async () => {
    const file = join(folder, 'keys')
    const words = ['org', 'remove', ORG_ID, '--yes', '--agent-keys', 'rotate', '--out-file', file]
    await runCommand(worldOf().context, ...words)
    expect(readFileSync(file, 'utf8')).toContain('ocv_deployer')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })
})

describe('account', () => {
  it('delete removes the login of the deleted account', async () => {
    const profile = { api_url: SERVER, credential_store: 'file', email: ME.email, expires_at: '2026-03-02T00:00:00Z' } as const
    const world = worldOf({ env: {}, settings: { profiles: { default: profile } }, tty: true, answers: [true] })
    world.stores.file.set(`default@${SERVER}`, JSON.stringify({ kind: 'token', token: 't' }))
    for (const key of world.stores.file.keys()) expect(key).toContain(SERVER)
    await runCommand(world.context, 'account', 'delete')
    expect(world.questions[0]).toContain(ME.email)
    expect(world.settings().profiles['default']?.email).toBeUndefined()
  })

  it('export writes JSON, to stdout or to a private file', async () => {
    const world = worldOf()
    await runCommand(world.context, 'account', 'export')
    expect(JSON.parse(world.stdout())).toEqual(EXPORTED)
    const file = join(folder, 'me.json')
    await runCommand(worldOf().context, 'account', 'export', '--out-file', file)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(EXPORTED)
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('admin users says how many accounts are not shown', async () => {
    const world = worldOf()
    await runCommand(world.context, 'admin', 'users')
    expect(world.stdout()).toContain('ada@example.com')
    expect(world.stderr()).toContain('1 of 7 accounts.')
  })
})
