import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ExportFormat, encoded } from '../../../../../../src/cli/env/formats/encoders.ts'
import { Problem } from '../../../../../../src/problem.ts'

const PIECES = [
  ...'\'"`$\\!#=%&*?~;|<>(){}[]^@:,./ \t\n\r-_aZ09',
  ...[
    '\\n',
    '\\r',
    '$(id)',
    '$' + '{HOME}',
    '`id`',
    "'\\''",
    '<<EOF',
    'EOF',
    '\n\n',
    '\nB=2\n',
    '=',
    'é',
    '€',
    '🔑',
    '\u2028',
    '\ufeff',
    '\x7f',
    '\x01',
    '\x1b[0m',
  ],
]

const PLAIN = [
  '',
  ' ',
  'plain',
  ' lead and trail ',
  '!!',
  'a=b',
  '#x',
  "it's",
  'say "x"',
  '$HOME',
  'back\\slash',
  '\\',
  "'",
  '"',
  '`',
]

/** Values of all characters with a special meaning for some reader, and known difficult ones. */
function values(count: number): string[] {
  const random = () => Array.from({ length: randomInt(1, 12) }, () => PIECES[randomInt(PIECES.length)] ?? '').join('')
  return [...PLAIN, 'x\n', '\n', '\n\nx\n\n', '\r\n', 'a\r', ...Array.from({ length: count }, random)]
}

const named = (all: readonly string[]) => all.map((value, index) => ({ name: `V${index}`, value, origin: `prod/v${index}` }))

/** The values that the format accepts, encoded together, and the number of refused ones. */
function accepted(format: ExportFormat, all: readonly string[]) {
  const fits = all.filter(value => {
    try {
      encoded(format, named([value]))
      return true
    } catch (error) {
      expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining('prod/v0') })
      return false
    }
  })
  return { fits, text: encoded(format, named(fits)), refused: all.length - fits.length }
}

function isInstalled(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some(folder => existsSync(join(folder, name)))
}

const shells = ['sh', 'bash', 'dash', 'busybox'].filter(isInstalled)

describe('shell', () => {
  it('finds shells to test with', () => {
    expect(shells).toContain('sh')
    expect(shells).toContain('bash')
  })

  describe.each(shells)('as read by %s', shell => {
    // With a socket as its stdin bash can mistake itself for a remote shell, and then reads ~/.bashrc.
    const words = shell === 'busybox' ? ['sh', '-c'] : shell === 'bash' ? ['--norc', '-c'] : ['-c']
    const read = (script: string, input: string) => {
      const printed = execFileSync(shell, [...words, script], { input, env: { PATH: process.env['PATH'] ?? '' } }).toString()
      return Object.fromEntries(
        printed.split('\0').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      )
    }

    it('returns every value exactly, with eval "$(…)"', () => {
      const all = values(400)
      const { text, refused } = accepted('shell', all)
      const read1 = read('eval "$(cat)"; env -0', text)
      expect(refused).toBe(0)
      expect(all.map((_, index) => read1[`V${index}`])).toEqual(all)
    })

    it('returns every value exactly, as a script', () => {
      const all = values(100)
      const folder = mkdtempSync(join(tmpdir(), 'oneclaw-sh-'))
      const file = join(folder, 'env.sh')
      writeFileSync(file, accepted('shell', all).text)
      const sourced = read(`. ${file}; env -0`, '')
      rmSync(folder, { recursive: true })
      expect(all.map((_, index) => sourced[`V${index}`])).toEqual(all)
    })
  })

  it('runs nothing in a value, not even a `!` in an interactive shell', () => {
    const text = encoded('shell', named(["'; touch /tmp/oneclaw-was-here; '", '!!', '!echo', '$(touch /tmp/oneclaw-was-here)']))
    const script = `${text}printf '%s\\0' "$V0" "$V1" "$V2" "$V3"; ls /tmp/oneclaw-was-here 2>/dev/null; exit 0\n`
    const printed = execFileSync('bash', ['--norc', '--noprofile', '-i'], {
      input: script,
      stdio: ['pipe', 'pipe', 'ignore'],
    }).toString()
    expect(printed).toBe("'; touch /tmp/oneclaw-was-here; '\0!!\0!echo\0$(touch /tmp/oneclaw-was-here)\0")
  })
})

