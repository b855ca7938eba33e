import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../../src/cli/context/version.ts'
import { startServer, type TestServer } from '../support/server.ts'

const PROGRAM = join(ROOT, 'bin/run.js')
const VALUES: Record<string, string> = {
  'app/db-url': 'postgres://u:p@h/db',
  'app/odd': `it's "odd" $HOME \`id\` \\ !! 🔑\n two`,
  'app/env': 'FIRST=1\nSECOND="2 3"',
}

let server: TestServer
let folder: string
let env: Record<string, string>

beforeAll(async () => {
  server = await startServer()
  folder = mkdtempSync(join(tmpdir(), 'claw-binary-'))
  const post = async (path: string, body: object, method = 'POST') => {
    const headers = { 'content-type': 'application/json', ...(env && { authorization: `Bearer ${env['ONECLAW_TOKEN']}` }) }
    const reply = await fetch(`${server.url}${path}`, { method, headers, body: JSON.stringify(body) })
    if (!reply.ok) throw new Error(await reply.text())
    return (await reply.json()) as Record<string, string>
  }
  const { access_token } = await post('/v1/auth/signup', { email: 'a@example.com', password: 'correct horse battery staple 42' })
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    ONECLAW_CONFIG_DIR: join(folder, 'config'),
    ONECLAW_API_URL: server.url,
    ONECLAW_TOKEN: access_token ?? '',
  }
  const { id } = await post('/v1/vaults', { name: 'main' })
  env['ONECLAW_VAULT_ID'] = id ?? ''
  for (const [path, value] of Object.entries(VALUES)) {
    await post(`/v1/vaults/${id}/secrets/${path}`, { value, type: path === 'app/env' ? 'env_bundle' : 'generic' }, 'PUT')
  }
})

afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface Ended {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
  pid: number | undefined
}

async function claw(words: readonly string[], more: Record<string, string> = {}): Promise<Ended> {
  const running = spawn(process.execPath, [PROGRAM, ...words], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] })
  const out = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    running[name].on('data', chunk => {
      out[name] += chunk
    })
  }
  const [code, signal] = await once(running, 'close')
  return { code, signal, pid: running.pid, ...out }
}

describe('1claw run', () => {
  it('becomes the program, with the secrets and without the token', async () => {
    const { stdout, stderr, pid } = await claw(['run', '--', 'sh', '-c', 'echo $$; env -0'])
    const [first, ...rest] = stdout.split(/\n(.*)/s)
    const got = Object.fromEntries(
      (rest[0] ?? '').split('\0').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    )
    expect(first).toBe(String(pid))
    expect(got).toMatchObject({ DB_URL: VALUES['app/db-url'], ODD: VALUES['app/odd'], FIRST: '1', SECOND: '2 3', HOME: folder })
    expect(Object.keys(got)).not.toContain('ONECLAW_TOKEN')
    expect(stderr).toBe('')
  })

  it('accepts paths and whole-path names', async () => {
    const { stdout } = await claw([
      'run',
      'app/db-url',
      '--name',
      'path',
      '--pristine',
      '--',
      'sh',
      '-c',
      'echo "$APP_DB_URL $ODD"',
    ])
    expect(stdout).toBe(`${VALUES['app/db-url']} \n`)
  })

  it.each([
    [['run', '--', 'sh', '-c', 'exit 42'], { code: 42, signal: null }],
    [['run', '--', 'sh', '-c', 'kill -TERM $$'], { code: null, signal: 'SIGTERM' }],
    [['run', '--mask', '--', 'sh', '-c', 'kill -TERM $$'], { code: 143, signal: null }],
    [
      ['run', '--', 'no-such-program'],
      { code: 127, stdout: '', stderr: expect.stringContaining('error: no-such-program was not found.') },
    ],
    [['run', '--', '/'], { code: 126, stdout: '' }],
    [['run', 'app/nothing', '--', 'true'], { code: 3, stderr: expect.stringContaining('app/nothing') }],
    [['run', '--only', 'NOPE', '--', 'true'], { code: 2 }],
  ])('%j', async (words, ended) => {
    expect(await claw(words)).toMatchObject(ended)
  })

  it('masks what the program prints', async () => {
    const { stdout } = await claw(['run', '--mask', '--', 'sh', '-c', 'echo "url=$DB_URL"; printf %s "$DB_URL" | base64'])
    expect(stdout).toBe('url=*****\n*****\n')
  })

  it('leaves an audit event for each value', async () => {
    await claw(['run', 'app/db-url', 'app/odd', '--', 'true'])
    const { stdout } = await claw(['audit', 'list', '--action', 'secret.read', '--limit', '2', '--json'])
    expect(
      JSON.parse(stdout)
        .map(({ details }: { details: { path: string } }) => details.path)
        .sort(),
    ).toEqual(['app/db-url', 'app/odd'])
  })
})

describe('1claw export', () => {
  it('is safe in eval "$(…)", for every value', async () => {
    const script = `eval "$('${process.execPath}' '${PROGRAM}' export --format shell)" && printf '%s\\0' "$DB_URL" "$ODD" "$SECOND"`
    const printed = await new Promise<string>((resolve, reject) => {
      execFile('sh', ['-c', script], { env: { ...env, GITHUB_ACTIONS: 'true' } }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      )
    })
    expect(printed).toBe([VALUES['app/db-url'], VALUES['app/odd'], '2 3', ''].join('\0'))
  })
})

describe('1claw audit', () => {
  it('verifies the trail of a real server, and an export of it without the server', async () => {
    const file = join(folder, 'trail.json')
    expect(await claw(['audit', 'verify'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('The audit trail is sound'),
    })
    expect(await claw(['audit', 'export', '--out-file', file])).toMatchObject({ code: 0 })
    const offline = { ONECLAW_TOKEN: '', ONECLAW_API_URL: 'http://127.0.0.1:9' }
    expect(await claw(['audit', 'verify', '--file', file, '--quiet'], offline)).toMatchObject({ code: 0, stderr: '' })
    writeFileSync(file, readFileSync(file, 'utf8').replace('"action":"secret.write"', '"action":"secret.read"'))
    expect(await claw(['audit', 'verify', '--file', file], offline)).toMatchObject({
      code: 10,
      stdout: expect.stringContaining('edited'),
    })
  })

  it('requires a signed-in person', async () => {
    const signedOut = await claw(['audit', 'verify'], { ONECLAW_TOKEN: 'nonsense' })
    expect(signedOut.code).toBe(4)
  })
})
