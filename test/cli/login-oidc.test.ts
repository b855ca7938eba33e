import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'
import { openShell, type Shell } from '../support/shell.ts'
import { CLIENT, githubActions, type WorkloadIssuer, workloadIssuer } from '../support/workload-issuer.ts'

/** The real program in CI jobs, against a real issuer and a real server. */
let issuer: WorkloadIssuer
let github: Awaited<ReturnType<typeof githubActions>>
let server: ServerProcess
let dataDir = ''
let owner: Client
let agentId = ''
let shell: Shell

beforeAll(async () => {
  issuer = await workloadIssuer()
  github = await githubActions(issuer)
  dataDir = await mkdtemp(join(tmpdir(), '1claw-ci-'))
  server = await startProgram(dataDir, { ONECLAW_AGENT_ISSUERS: issuer.issuer })
  owner = apiOf(server.url, await signUp(server.url, newPerson()))
})
afterAll(async () => {
  await server.stop()
  await Promise.all([issuer.close(), github.close(), rm(dataDir, { recursive: true, force: true })])
  expect(server.log()).not.toContain('eyJ')
})

beforeEach(async () => {
  const { id: vault } = await owner.call('vaults.create', { body: { name: `vault ${Math.random()}` } })
  await owner.call('secrets.put', { params: { vault_id: vault, path: 'db/url' }, body: { value: 'canary' } })
  const body = { name: 'ci', auth_method: 'oidc_client_credentials', oidc_issuer: issuer.issuer, oidc_client_id: CLIENT } as const
  agentId = (await owner.call('agents.register', { body })).agent.id
  await owner.call('policies.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: '**', principal_type: 'agent', principal_id: agentId, permissions: ['read'] },
  })
  shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_VAULT_ID: vault })
  github.audiences.length = 0
})
afterEach(() => shell.close())

/** Runs a line with these variables. */
function type(line: string, env: Record<string, string> = {}) {
  const words = Object.entries(env).map(([name, value]) => `${name}='${value}'`)
  return shell.type(words.length > 0 ? `export ${words.join(' ')}; ${line}` : line)
}

const login = (more = '') => `1claw login --oidc --agent-id ${agentId} --credential-store file ${more}`

/** Changes the stored times of the login, as if time had passed. */
async function profile(change: object): Promise<void> {
  const file = (await shell.type('echo "$XDG_CONFIG_HOME/1claw/config.json"')).stdout.trim()
  const settings = JSON.parse(await readFile(file, 'utf8'))
  Object.assign(settings.profiles.default, change)
  await writeFile(file, JSON.stringify(settings))
}

const PAST = { expires_at: '2020-01-01T00:00:00.000Z' }

describe('a job of GitHub Actions', { timeout: 60_000 }, () => {
  it('signs in without a stored key, and reads and runs', async () => {
    const signedIn = await type(login(), github.env)
    expect(signedIn).toMatchObject({ code: 0, stdout: '' })
    expect(signedIn.stderr).toContain(`as the agent ${agentId}`)
    expect(signedIn.stderr).toMatch(/^::add-mask::eyJ/)
    expect(github.audiences).toEqual([server.url])
    expect(await type('1claw secrets get db/url')).toMatchObject({ code: 0, stdout: 'canary' })
    const run = await type(`1claw run -- sh -c 'echo "$URL$ONECLAW_ID_TOKEN$ONECLAW_AGENT_ID"'`, { ONECLAW_ID_TOKEN: 'of-ours' })
    expect(run.stdout).toBe('canary\n')
    expect(JSON.parse((await type('1claw whoami --json')).stdout)).toMatchObject({ type: 'agent', id: agentId, name: 'ci' })
    expect(github.audiences).toHaveLength(1)
    expect((await type('1claw logout')).code).toBe(0)
    expect((await type('1claw secrets get db/url', github.env)).code).toBe(4)
  })

  it('gets and keeps a new token when the old one has expired or is refused', async () => {
    expect((await type(login(), github.env)).code).toBe(0)
    await profile(PAST)
    expect((await type('1claw secrets get db/url', github.env)).stdout).toBe('canary')
    expect((await type('1claw secrets get db/url')).stdout).toBe('canary')
    expect(github.audiences).toHaveLength(2)

    for (const is_active of [false, true])
      await owner.call('agents.update', { params: { agent_id: agentId }, body: { is_active } })
    expect((await type('1claw secrets get db/url', github.env)).stdout).toBe('canary')
    expect(github.audiences).toHaveLength(3)
    expect((await type('1claw secrets get db/url')).stdout).toBe('canary')
  })

  it('reports that the login has expired and that it cannot get another one', async () => {
    expect((await type(login(), github.env)).code).toBe(0)
    await profile(PAST)
    const elsewhere = await type('1claw secrets get db/url')
    expect(elsewhere).toMatchObject({ code: 4, stdout: '' })
    expect(elsewhere.stderr).toContain('The login has expired, and only a job of GitHub Actions can renew it.')
    const refused = await type('1claw secrets get db/url', { ...github.env, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'wrong' })
    expect(refused).toMatchObject({ code: 4, stdout: '' })
    expect(refused.stderr).toContain('GitHub gave this job no OIDC token (it answered 401).')
  })

  it('is told what is missing: the permission, or the right audience', async () => {
    const forbidden = await type(login(), { GITHUB_ACTIONS: 'true' })
    expect(forbidden.code).toBe(4)
    expect(forbidden.stderr).toContain('hint: Give the job `permissions: {id-token: write}`.')
    const elsewhere = await type(login('--audience https://elsewhere.example.com'), github.env)
    expect(elsewhere.code).toBe(4)
    expect(elsewhere.stderr).toContain('The token contains')
    expect(elsewhere.stderr).toContain('aud="https://elsewhere.example.com"')
    expect((await type('1claw whoami')).code).toBe(4)
  })
})

