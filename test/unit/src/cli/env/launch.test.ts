import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Order } from '../../../../support/launching.ts'

const LAUNCHER = join(import.meta.dirname, '../../../../support/launching.ts')
const PATH = process.env['PATH'] ?? ''

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'oneclaw-launch-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function started(order: Order) {
  const running = spawn(process.execPath, [LAUNCHER, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  running.stdout.on('data', chunk => {
    stdout += chunk
  })
  running.stderr.on('data', chunk => {
    stderr += chunk
  })
  const ended = once(running, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr, pid: running.pid }))
  return { running, ended, said: () => stdout }
}

const launched = (order: Order) => started(order).ended
const sh = (script: string, ...args: string[]) => ({ command: 'sh', args: ['-c', script, ...args] })

function file(name: string, content: string, mode: number): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}

/** Both ways must look the same from outside, except where the test says otherwise. */
describe.each([
  ['becoming the program', {}],
  ['staying beside it', { supervised: true }],
])('%s', (_, way) => {
  it('passes the arguments exactly, under the typed name', async () => {
    const words = ['', 'two words', '-n', '--', 'A=b', 'new\nline', '“ü” 🔑', '$HOME', "'"]
    const { stdout } = await launched({ ...way, child: sh('printf "%s\\0" "$0" "$@"', 'name', ...words) })
    expect(stdout.split('\0')).toEqual(['name', ...words, ''])
    const { stdout: zero } = await launched({ ...way, child: sh('tr "\\0" "\\n" < /proc/$$/cmdline | head -1') })
    expect(zero).toBe('sh\n')
  })

  it('passes this environment and nothing else', async () => {
    const env = { PATH, A: 'x\ny', EMPTY: '', _ODD: '\'"$`\\' }
    const { stdout } = await launched({ ...way, child: { command: 'env', args: ['-0'], env } })
    expect(
      stdout
        .split('\0')
        .filter(line => line !== '')
        .sort(),
    ).toEqual(
      Object.entries(env)
        .map(([name, value]) => `${name}=${value}`)
        .sort(),
    )
  })

  it('ends with its exit code', async () => {
    expect(await launched({ ...way, child: sh('exit 42') })).toMatchObject({ code: 42, signal: null, stderr: '' })
  })

  it('looks it up in the PATH of the new environment', async () => {
    file('only-here', '#!/bin/sh\necho found', 0o755)
    const { stdout } = await launched({ ...way, child: { command: 'only-here', env: { PATH: `/nowhere:${folder}` } } })
    expect(stdout).toBe('found\n')
  })

  it('passes on stdin', async () => {
    const { running, ended } = started({ ...way, child: { command: 'cat' } })
    running.stdin.end('from stdin')
    expect((await ended).stdout).toBe('from stdin')
  })

  it('lets it end by SIGPIPE, as programs expect', async () => {
    const { stdout, stderr } = await launched({ ...way, child: sh('yes | head -1; grep SigIgn /proc/self/status') })
    expect([stdout, stderr]).toEqual(['y\nSigIgn:\t0000000000000000\n', ''])
  })

  it('gives it blocking output, even after we wrote to the pipe', async () => {
    const { stdout } = await launched({ ...way, noisy: true, child: sh('grep flags /proc/self/fdinfo/1 /proc/self/fdinfo/2') })
    const flags = [...stdout.matchAll(/flags:\s*(\d+)/g)].map(([, octal]) => Number.parseInt(octal ?? '', 8))
    expect(flags.map(flag => flag & 0o4000)).toEqual([0, 0])
  })

  it('reports the most important thing first', async () => {
    const { stderr } = await launched({ ...way, child: { ...sh('echo later >&2'), notes: 'note: first\n' } })
    expect(stderr).toBe('note: first\nlater\n')
  })

  it('runs a script without a shebang with sh', async () => {
    const script = file('plain-script', 'echo "by sh $1"', 0o755)
    expect((await launched({ ...way, child: { command: script, args: ['x'] } })).stdout).toBe('by sh x\n')
  })

  it('exits with 127 when the interpreter of a script is missing', async () => {
    const script = file('lost-script', '#!/no/such/interpreter\n', 0o755)
    expect((await launched({ ...way, child: { command: script } })).code).toBe(127)
  })

  it.each([
    ['a name that is nowhere', () => 'no-such-program', 127, 'exec.unknown'],
    ['no name', () => '', 127, 'exec.unknown'],
    ['a path that is nothing', () => join(folder, 'nothing'), 127, 'exec.unknown'],
    ['a file that is not executable', () => file('data', 'x', 0o644), 126, 'exec.denied'],
    ['a folder', () => folder, 126, 'exec.denied'],
  ])('refuses %s', async (_, command, code, problem) => {
    const result = await launched({ ...way, child: { command: command() } })
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(problem) })
  })

  it('runs a program with = in its name', async () => {
    const script = file('odd=name', '#!/bin/sh\necho odd', 0o755)
    expect((await launched({ ...way, child: { command: script } })).stdout).toBe('odd\n')
  })

  it('accepts a large environment, and names the variable that is too large for Linux', async () => {
    const large = { ...way, big: Array.from({ length: 8 }, () => 100_000), child: sh('echo $' + '{#BIG7}') }
    expect((await launched(large)).stdout).toBe('100000\n')
    expect(await launched({ ...large, big: [131_070] })).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/BIG0 is larger[\s\S]*--exclude BIG0/),
    })
    expect(await launched({ ...large, big: [...Array.from({ length: 80 }, () => 100_000), 120_000] })).toMatchObject({
      code: 126,
      stderr: expect.stringMatching(
        /have 79\d\d KiB, more than this system allows\. The largest: BIG80 \(118 KiB\), BIG\d+ \(98 KiB\)/,
      ),
    })
  })
})

