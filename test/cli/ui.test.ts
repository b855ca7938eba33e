import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../support/console.ts'
import { fakeWorld, SIGNED_IN } from '../support/fake-context.ts'
import { bareEnvironment, PROGRAM } from '../support/program.ts'
import { runCommand } from '../support/run-command.ts'
import { runProgram } from '../support/run-program.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { openTerminal, type Terminal, terminalOf } from '../support/terminal.ts'

const VALUE = 'canary-7f3a-hunter2'
const PATH = 'prod/stripe/webhook-secret'

let server: TestServer
let folder = ''
let env: Record<string, string> = {}
let terminal: Terminal | undefined

function program(name: string, text: string): void {
  const file = join(folder, 'bin', name)
  writeFileSync(file, `#!/bin/sh\n${text}\n`)
  chmodSync(file, 0o755)
}

async function write(path: string, value: string): Promise<void> {
  const { code, stderr } = await runProgram(['secrets', 'set', path, '--from-env', 'GIVEN'], { ...env, GIVEN: value })
  expect([code, stderr]).toEqual([0, expect.stringContaining(`Wrote ${path}`)])
}

const stored = async (path: string) => (await runProgram(['secrets', 'get', path], env)).stdout

beforeAll(async () => {
  server = await startServer()
  folder = mkdtempSync(join(tmpdir(), 'claw-ui-'))
  mkdirSync(join(folder, 'bin'))
  program('xclip', `case "$*" in *-in) cat > '${folder}/clipboard';; *) cat '${folder}/clipboard';; esac`)
  program('editor', `sed -i s/before/after/ "$1"`)
  const token = await signUp(server.url, newPerson())
  env = {
    HOME: folder,
    ONECLAW_CONFIG_DIR: join(folder, 'config'),
    ONECLAW_API_URL: server.url,
    ONECLAW_TOKEN: token,
    ONECLAW_VAULT_ID: 'shop',
    PATH: `${join(folder, 'bin')}:${bareEnvironment()['PATH']}`,
    DISPLAY: ':77',
    EDITOR: 'editor',
  }
  await runProgram(['vaults', 'create', 'shop'], env)
  await write(PATH, VALUE)
  await write('prod/db/password', 'before')
  await write('readme', 'read me')
})
afterEach(() => terminal?.close())
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** The interface in a terminal that already had output. */
function ui(
  options: { columns?: number; rows?: number; env?: Record<string, string>; words?: readonly string[] } = {},
): Terminal {
  terminal = openTerminal(['ui', ...(options.words ?? [])], { ...options, env: { ...env, ...options.env } })
  return terminal
}

/** Searches for the secret, opens it and reveals its value. */
async function reveal(shown: Terminal): Promise<void> {
  await shown.until('readme')
  shown.type('/webhok')
  await shown.until(`❯ ${PATH}`)
  shown.type('\r')
  await shown.until(lines => lines[0]?.includes(`› ${PATH}`) === true)
  shown.type('r')
  await shown.until(VALUE)
}

/** The terminal is restored: its own screen, its cursor, its paste mode, and nothing of a value. */
function expectClean(shown: Terminal): void {
  expect(shown.everything()).not.toContain('canary')
  const raw = shown.raw()
  for (const [on, off] of [
    ['\u001b[?1049h', '\u001b[?1049l'],
    ['\u001b[?25l', '\u001b[?25h'],
    ['\u001b[?2004h', '\u001b[?2004l'],
  ] as const) {
    expect(raw.lastIndexOf(off), JSON.stringify(off)).toBeGreaterThan(raw.lastIndexOf(on))
  }
}

