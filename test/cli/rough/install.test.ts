import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import pjson from '../../../package.json' with { type: 'json' }
import { SERVER_PACKAGES } from '../../../src/cli/fast-path/server-packages.ts'
import { newPerson, signUp } from '../../support/console.ts'
import { bareEnvironment, startProgram } from '../../support/program.ts'
import { startServer, type TestServer } from '../../support/server.ts'

const ROOT = join(import.meta.dirname, '../../..')
const run = promisify(execFile)
const LONG = { timeout: 300_000 }

let folder = ''
let packed = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'claw-install-'))
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT })
  packed = join(folder, readdirSync(folder).find(name => name.endsWith('.tgz')) ?? 'nothing was packed')
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The file that would be published, in its own folder, with the pinned Node.js. Nothing is compiled. */
function machine() {
  const place = join(folder, 'machine')
  mkdirSync(place)
  writeFileSync(join(place, 'package.json'), '{}')
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--no-update-notifier']
  const env = { ...bareEnvironment(), HOME: place, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, NO_COLOR: '1' }
  const claw = (args: readonly string[], more: Record<string, string> = {}) =>
    run(join(place, 'node_modules/.bin/1claw'), args, { cwd: place, env: { ...env, ...more } }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => ({
        code: error.code,
        stdout: error.stdout,
        stderr: error.stderr,
      }),
    )
  return {
    modules: join(place, 'node_modules'),
    install: (...flags: string[]) => run('npm', ['install', ...quiet, ...flags, packed], { cwd: place, timeout: 280_000 }),
    claw,
  }
}

it('package.json lists as optional exactly what the server needs', () => {
  expect([...SERVER_PACKAGES].sort()).toEqual(Object.keys(pjson.optionalDependencies).sort())
})

describe('the packed package', () => {
  let server: TestServer
  let installed: ReturnType<typeof machine>
  beforeAll(async () => {
    server = await startServer()
    installed = machine()
  })
  afterAll(() => server.close())

  it('works as a client without optional dependencies or a compiler, and says what a server needs', LONG, async () => {
    const { modules, claw, install } = installed
    await install('--omit=optional')
    for (const name of ['sqlite3', 'graphene-pk11', 'pkcs11js', '@node-rs/argon2'])
      expect([name, existsSync(join(modules, name))]).toEqual([name, false])
    const env = { ONECLAW_API_URL: server.url, ONECLAW_TOKEN: await signUp(server.url, newPerson()) }
    expect((await claw(['vaults', 'create', 'main'], env)).code).toBe(0)
    const uses: (readonly string[])[] = [
      ['secrets', 'set', 'app/key', '--generate', '--vault', 'main'],
      ['secrets', 'list', '--vault', 'main', '--output', 'yaml'],
      ['whoami', '--json', '--jq', '.email'],
      ['policies', 'list', '--vault', 'main'],
      ['doctor', '--json'],
      ['run', '--vault', 'main', '--mask', '--', 'sh', '-c', 'test -n "$KEY" && echo "$KEY"'],
      ['--help'],
    ]
    for (const words of uses) expect({ words, ...(await claw(words, env)) }).toMatchObject({ words, code: 0 })
    const served = await claw(['serve', '--port', '0'])
    expect(served).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /needs packages that are not installed here: @node-rs\/argon2, sqlite3\.\n.*--include=optional/,
      ),
    })
    expect(served.stderr).not.toContain('    at ')
  })

  it('serves once they are installed as described', LONG, async () => {
    const { modules, claw, install } = installed
    await install('--include=optional')
    // What an install script would have compiled or fetched; this test is not about npm's scripts.
    for (const name of ['sqlite3', 'pkcs11js'])
      cpSync(join(ROOT, 'node_modules', name, 'build'), join(modules, name, 'build'), { recursive: true })
    const data = join(folder, 'data')
    const admin = await run(
      'sh',
      [
        '-c',
        `printf '%s\n%s\n' admin@example.com 'correct horse battery staple 42' | ${join(modules, '.bin/1claw')} admin bootstrap --data-dir ${data}`,
      ],
      {
        env: { ...bareEnvironment(), HOME: folder, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` },
      },
    )
    expect(admin.stderr + admin.stdout).toContain('is the administrator')
    const stopped = await claw(['serve', '--port', '0', '--data-dir', data], { ONECLAW_METRICS_TOKEN: 'short' })
    expect(stopped).toMatchObject({ code: 2, stderr: expect.stringContaining('ONECLAW_METRICS_TOKEN') })
    const served = await startProgram(data, {}, [], join(modules, '1claw/bin/run.js'))
    expect((await fetch(`${served.url}/readyz`)).status).toBe(200)
    expect((await fetch(`${served.url}/vaults`, { headers: { accept: 'text/html' } })).status).toBe(200)
    expect(await served.stop()).toBe(0)
  })
})