describe('a stored token', { timeout: 60_000 }, () => {
  it('is read from the variable that GitLab sets, or another one', async () => {
    const token = await issuer.token(server.url)
    expect((await type(login(), { ONECLAW_ID_TOKEN: token })).code).toBe(0)
    expect((await type('1claw secrets get db/url')).stdout).toBe('canary')
    expect((await type('1claw logout && unset ONECLAW_ID_TOKEN')).code).toBe(0)
    expect((await type(login('--from-env CI_TOKEN'), { CI_TOKEN: token })).code).toBe(0)
    await profile(PAST)
    const without = await type('1claw secrets get db/url')
    expect([without.code, without.stderr]).toEqual([
      4,
      'error: The variable CI_TOKEN has no OIDC token, which is needed to sign in again.\n',
    ])
    expect((await type('1claw secrets get db/url', { CI_TOKEN: token })).stdout).toBe('canary')
  })

  it('is read from a file, and read again when the login has expired', async () => {
    const write = async (token: string) => type('cat > token.jwt <<END\n$TOKEN\nEND', { TOKEN: token })
    await write(await issuer.token(server.url))
    expect((await type(login('--oidc-token @token.jwt'))).code).toBe(0)
    await write('')
    await profile(PAST)
    expect((await type('1claw secrets get db/url')).code).toBe(4)
    await write(await issuer.token(server.url))
    expect((await type('cd / && 1claw secrets get db/url')).stdout).toBe('canary')
  })

  it('is read from stdin for one login, and never from argv', async () => {
    const token = await issuer.token(server.url)
    expect((await type(`printf %s "$TOKEN" | ${login('--oidc-token -')}`, { TOKEN: token })).code).toBe(0)
    expect((await type('1claw secrets get db/url')).stdout).toBe('canary')
    await profile(PAST)
    // Not according to this machine's clock: the server accepts the token.
    expect((await type('1claw secrets get db/url', github.env)).stdout).toBe('canary')
    const argv = await type(login('--oidc-token eyJcanary'))
    expect(argv.code).toBe(2)
    expect(argv.stderr).not.toContain('canary')
  })

  it('is printed, and masked in the log of the job, when it is not stored', async () => {
    const printed = await type(`1claw login --oidc --agent-id ${agentId} --credential-store none -q`, github.env)
    expect(printed.code).toBe(0)
    expect(printed.stderr).toContain(`::add-mask::${printed.stdout.trim()}`)
    const env = { ONECLAW_TOKEN: printed.stdout.trim() }
    expect((await type('1claw secrets get db/url', env)).stdout).toBe('canary')
  })

  it.each([
    ['no agent', '1claw login --oidc', 2],
    ['a name for an agent', '1claw login --oidc --agent-id ci', 2],
    ['an agent and no way in', '1claw login --agent-id 3f0b0c0e-0000-4000-8000-000000000000', 2],
    ['two ways in', '1claw login --oidc --email me@example.com', 2],
    ['nothing to be found', '1claw login --oidc --agent-id 3f0b0c0e-0000-4000-8000-000000000000', 4],
  ])('is not guessed: %s', async (_, line, code) => {
    expect((await type(line)).code).toBe(code)
  })
})
