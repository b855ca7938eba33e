import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { terminalText, visible } from '../../../src/cli/context/visible.ts'
import { newPerson, signUp } from '../../support/console.ts'
import { bareEnvironment, PROGRAM } from '../../support/program.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openShell, type Shell } from '../../support/shell.ts'

let server: TestServer
let shell: Shell
let env: Record<string, string>

beforeAll(async () => {
  server = await startServer()
  const token = await signUp(server.url, newPerson())
  env = { ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token }
  shell = await openShell(env)
  await shell.type('1claw vaults create main')
  await shell.type('printf "a\\033]0;owned\\007\\033[2Jz" | 1claw secrets set odd --vault main')
})
afterAll(async () => {
  await shell.close()
  await server.close()
})

const FULL = 'error: standard output: no space left on device.\n'

describe('an output that cannot be written', () => {
  it.each([
    '1claw --version',
    '1claw --help',
    '1claw vaults list',
    '1claw vaults list --json',
    '1claw secrets get odd --vault main',
    '1claw export odd --vault main --format json',
    '1claw run --vault main --mask -- echo written',
  ])('is reported: %s', async line => {
    expect(await shell.type(`${line} > /dev/full`)).toEqual({ code: 1, stdout: '', stderr: FULL })
  })

  it('is not an error when the reader has seen enough', async () => {
    expect(await shell.type('1claw --help | head -1; 1claw vaults list --json | head -c 1')).toMatchObject({
      code: 0,
      stderr: '',
    })
  })

  it('keeps the exit code of a program that failed', async () => {
    const { code } = await shell.type("1claw run --vault main --mask -- sh -c 'echo written; exit 7' > /dev/full")
    expect(code).toBe(7)
  })

  it.each([
    [
      '1claw secrets get odd --vault main --out-file nodir/x',
      2,
      'error: nodir/x cannot be written: its folder does not exist.\n',
    ],
    [
      '1claw secrets get odd --vault main --out-file /dev/full',
      1,
      'error: /dev/full cannot be written: no space left on device.\n',
    ],
  ])('is reported with the requested file: %s', async (line, code, stderr) => {
    expect(await shell.type(line)).toEqual({ code, stdout: '', stderr })
  })

  it('keeps the old file and leaves no draft on a full disk', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'claw-full-'))
    const line = `mount -t tmpfs -o size=16k none ${folder} && cd ${folder} && printf old > kept && { cat /dev/zero > fill 2>/dev/null; 1claw secrets get odd --vault main --out-file kept; echo "code $?"; cat kept; ls; }`
    const { stdout, stderr } = await shell.type(`unshare -m sh -c '${line}'`)
    expect([stdout, stderr]).toEqual(['code 1\noldfill\nkept\n', 'error: kept cannot be written: no space left on device.\n'])
    rmSync(folder, { recursive: true })
  })
})

describe('stdout', () => {
  it('contains only the answer', async () => {
    expect(await shell.type('X=$(1claw secrets get nope --vault main --jq .value); echo "$? [$X]"')).toMatchObject({
      stdout: '3 []\n',
    })
  })
})

describe('a terminal', () => {
  function shown(words: readonly string[]): Promise<string> {
    const terminal = spawn(process.execPath, [PROGRAM, ...words], {
      env: { ...bareEnvironment(), ...env, HOME: tmpdir() },
      cols: 200,
    })
    let screen = ''
    terminal.onData(text => {
      screen += text
    })
    return new Promise(resolve => terminal.onExit(() => resolve(screen)))
  }

  it.each([
    [['secrets', 'get', 'odd', '--vault', 'main']],
    [['secrets', 'get', 'odd', '--vault', 'main', '--jq', '.value']],
    [['secrets', 'get', 'odd', '--vault', 'main', '--output', 'yaml']],
    [['secrets', 'get', 'odd', '--vault', 'main', '--output', 'tsv']],
    [['secrets', 'get', 'odd', '--vault', 'main', '--output', 'csv']],
    [['export', 'odd', '--vault', 'main', '--format', 'shell']],
  ])('is not controlled by text from others: %j', async words => {
    const screen = await shown(words)
    expect(screen).toContain('owned')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches escape sequences
    expect(screen).not.toMatch(/\u001b\]|\u001b\[2J|\u0007/)
  })

  it('does not change the bytes in a pipe', async () => {
    expect((await shell.type('1claw secrets get odd --vault main')).stdout).toBe('a\u001b]0;owned\u0007\u001b[2Jz')
  })

  it('shows lines, tabs, our own colours and all scripts', () => {
    const kept = 'a\tb\r\n\u001b[31merror:\u001b[0m ü 日本 👩‍👧 नमस्‍ते\r\u001b[K1 of 2'
    expect(terminalText(kept)).toBe(kept)
    expect(terminalText('\u001b[8mhidden \rover \u009b2J \u202etxt a\u200db')).toBe(
      '\\u001b[8mhidden \\rover \\u009b2J \\u202etxt a\\u200db',
    )
    expect(visible('a\nb')).toBe('a\\nb')
  })
})
