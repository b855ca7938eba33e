import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ROOT, version } from '../../src/cli/context/version.ts'
import { VAULT_ID } from '../support/fake-context.ts'

/** The real program, as compiled, against a server of a few lines. */
const SECRET = { id: VAULT_ID, path: 'a', type: 'generic', version: 1, created_at: '2026-01-01T00:00:00Z' }
const VALUE = 'line\nü\u0000end'
const waiting: ServerResponse[] = []

const server = createServer((request, response) => {
  if (request.url?.endsWith('/silence')) return void waiting.push(response)
  const found = request.url?.includes('/secrets')
  response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
  const many = Array.from({ length: 5000 }, (_, i) => ({ ...SECRET, path: `path/${i}` }))
  response.end(JSON.stringify(/\/secrets(\?|$)/.test(request.url ?? '') ? { secrets: many } : { ...SECRET, value: VALUE }))
})
beforeAll(() => new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve)))
afterAll(async () => {
  server.closeAllConnections()
  await new Promise(resolve => server.close(resolve))
})

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-process-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Names every module that is loaded, on stderr. */
const WATCH = `data:text/javascript,import module from 'node:module';import fs from 'node:fs';module.registerHooks({load(url,context,next){fs.writeSync(2,url+'\\n');return next(url,context)}})`

/** A start loads the server and its libraries as one file, with a few chunks that it shares with later imports. */
const SERVER_FILES = [
  'main',
  'chunk-rolldown-runtime',
  'chunk-sql',
  'chunk-sqlite',
  'chunk-migrate',
  'chunk-unit',
  'chunk-connection',
]

/** Writes a file with the names of all modules that were loaded, including Node.js's own. */
function noting(file: string): string {
  return `data:text/javascript,import module from 'node:module';import fs from 'node:fs';const all=[];module.registerHooks({load(url,context,next){all.push(url);return next(url,context)}});process.on('exit',()=>fs.writeFileSync(${JSON.stringify(file)},JSON.stringify([...all,...process.moduleLoadList])))`
}

interface Options {
  readonly env?: Record<string, string>
  readonly node?: readonly string[]
  readonly stdin?: string
  /** Called when it has started; can kill it or its streams. */
  readonly started?: (child: ReturnType<typeof spawn>) => void
}

function run(words: readonly string[], { env = {}, node = [], stdin = '', started }: Options = {}) {
  const child = spawn(process.execPath, [...node, join(ROOT, 'bin/run.js'), ...words], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      ONECLAW_CONFIG_DIR: join(folder, 'config'),
      ONECLAW_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      ONECLAW_VAULT_ID: VAULT_ID,
      ONECLAW_TOKEN: 'token',
      ...env,
    },
  })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', chunk => {
    output.stdout += chunk
  })
  child.stderr.on('data', chunk => {
    output.stderr += chunk
  })
  child.stdin.end(stdin)
  started?.(child)
  return new Promise<{ code: number | null; signal: string | null; stdout: string; stderr: string }>(resolve => {
    child.on('close', (code, signal) => resolve({ code, signal, ...output }))
  })
}