/** https://github.com/motdotla/dotenv/blob/master/lib/main.js, `parse` */
const MOTDOTLA =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm

function asMotdotlaReads(text: string): Record<string, string> {
  const entries = [...text.replace(/\r\n?/g, '\n').matchAll(MOTDOTLA)].map(([, name = '', raw = '']) => {
    const trimmed = raw.trim()
    const value = trimmed.replace(/^(['"`])([\s\S]*)\1$/gm, '$2')
    return [name, trimmed.startsWith('"') ? value.replace(/\\n/g, '\n').replace(/\\r/g, '\r') : value]
  })
  return Object.fromEntries(entries)
}

/** What a program prints as JSON of the file. */
function printedBy(command: string, args: (file: string) => string[]) {
  return (text: string): Record<string, string> => {
    const folder = mkdtempSync(join(tmpdir(), 'oneclaw-dotenv-'))
    const file = join(folder, '.env')
    writeFileSync(file, text)
    try {
      const env = { PATH: process.env['PATH'] ?? '', HOME: folder, PYENV_ROOT: process.env['PYENV_ROOT'] ?? '' }
      return JSON.parse(execFileSync(command, args(file), { env, cwd: '/', maxBuffer: 1e8 }).toString()) as Record<string, string>
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}

const PYTHON = 'import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))'
const hasPythonDotenv = spawnSync('python3', ['-c', 'import dotenv']).status === 0

const DOTENV_READERS: Record<string, (text: string) => Record<string, string | undefined>> = {
  Node: parseEnv,
  'motdotla/dotenv': asMotdotlaReads,
  sh: printedBy('sh', file => ['-c', `set -a; . ${file}; ${process.execPath} -p 'JSON.stringify(process.env)'`]),
  ...(hasPythonDotenv && { 'python-dotenv': printedBy('python3', file => ['-c', PYTHON, file]) }),
}

describe('dotenv', () => {
  it.each(Object.entries(DOTENV_READERS))('returns every value exactly as read by %s, or refuses it', (_, readerOf) => {
    const { fits, text } = accepted('dotenv', values(2000))
    const read = readerOf(text)
    expect(fits.map((_, index) => read[`V${index}`])).toEqual(fits)
    expect(fits.length).toBeGreaterThan(500)
  })

  it('contains no backticks that a shell would run', () => {
    expect(() => encoded('dotenv', named([`touch PWNED; echo '"'\``]))).toThrow('prod/v0')
  })

  it('refuses a value that `1claw run` would read as a reference', () => {
    expect(() => encoded('dotenv', named(['1claw://prod/db/password']))).toThrow('as a reference to another secret')
    expect(encoded('dotenv', named(['see 1claw://prod/db/password']))).toContain('see 1claw://')
  })

  it('is read by `node --env-file`', () => {
    const folder = mkdtempSync(join(tmpdir(), 'oneclaw-dotenv-'))
    const file = join(folder, '.env')
    const { fits, text } = accepted('dotenv', values(200))
    writeFileSync(file, text)
    const printed = execFileSync(process.execPath, [`--env-file=${file}`, '-p', 'JSON.stringify(process.env)'], {
      env: {},
    }).toString()
    rmSync(folder, { recursive: true })
    const read = JSON.parse(printed) as Record<string, string>
    expect(fits.map((_, index) => read[`V${index}`])).toEqual(fits)
  })

  it('writes plain values plain, and others in single quotes if possible', () => {
    expect(encoded('dotenv', named(['abc-1.2/x', '$HOME', "it's"]))).toBe(`V0=abc-1.2/x\nV1='$HOME'\nV2="it's"\n`)
  })

  it('explains why it refuses', () => {
    expect(() => encoded('dotenv', named(['a\rb']))).toThrow(
      'The value of prod/v0 has a carriage return, which not all readers of .env files read alike.',
    )
    expect(() => encoded('dotenv', named(['\'"`']))).toThrow('quotes and other special characters at once')
    expect(() => encoded('dotenv', named(['a\r', 'fine', '\'"`']))).toThrow(/^2 variables cannot be set:\n.*v0.*\n.*v2/)
  })
})

describe('json', () => {
  it('returns every value exactly, including NUL', () => {
    const all = [...values(500), 'nul \0 in it']
    expect(Object.values(JSON.parse(accepted('json', all).text))).toEqual(all)
    expect(JSON.parse(encoded('json', [{ name: '__proto__', value: 'x', origin: 'o' }]))).toHaveProperty(['__proto__'], 'x')
  })
})

describe('github', () => {
  /** The runner's own way: actions/runner, src/Runner.Worker/FileCommandManager.cs, `EnvFileKeyValuePairs`. */
  function asRunner(text: string): Record<string, string> {
    const read: Record<string, string> = {}
    const lines = text.split('\n')
    for (let at = 0; at < lines.length; at++) {
      const line = lines[at] ?? ''
      if (line === '') continue
      const heredoc = line.indexOf('<<')
      const equals = line.indexOf('=')
      if (equals >= 0 && (heredoc < 0 || equals < heredoc)) read[line.slice(0, equals)] = line.slice(equals + 1)
      else {
        const end = lines.indexOf(line.slice(heredoc + 2), at + 1)
        read[line.slice(0, heredoc)] = lines.slice(at + 1, end).join('\n')
        at = end
      }
    }
    return read
  }

  it('returns every value exactly, whatever its lines', () => {
    const { fits, text } = accepted('github', values(500))
    expect(Object.values(asRunner(text))).toEqual(fits)
    expect(fits.length).toBeGreaterThan(400)
  })

  it('has a delimiter that no one can guess', () => {
    const value = 'x\nend_00000000\nPATH=/evil'
    const [first, second] = [encoded('github', named([value])), encoded('github', named([value]))]
    expect(first).not.toBe(second)
    expect(Object.keys(asRunner(first))).toEqual(['V0'])
  })
})

describe('docker', () => {
  // Only the client: it reads the file, and sends the result to a server, which here is ours.
  const clients = ['docker'].filter(isInstalled)
  const server = createServer((request, reply) => {
    let body = ''
    request.on('data', chunk => {
      body += chunk
    })
    request.on('end', () => {
      if (request.url?.includes('/containers/create')) created.push(JSON.parse(body).Env)
      reply.writeHead(request.url?.includes('_ping') ? 200 : 201, { 'Api-Version': '1.41', 'Content-Type': 'application/json' })
      reply.end('{"Id":"1"}')
    })
  })
  const created: string[][] = []

  beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise(resolve => server.close(resolve)))

  it.each(clients)('returns every value exactly as read by %s, or refuses it', async client => {
    const folder = mkdtempSync(join(tmpdir(), 'oneclaw-docker-'))
    const file = join(folder, 'env')
    const { fits, text, refused } = accepted('docker', values(800))
    writeFileSync(file, text)
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const run = spawn(client, ['create', '--env-file', file, 'image'], {
      env: { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: `tcp://127.0.0.1:${port}` },
      stdio: 'ignore',
    })
    await new Promise(resolve => run.on('exit', resolve))
    rmSync(folder, { recursive: true })
    expect(refused).toBeGreaterThan(0)
    expect(created.at(-1)).toEqual(fits.map((value, index) => `V${index}=${value}`))
  })

  it('refuses and names what does not fit on a line', () => {
    for (const value of ['a\nb', 'a\r', 'x'.repeat(70_000)]) expect(() => encoded('docker', named([value]))).toThrow('prod/v0')
  })
})

it.each(['dotenv', 'shell', 'docker', 'github'] as const)('%s refuses NUL and broken text, naming the path only', format => {
  for (const value of ['s3cret\0', 's3cret\ud800']) {
    const attempt = () => encoded(format, named([value]))
    expect(attempt).toThrow(Problem)
    expect(attempt).toThrow('prod/v0')
    expect(attempt).toThrow(expect.not.objectContaining({ message: expect.stringContaining('s3cret') }))
  }
})
