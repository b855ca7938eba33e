import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../support/console.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'
import { openShell, type Shell } from '../support/shell.ts'

let dataDir = ''
let server: ServerProcess
let shell: Shell

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), '1claw-mishaps-'))
  server = await startProgram(dataDir)
  const token = await signUp(server.url, newPerson())
  shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token })
  await shell.type('1claw vaults create main')
  await shell.type('printf %s first | 1claw secrets set kept --vault main')
})
afterAll(async () => {
  await shell.close()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

/** The typed words, the exit code, and the expected text on stderr. */
const MISHAPS: [string, string, number, RegExp][] = [
  ['an unknown vault', '1claw secrets get kept --vault nowhere', 3, /nowhere/],
  ['a vault id of nobody', '1claw secrets get kept --vault 7b6f4a0e-0000-4000-8000-000000000000', 3, /no vault/],
  ['an unknown secret', '1claw secrets get missing --vault main', 3, /no secret/],
  ['a bad path', '1claw secrets get a//b --vault main', 2, /path/],
  ['a path that climbs', 'echo x | 1claw secrets set ../up --vault main', 2, /path/],
  ['an oversize value', 'head -c 5242881 /dev/zero | tr "\\0" a | 1claw secrets set big --vault main', 2, /5 MiB/],
  ['a wrong type', 'echo \'{"name": 5}\' | 1claw api POST /v1/vaults --input -', 2, /name must be a string/],
  ['a token that is none', 'ONECLAW_TOKEN=nonsense 1claw secrets get kept --vault main', 4, /token|log in|login/i],
  ['a key that is none', 'ONECLAW_TOKEN= ONECLAW_API_KEY=1ck_nonsense 1claw vaults list', 4, /./],
  ['an unreachable server', '1claw vaults list --api-url http://127.0.0.1:9', 7, /127\.0\.0\.1:9/],
  ['a host that is none', '1claw vaults list --api-url https://nowhere.invalid', 7, /nowhere\.invalid/],
  ['an address that is none', '1claw vaults list --api-url nonsense', 2, /nonsense/],
  ['an unknown command', '1claw secret gte kept', 2, /secrets get/],
  ['an unknown flag', '1claw secrets get kept --valt main', 2, /--vault/],
  ['a value as an argument', '1claw secrets set kept second --vault main', 2, /argv|argument/],
  ['a data folder that cannot be', '1claw serve --port 0 --data-dir /dev/null/data', 2, /\/dev\/null\/data/],
  ['a data folder where none can be made', '1claw serve --port 0 --data-dir /proc/1claw', 2, /\/proc\/1claw cannot be created/],
  ['settings that are wrong', 'ONECLAW_KEYSTORE=tin ONECLAW_SIGNUP=maybe 1claw serve --port 0', 2, /KEYSTORE[\s\S]*SIGNUP/],
  [
    'a PKCS#11 module that is none',
    'ONECLAW_KEYSTORE=pkcs11 ONECLAW_PKCS11_MODULE=/nowhere.so ONECLAW_PKCS11_TOKEN_LABEL=t ONECLAW_PKCS11_PIN=1 1claw serve --port 0 --data-dir ./hsm',
    2,
    /\/nowhere\.so/,
  ],
]

describe('a failure', () => {
  it.each(MISHAPS)('has a clear message and the exit code of the table: %s', async (_, line, code, said) => {
    const outcome = await shell.type(line)
    expect(outcome.stderr).toMatch(said)
    expect(outcome.stderr).toMatch(/^error: /m)
    expect(outcome.stderr).not.toMatch(/\bat .*:\d+:\d+/)
    expect(outcome.stdout).toBe('')
    expect(outcome.code, outcome.stderr).toBe(code)
  })

  it('is JSON with --json, and leaves stdout empty', async () => {
    const { stdout, stderr, code } = await shell.type('1claw secrets get missing --vault main --json')
    expect([JSON.parse(stderr), stdout]).toMatchObject([{ error: { code: 'resource.unknown' } }, ''])
    expect(code).toBe(3)
  })

  it('is clear for a port or a data folder that is in use', async () => {
    const port = new URL(server.url).port
    const taken = await shell.type(`1claw serve --port ${port} --data-dir ./other`)
    expect(taken).toMatchObject({ code: 2, stderr: expect.stringContaining(`Port ${port}`) })
    const second = await shell.type(`1claw serve --port 0 --data-dir ${dataDir}`)
    expect(second.code).toBe(7)
    expect(second.stderr).toMatch(/in use|another/i)
  })

  it('is clear for a revoked key', async () => {
    const { stdout } = await shell.type('1claw api-keys create once --json')
    const { api_key: key, key: facts } = JSON.parse(stdout) as { api_key: string; key: { id: string } }
    expect((await shell.type(`ONECLAW_TOKEN= ONECLAW_API_KEY=${key} 1claw vaults list`)).code).toBe(0)
    await shell.type(`1claw api-keys revoke ${facts.id} --yes`)
    expect((await shell.type(`ONECLAW_TOKEN= ONECLAW_API_KEY=${key} 1claw vaults list`)).code).toBe(4)
  })

  it('loses no data', async () => {
    const { stdout } = await shell.type('1claw secrets get kept --vault main --json')
    expect(JSON.parse(stdout)).toMatchObject({ value: 'first', version: 1 })
  })

  it('is clear for a stopped server', async () => {
    expect(await server.stop()).toBe(0)
    const { code, stderr } = await shell.type('1claw secrets get kept --vault main')
    expect(code).toBe(7)
    expect(stderr).toContain('1claw serve')
  })
})