describe('the program', () => {
  it('prints its version', async () => {
    const { code, stdout } = await run(['--version'])
    expect([code, stdout]).toEqual([0, `1claw/${version()} ${process.platform}-${process.arch} node-${process.version}\n`])
  })

  it('says in one line that Node is too old', async () => {
    const old = 'data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.19.5"})'
    const { code, stdout, stderr } = await run(['--version'], { node: ['--import', old] })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^1claw needs Node\.js .*; this is 20\.19\.5\.\n$/)
  })

  it('prints a value byte for byte, and loads little for it', async () => {
    const { code, stdout, stderr } = await run(['secrets', 'get', 'a'], { node: ['--import', WATCH] })
    expect([code, stdout]).toEqual([0, VALUE])
    const loaded = stderr.split('\n').filter(line => line.startsWith('file:'))
    expect(loaded.length).toBeGreaterThan(5)
    expect(loaded.length).toBeLessThan(43)
    expect(loaded.filter(url => url.includes('node_modules'))).toEqual([])
    expect(stderr).not.toContain('node:http')
  })

  it.each([[['secrets', 'list']], [['secrets', 'list', '--help']], [['--help']], [['find', 'a']]])(
    '%j loads nothing of the full-screen interface',
    async words => {
      const { stderr } = await run(words, { node: ['--import', WATCH] })
      expect(stderr).toContain('/dist/src/cli/')
      expect(stderr).not.toMatch(/node_modules\/(ink|react|yoga)|dist\/src\/(views|cli\/ui)\//)
    },
  )

  it('serves without loading what its first requests do not need', async () => {
    const note = join(folder, 'loaded.json')
    const { code } = await run(['serve', '--port', '0', '--data-dir', join(folder, 'data')], {
      node: ['--import', noting(note)],
      started: child => {
        let told = ''
        for (const stream of [child.stdout, child.stderr]) {
          stream?.on('data', (chunk: Buffer) => {
            told += chunk
            if (told.includes('is listening on')) child.kill('SIGTERM')
          })
        }
      },
    })
    expect(code).toBe(0)
    const loaded: string[] = JSON.parse(readFileSync(note, 'utf8'))
    const files = loaded.filter(name => name.startsWith('file:')).map(name => name.replace(/-.{8}\.js$/, '.js'))
    expect(files.filter(name => /\/dist\/server\//.test(name)).map(name => basename(name, '.js'))).toEqual(SERVER_FILES)
    const libraries = files.flatMap(name => /node_modules\/([^/]+)/.exec(name)?.[1] ?? [])
    expect([...new Set(libraries)]).toEqual(['sqlite3', 'bindings', 'file-uri-to-path'])
    expect(loaded.filter(name => name.includes('internal/deps/undici'))).toEqual([])
  })

  it('keeps its compile cache in the cache folder of the user', async () => {
    await run(['secrets', 'get', 'a'])
    expect(existsSync(join(folder, 'cache', '1claw', 'compile'))).toBe(true)
  })

  it('keeps the compiled code of a server that is killed', async () => {
    const cache = join(folder, 'cache-of-killed')
    const compiled = () =>
      readdirSync(cache, { recursive: true }).filter(name => !statSync(join(cache, String(name))).isDirectory())
    const { signal } = await run(['serve', '--port', '0', '--data-dir', join(folder, 'data')], {
      env: { XDG_CACHE_HOME: cache },
      started: child =>
        void expect
          .poll(() => compiled().length)
          .toBeGreaterThan(20)
          .finally(() => child.kill('SIGKILL')),
    })
    expect(signal).toBe('SIGKILL')
    expect(compiled().length).toBeGreaterThan(20)
  })

  it('accepts topics in the singular', async () => {
    expect((await run(['secret', 'get', 'a'])).stdout).toBe(VALUE)
    expect((await run(['secret', 'get', 'a', '--output', 'name'])).stdout).toBe('a\n')
  })

  it.each([
    [['secrets', 'gte', 'a'], 'error: There is no command `1claw secrets gte`.\nhint: Did you mean `1claw secrets get`?\n'],
    [['get', 'canary'], 'error: There is no command `1claw get`.\nhint: Did you mean `1claw secrets get`?\n'],
    [['bootstrap'], 'error: There is no command `1claw bootstrap`.\nhint: Did you mean `1claw admin bootstrap`?\n'],
    [['logn'], 'error: There is no command `1claw logn`.\nhint: Did you mean `1claw login`?\n'],
    [['keys', 'seale'], 'error: There is no command `1claw keys seale`.\nhint: Did you mean `1claw keys seal`?\n'],
    [['keys', 'xyzzy', 'canary'], 'error: There is no command `1claw keys xyzzy`.\nhint: See `1claw keys --help`.\n'],
    [
      ['admin', 'chains', 'updat', 'canary'],
      'error: There is no command `1claw admin chains updat`.\nhint: Did you mean `1claw admin chains update`?\n',
    ],
    [
      ['keys', 'status', 'canary'],
      'error: `1claw keys status` got an argument too many.\nhint: See `1claw keys status --help`.\n',
    ],
    [['keys', 'seal', '--shares', '3'], 'error: --shares also needs --threshold.\nhint: See `1claw keys seal --help`.\n'],
    [
      ['secrets', 'list', '--all-vaults', '--prefix', 'canary'],
      'error: --prefix and --all-vaults cannot be combined.\nhint: See `1claw secrets list --help`.\n',
    ],
    [
      ['secrets', 'list', '--all-vaults', '--vault', 'canary'],
      'error: --vault and --all-vaults cannot be combined.\nhint: See `1claw secrets list --help`.\n',
    ],
    [
      ['secrets', 'list', '--vault', ''],
      'error: The value of --vault is empty.\nhint: Leave the flag out, or check that the variable in your script is set.\n',
    ],
    [
      ['read', ''],
      'error: The reference is empty.\nhint: Name a path or 1claw://vault/path, or check that the variable in your script is set.\n',
    ],
    [['secrets', '--hlp=canary'], 'error: `1claw secrets` has no flag --hlp.\nhint: Did you mean --help?\n'],
    [['intents', 'keys', '-x'], 'error: `1claw intents keys` has no flag -x.\nhint: See `1claw intents keys --help`.\n'],
    [['--json=canary'], 'error: `1claw` needs a command.\nhint: See `1claw --help`.\n'],
    [['--vault', 'canary'], 'error: `1claw` needs a command.\nhint: See `1claw --help`.\n'],
    [['audit', 'verify', '--file', '/nowhere'], 'error: Cannot read the file /nowhere: there is no such file.\n'],
    [['xyzzy', 'canary'], 'error: There is no command `1claw xyzzy`.\nhint: See `1claw --help`.\n'],
    [
      ['secrets', 'get', 'a', '--out-fil=canary'],
      'error: `1claw secrets get` has no flag --out-fil.\nhint: Did you mean --out-file?\n',
    ],
    [['secrets', 'get'], 'error: `1claw secrets get` needs <path>.\nhint: See `1claw secrets get --help`.\n'],
    [['read', 'a', 'canary'], 'error: `1claw read` got an argument too many.\nhint: See `1claw read --help`.\n'],
    [
      ['secrets', 'get', 'a', '--version', 'canary'],
      'error: --version must be a whole number.\nhint: See `1claw secrets get --help`.\n',
    ],
    [
      ['billing', 'ledger', '--page', '0'],
      'error: --page must be a whole number, at least 1.\nhint: See `1claw billing ledger --help`.\n',
    ],
    [['backup', '--data-dir', 'canary'], 'error: `1claw backup` needs --output.\nhint: See `1claw backup --help`.\n'],
    [
      ['billing', 'overage', 'canary'],
      'error: The argument of `1claw billing overage` must be one of credits, x402.\nhint: See `1claw billing overage --help`.\n',
    ],
    [
      ['export', '--format', 'yml'],
      'error: --format must be one of dotenv, shell, fish, powershell, cmd, json, yaml, csv, properties, docker, k8s, systemd, tfvars, nix, dotnet, github, gitlab.\nhint: Did you mean yaml?\n',
    ],
  ])('refuses %j', async (words, stderr) => {
    expect(await run(words, { env: { NODE_ENV: 'development' } })).toEqual({ code: 2, signal: null, stdout: '', stderr })
  })

  it('prints help for everything to stdout', async () => {
    for (const words of [['--help'], ['-h'], [], ['secret', '--help'], ['help', 'secret', 'get'], ['secrets', 'get', '-h']]) {
      const { code, stdout, stderr } = await run(words)
      expect([words, code, stderr]).toEqual([words, 0, ''])
      expect(stdout).toContain('USAGE')
    }
  })

  it('shows where to start before the list of commands', async () => {
    const { stdout } = await run(['--help'])
    expect(stdout.slice(0, stdout.indexOf('TOPICS'))).toMatch(/START HERE\n {2}\$ 1claw serve --dev .*\n.* run -- npm start/s)
    expect((await run(['open', '--help'])).stdout).toBe((await run(['console', '--help'])).stdout)
  })

  it('reports a failure as JSON on request', async () => {
    const { code, stdout, stderr } = await run(['secrets', 'get', 'a', '--json'], { env: { ONECLAW_TOKEN: '' } })
    expect([code, stdout]).toEqual([4, ''])
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'auth.required', exit_code: 4 } })
  })

  it('reports that no server answers', async () => {
    const { code, stderr } = await run(['secrets', 'get', 'a'], { env: { ONECLAW_API_URL: 'http://127.0.0.1:1' } })
    expect([code, stderr]).toEqual([
      7,
      'error: http://127.0.0.1:1 cannot be reached (ECONNREFUSED).\nhint: Start a server with `1claw serve`, or check --api-url.\n',
    ])
  })

  it('gives up at the time limit', async () => {
    const { code, stderr } = await run(['secrets', 'get', 'silence', '--timeout', '1'])
    expect(code).toBe(124)
    expect(stderr).toContain('did not respond within 1 s')
  })

  it('ends silently when its reader ends', async () => {
    const cut = await run(['secrets', 'list', '--output', 'name'], { started: child => child.stdout?.destroy() })
    expect([cut.code, cut.stderr]).toEqual([0, ''])
  })

  it('ends on Ctrl-C like an interrupted program (130)', async () => {
    const before = waiting.length
    const { signal, stdout, stderr } = await run(['secrets', 'get', 'silence'], {
      started(child) {
        const timer = setInterval(() => {
          if (waiting.length === before) return
          clearInterval(timer)
          child.kill('SIGINT')
        }, 20)
      },
    })
    expect([signal, stdout, stderr]).toEqual(['SIGINT', '', ''])
  })

  it('writes settings that only their owner can read', async () => {
    expect((await run(['config', 'set', 'vault', VAULT_ID])).code).toBe(0)
    const file = join(folder, 'config', 'config.json')
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ current: 'default', profiles: { default: { vault: VAULT_ID } } })
    expect([statSync(file).mode & 0o777, statSync(join(folder, 'config')).mode & 0o777]).toEqual([0o600, 0o700])
  })

  it('shows each request under --verbose, and no value', async () => {
    const { stderr } = await run(['secrets', 'get', 'a', '--verbose'])
    expect(stderr).toMatch(new RegExp(`^GET /v1/vaults/${VAULT_ID}/secrets/a → 200 \\(\\d+ ms\\)\n$`))
  })
})
