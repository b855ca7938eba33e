import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../../support/console.ts'
import { PROGRAM } from '../../support/program.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openShell } from '../../support/shell.ts'
import { type Terminal, terminalOf } from '../../support/terminal.ts'

const VALUE = 'hunter2-s3cret'

let server: TestServer
let folder: string
let env: Record<string, string>
const open: Terminal[] = []

beforeAll(async () => {
  server = await startServer()
  folder = mkdtempSync(join(tmpdir(), 'claw-masked-'))
  const ONECLAW_TOKEN = await signUp(server.url, newPerson())
  env = { ONECLAW_API_URL: server.url, ONECLAW_TOKEN, ONECLAW_VAULT_ID: 'main', PS1: '$ ', HOME: folder }
  const shell = await openShell(env)
  await shell.type('1claw vaults create main')
  await shell.type(`printf %s ${VALUE} | 1claw secrets set key`)
  await shell.type(`printf 'first line\\nsecond line' | 1claw secrets set multi`)
  await shell.close()
})
afterAll(async () => {
  await Promise.all(open.map(terminal => terminal.close()))
  await server.close()
  rmSync(folder, { recursive: true })
})

/** A shell on a terminal runs a line, in which `masked` runs a program with --mask=always, and then prints how it ended. */
function onTerminal(line: string, size = { columns: 80, rows: 24 }): Terminal {
  const masked = `masked() { '${process.execPath}' '${PROGRAM}' run --mask=always -- "$@"; }`
  const terminal = terminalOf('sh', ['-c', `${masked}; ${line}; echo "code $?"`], { env, cwd: folder, ...size })
  open.push(terminal)
  return terminal
}

function script(name: string, ...lines: string[]): void {
  writeFileSync(join(folder, name), lines.join('\n'))
}

describe('a program under --mask=always on a terminal', { timeout: 60_000 }, () => {
  it('has a terminal of its own, of the size and settings of the real one, and ends with its exit code', async () => {
    const size = { columns: 91, rows: 31 }
    script(
      'look',
      'test -t 0 && test -t 1 && test -t 2 && echo all three',
      'stty size; stty -a | grep -ow "erase = ^H"; echo on its own > /dev/tty; exit 9',
    )
    const terminal = onTerminal('stty erase ^H; masked sh look', size)
    const screen = await terminal.until('code 9')
    expect(screen.join('\n').trim()).toBe('all three\n31 91\nerase = ^H\non its own\ncode 9')
  })

  it('shows no value, in colour or not, however the output is split', async () => {
    script(
      'print',
      `printf 'a hunt'; sleep 0.5; printf '%s b\\n' "\${KEY#hunt}"; printf '\\033[31m%s\\033[0m c\\n' "$KEY"`,
      'printf "%s\\n" "$MULTI" | tail -1; echo "$KEY" >&2',
    )
    const terminal = onTerminal('masked sh print')
    await terminal.until('code 0')
    expect(terminal.everything().trim()).toMatch(/^a (?:hu)?\*{5} b\n\*{5} c\n\*{5}\n\*{5}\ncode 0$/)
    expect(terminal.raw()).toContain('\u001b[31m*****\u001b[0m c')
  })

  it('receives keys one by one, shows their echo, and keeps Ctrl-C and job control', async () => {
    const terminal = onTerminal('masked bash --norc -i')
    await terminal.until(/^\$ ?$/m)
    // The typed text starts like the value.
    terminal.type('echo hu')
    await terminal.until(/echo hu$/m)
    terminal.type('mility is fine\r')
    await terminal.until(/^humility is fine$/m)
    // Not typed in advance: bash has the terminal to itself until the program runs.
    terminal.type('echo ready; cat\r')
    await terminal.until(/^ready$/m)
    terminal.type('here\r')
    await terminal.until(/^here\nhere$/m)
    terminal.type('\u001a')
    await terminal.until(/Stopped +cat/)
    terminal.type('fg\r')
    await terminal.until(/^cat$/m)
    terminal.type('\u0003')
    await terminal.until(/\^C\n\$ ?$/m)
    terminal.type('exit 4\r')
    await terminal.until('code 4')
  })

  it('receives the new size', async () => {
    script('sizes', 'trap "stty size; exit" WINCH; echo ready; while :; do sleep 0.05; done')
    for (const line of ['masked sh sizes', 'true | masked sh sizes']) {
      const terminal = onTerminal(line)
      await terminal.until(/^ready$/m)
      terminal.resize(120, 40)
      await terminal.until(line.includes('|') ? /^code 0$/m : /^40 120$/m)
    }
  })

  it.each(['masked less long', 'cat long | masked less'])('can be a pager: %s', async line => {
    script('long', ...Array.from({ length: 300 }, (_, at) => `line ${at} ${VALUE}`))
    const terminal = onTerminal(line)
    await terminal.until('line 5 *****')
    terminal.type('G')
    await terminal.until('line 299 *****')
    terminal.type('q')
    await terminal.until('code 0')
    expect(terminal.raw()).not.toContain(VALUE)
    expect(terminal.everything()).not.toContain('line 100')
  })

  it.each([
    ['masked sh -c "echo out \\$KEY; echo err \\$KEY >&2" > to', 'out *****\n', 'err *****'],
    ['masked sh -c "echo out \\$KEY; echo err \\$KEY >&2" 2> to', 'err *****\n', 'out *****'],
    ['echo in | masked sh -c "cat; echo \\$KEY; test -t 0 || echo piped" 2> to', '', 'in\n*****\npiped'],
  ])('keeps stdout and stderr apart as the shell does: %s', async (line, file, shown) => {
    const terminal = onTerminal(line)
    const screen = await terminal.until('code 0')
    expect(screen.join('\n').trim()).toBe(`${shown}\ncode 0`)
    expect(readFileSync(join(folder, 'to'), 'utf8')).toBe(file)
  })

  it('has its environment unchanged, and can write any amount', async () => {
    const program = `sh -c 'echo "<$NODE_OPTIONS>"; seq 20000; env | grep -c ASIDE'`
    const terminal = onTerminal(`NODE_OPTIONS=--no-deprecation masked ${program}`)
    await terminal.until('code 1')
    const lines = Array.from({ length: 20_000 }, (_, at) => at + 1)
    expect(terminal.raw()).toBe(['<--no-deprecation>', ...lines, '0', 'code 1', ''].join('\r\n'))
  })

  it('restores the terminal, even when killed, and ends even if a child remains', async () => {
    const program = `sh -c 'echo $$ > pid; (sleep 300 &); exec sleep 300'`
    const terminal = onTerminal(`stty -g > before; masked ${program}; echo "code $?"; stty -g > after; echo done`)
    await expect.poll(() => readOr(join(folder, 'pid')), { timeout: 20_000 }).toMatch(/\d+\n/)
    process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGTERM')
    await terminal.until(/^done$/m)
    expect(terminal.screen().join('\n')).toContain('code 143')
    expect(readFileSync(join(folder, 'after'), 'utf8')).toBe(readFileSync(join(folder, 'before'), 'utf8'))
  })

  it('behaves as with --mask if there is no terminal', async () => {
    const shell = await openShell(env)
    const outcome = await shell.type(`1claw run --mask=always -- sh -c 'echo "$KEY"; echo "$KEY" >&2; exit 3'`)
    await shell.close()
    expect(outcome).toEqual({ code: 3, stdout: '*****\n', stderr: '*****\n' })
  })
})

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