describe('a run that becomes the program', () => {
  it('is the same process, and ends by its signals', async () => {
    const { stdout, pid, signal } = await launched({ child: sh('echo $$; kill -TERM $$') })
    expect([stdout, signal]).toEqual([`${pid}\n`, 'SIGTERM'])
  })
})

describe('a run that stays as the parent of the program', () => {
  const supervised = true

  it('exits with 128 + n when signal n ended it', async () => {
    expect(await launched({ supervised, child: sh('kill -KILL $$') })).toMatchObject({ code: 137, signal: null })
    expect(await launched({ supervised, child: sh('kill -TERM $$') })).toMatchObject({ code: 143, signal: null })
  })

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const)('passes on %s once', async signal => {
    const name = signal.slice(3)
    const { running, ended, said } = started({
      supervised,
      child: sh(
        `n=0; trap 'n=$((n+1)); echo got $n' ${name}; echo ready; i=0; while [ $i -lt 8 ]; do sleep 0.05; i=$((i+1)); done; exit 7`,
      ),
    })
    await expect.poll(said).toBe('ready\n')
    running.kill(signal)
    expect(await ended).toMatchObject({ code: 7, stdout: 'ready\ngot 1\n' })
  })

  it('ends by a signal when the program does', async () => {
    const { running, ended, said } = started({ supervised, child: sh('echo ready; exec sleep 30') })
    await expect.poll(said).toBe('ready\n')
    running.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 143, signal: null })
  })
})