describe('1claw ui', { timeout: 60_000 }, () => {
  it.each([
    [80, 24],
    [200, 50],
    [40, 12],
  ])('finds, reveals and copies a secret at %i × %i, and leaves no trace of it', async (columns, rows) => {
    rmSync(join(folder, 'clipboard'), { force: true })
    const shown = ui({ columns, rows })
    await reveal(shown)
    shown.type('c')
    await shown.until('Copied')
    expect(readFileSync(join(folder, 'clipboard'), 'utf8')).toBe(VALUE)
    shown.type('q')
    expect(await shown.ended).toMatchObject({ exitCode: 0 })
    expectClean(shown)
  })

  it('redraws when the terminal changes its size, each line in its place', async () => {
    const shown = ui()
    await reveal(shown)
    for (const [columns, rows] of [
      [40, 10],
      [200, 50],
      [60, 30],
      [80, 24],
    ] as const) {
      shown.resize(columns, rows)
      const isThere = (lines: string[]) =>
        lines[0]?.startsWith('1claw › ') === true && lines[rows - 1]?.endsWith('q quit') === true
      const lines = await shown.until(isThere)
      expect(lines.filter(line => line.includes('quit'))).toHaveLength(1)
      expect(lines.filter(line => line.startsWith('1claw'))).toHaveLength(1)
      expect(lines.join('')).toContain(VALUE)
    }
    shown.type('q')
    await shown.ended
    expectClean(shown)
  })

  it('hides a value after a while', async () => {
    const shown = ui({ words: ['--hide-after', '1s'] })
    await reveal(shown)
    await shown.until(lines => !lines.join('\n').includes(VALUE) && lines.join('\n').includes('••••••••'))
    shown.type('q')
    await shown.ended
    expectClean(shown)
  })

  it.each([
    ['Ctrl-C', (shown: Terminal) => shown.type('\u0003'), 130],
    ['SIGTERM', (shown: Terminal) => shown.pty.kill('SIGTERM'), 143],
    ['SIGHUP', (shown: Terminal) => shown.pty.kill('SIGHUP'), 129],
  ])('leaves no trace of a value when it is ended by %s', async (_, end, exitCode) => {
    const shown = ui()
    await reveal(shown)
    end(shown)
    expect(await shown.ended).toMatchObject({ exitCode })
    expectClean(shown)
  })

  it('leaves no trace of a value when it crashes, and reports that', async () => {
    const breaking = `data:text/javascript,process.on('SIGUSR2',()=>{throw new Error('${VALUE}')})`
    const shown = ui({ env: { NODE_OPTIONS: `--import=${encodeURI(breaking)}` } })
    await reveal(shown)
    shown.pty.kill('SIGUSR2')
    expect(await shown.ended).toMatchObject({ exitCode: 1 })
    expect(shown.screen().join('\n')).toContain('error: An internal error occurred')
    expectClean(shown)
  })

  it('hides a value while it is stopped with Ctrl-Z, and after it returns', async () => {
    terminal = terminalOf('bash', ['--norc', '--noprofile', '-i'], { env: { ...env, PS1: 'shell> ' } })
    const shown = terminal
    shown.type(`'${process.execPath}' '${PROGRAM}' ui\r`)
    await reveal(shown)
    shown.type('\u001a')
    await shown.until('Stopped')
    expect(shown.everything()).not.toContain('canary')
    expect(shown.raw().lastIndexOf('\u001b[?1049l')).toBeGreaterThan(shown.raw().lastIndexOf('\u001b[?1049h'))
    shown.type('fg\r')
    await shown.until(`shop › ${PATH}`)
    expect(shown.screen().join('\n')).toContain('••••••••')
    shown.type('q')
    await shown.until(lines => lines.some(line => line.trim() === 'shell>'))
    expect(shown.everything()).not.toContain('canary')
  })

  it('edits a value in the editor and asks once', async () => {
    const shown = ui()
    await shown.until('readme')
    shown.type('/db\r')
    await shown.until('shop › prod/db/password')
    shown.type('e')
    await shown.until('(y/n)')
    shown.type('y')
    await shown.until('Wrote prod/db/password (version 2).')
    expect(await stored('prod/db/password')).toBe('after')
  })

  it('leaves every key to an editor in the terminal, however late it reads them, and has them again afterwards', async () => {
    const isTime = join(folder, 'it-is-time')
    program('slow', `echo ready; until [ -e '${isTime}' ]; do sleep 0.1; done; read line; printf %s "$line" > "$1"`)
    const shown = ui({ env: { EDITOR: 'slow' } })
    await shown.until('readme')
    shown.type('/db\r')
    await shown.until('shop › prod/db/password')
    shown.type('e')
    await shown.until('ready')
    shown.type('typed in the editor\r')
    // Long enough for the interface to consume keys that belong to the editor.
    await write('written/meanwhile', 'x')
    writeFileSync(isTime, '')
    await shown.until('(y/n)')
    shown.type('y')
    await shown.until('Wrote prod/db/password')
    expect(await stored('prod/db/password')).toBe('typed in the editor')
    shown.type('q')
    expect(await shown.ended).toMatchObject({ exitCode: 0 })
  })

  it('rotates a value only if the person confirms', async () => {
    const shown = ui()
    await shown.until('readme')
    shown.type('/readme\r')
    await shown.until('shop › readme')
    shown.type('t')
    await shown.until('(y/n)')
    shown.type('n')
    await shown.until('Nothing was changed.')
    expect(await stored('readme')).toBe('read me')
    shown.type('t')
    await shown.until('(y/n)')
    shown.type('y')
    await shown.until('Rotated readme (version 2).')
    expect(await stored('readme')).toMatch(/^.{32}$/)
  })

  it('shows events as they happen', async () => {
    const shown = ui()
    await shown.until('readme')
    shown.type('l')
    await shown.until(/audit log[\s\S]*secret\.list/)
    await write('written/meanwhile', 'x')
    await shown.until('secret written/meanwhile')
  })

  it('opens anything by name', async () => {
    const shown = ui()
    await shown.until('readme')
    shown.type(':db pass')
    await shown.until(/❯ prod\/db\/password/)
    shown.type('\r')
    await shown.until('shop › prod/db/password')
  })

  it('has no colours under NO_COLOR', async () => {
    const shown = ui({ env: { NO_COLOR: '1' } })
    await reveal(shown)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches escape sequences
    expect(shown.raw()).not.toMatch(/\u001b\[[0-9;]*m/)
  })

  it('reports that a server no longer answers, and continues', async () => {
    const other = await startServer()
    const token = await signUp(other.url, newPerson())
    const shown = ui({
      env: { ONECLAW_API_URL: other.url, ONECLAW_TOKEN: token, ONECLAW_VAULT_ID: '' },
      words: ['--timeout', '1s'],
    })
    await shown.until('No vaults')
    await other.close()
    shown.type('a')
    await shown.until(/error: .*\n/)
    shown.type('q')
    expect(await shown.ended).toMatchObject({ exitCode: 0 })
  })

  it.each([[[], 'error: `1claw ui` needs a terminal.\nhint: For programs: 1claw secrets list --json\n']])(
    'is refused without a terminal',
    async (words, stderr) => {
      expect(await runProgram(['ui', ...words], env)).toEqual({ code: 2, stdout: '', stderr })
    },
  )

  it.each([
    [['--json'], '`1claw ui` prints nothing, so it has no output format.'],
    [['--output', 'yaml'], '`1claw ui` prints nothing, so it has no output format.'],
    [['--no-input'], '`1claw ui` waits for keys, so it cannot be combined with --no-input.'],
    [['--hide-after', 'soon'], '"soon" is not a duration.'],
  ])('refuses %j', async (words, message) => {
    const world = fakeWorld({ env: SIGNED_IN, tty: true })
    await runCommand(world.context, 'ui', ...words)
    expect(world.exitCode()).toBe(2)
    expect(world.stderr()).toContain(message)
  })

  it('reports before it starts that the vault does not exist', async () => {
    const shown = ui({ words: ['--vault', 'shp'] })
    expect(await shown.ended).toMatchObject({ exitCode: 3 })
    expect(shown.screen().join('\n')).toContain('Did you mean shop?')
    expect(shown.raw()).not.toContain('\u001b[?1049h')
  })
})