describe('a run that restarts the program', () => {
  const first = sh(
    'trap "echo ended; exit 3" TERM; echo "first $VALUE"; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done',
  )
  const next = {
    ...sh('echo "second $VALUE"; exit 5'),
    env: { PATH, VALUE: 'new-value' },
    secrets: ['new-value'],
    notes: 'note: anew\n',
  }

  it('ends it by SIGTERM, waits for it, and starts the next with its own environment and masks', async () => {
    for (const mask of [undefined, 'pipes'] as const) {
      const child = { ...first, env: { PATH, VALUE: 'old-value' }, secrets: ['old-value'] }
      const { running, ended, said } = started({ ...(mask && { mask }), child, next })
      await expect.poll(said).toContain('first')
      running.kill('SIGALRM')
      const { code, stdout, stderr } = await ended
      const [before, after] = mask ? ['*****', '*****'] : ['old-value', 'new-value']
      expect({ code, stdout, stderr }).toEqual({
        code: 5,
        stdout: `first ${before}\nended\nsecond ${after}\n`,
        stderr: 'note: anew\n',
      })
    }
  })

  it('starts nothing when it is told to end in between', async () => {
    const slow = sh(
      'trap "echo ending; sleep 0.5; exit 3" TERM; echo first; i=0; while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done',
    )
    const { running, ended, said } = started({ child: slow, next })
    await expect.poll(said).toContain('first')
    running.kill('SIGALRM')
    await expect.poll(said).toContain('ending')
    running.kill('SIGTERM')
    const { code, stdout } = await ended
    expect(stdout).not.toContain('second')
    expect(code).toBe(3)
  })
})

/** `script` of util-linux gives a program its own terminal. */
const terminals = existsSync('/usr/bin/script') ? ['/usr/bin/script'] : []

describe.each(terminals)('on a terminal (%s)', script => {
  const onTerminal = (order: Order) => {
    const command = `'${process.execPath}' '${LAUNCHER}' '${JSON.stringify(order).replaceAll("'", `'\\''`)}'`
    const running = spawn(script, ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] })
    let screen = ''
    running.stdout.on('data', chunk => {
      screen += chunk
    })
    return { running, screen: () => screen, ended: once(running, 'close').then(([code]) => code) }
  }

  it('does not resend what the terminal has sent to both', async () => {
    const counting =
      'n=0; trap "n=\\$((n+1))" INT; echo ready; i=0; while [ $i -lt 8 ]; do sleep 0.05; i=$((i+1)); done; echo got $n'
    const { running, screen, ended } = onTerminal({ supervised: true, child: sh(counting) })
    await expect.poll(screen).toContain('ready')
    running.stdin.write('\x03')
    await ended
    expect(screen()).toContain('got 1')
  })

  it('leaves the terminal to the program, even with masks', async () => {
    for (const way of [{}, { supervised: true }, { mask: 'pipes' }] as const) {
      const { screen, ended } = onTerminal({
        ...way,
        child: { ...sh('test -t 0 && test -t 1 && test -t 2 && echo all three'), secrets: ['three'] },
      })
      await ended
      expect(screen()).toBe('all three\r\n')
    }
  })
})

describe('masking', () => {
  const child = (script: string, ...secrets: string[]) => ({ ...sh(script), secrets })

  it('hides values in both streams, wherever they are split', async () => {
    const script = 'printf "a s3cr"; sleep 0.05; printf "et-value b\\n"; echo "err s3cret-value" >&2'
    const { stdout, stderr, code } = await launched({ mask: 'pipes', child: child(script, 's3cret-value') })
    expect({ stdout, stderr, code }).toEqual({ stdout: 'a ***** b\n', stderr: 'err *****\n', code: 0 })
  })

  it('passes on large and binary output completely', async () => {
    const { stdout } = await launched({
      mask: 'pipes',
      child: child('head -c 3000000 /dev/zero | tr "\\0" x; echo', 'not-there'),
    })
    expect(stdout.length).toBe(3_000_001)
  })

  it('keeps the exit code', async () => {
    expect(await launched({ mask: 'pipes', child: child('echo s3cret-value; exit 9', 's3cret-value') })).toMatchObject({
      code: 9,
      stdout: '*****\n',
    })
  })

  it('lets the program notice that its output is no longer read', async () => {
    const { running, ended } = started({ mask: 'pipes', child: child('yes s3cret-value', 's3cret-value') })
    await once(running.stdout, 'data')
    running.stdout.destroy()
    expect((await ended).code).not.toBe(0)
  })
})
