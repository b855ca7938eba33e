import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { realContext } from '../../src/cli/session/real-context.ts'
import { AGENT_ID, fakeWorld, VAULT_ID } from '../support/fake-context.ts'
import { ROOT } from '../support/house/files.ts'
import { runCommand } from '../support/run-command.ts'

interface Word {
  readonly name: string
  readonly required?: boolean
  readonly options?: string[]
}

interface Command {
  readonly id: string
  readonly flags: Record<string, Word>
  readonly args: Record<string, Word>
}

const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as { commands: Record<string, Command> }

/** Commands that need no server, or that do more than fail without one. Each has its own tests. */
const OTHERS = [
  ...['serve', 'admin:bootstrap', 'restore', 'restore:drill', 'backup', 'keys:seal'],
  ...['config:get', 'config:list', 'config:set', 'profiles:list', 'profiles:remove', 'profiles:use'],
  ...['cache:clear', 'cache:status', 'completion', 'completion:install', 'completion:refresh'],
  // They need a terminal or a stored login, report that the server is unreachable, or end the login here anyway.
  ...['ui', 'secrets:edit', 'cmek:enable', 'doctor', 'logout'],
]

const STOPPED = 'http://127.0.0.1:9'
const LINK = `${STOPPED}/enroll/${'x'.repeat(43)}`
const ADDRESS = '0x0000000000000000000000000000000000000001'
/** Arguments in addition to those that the manifest requires. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'account:change-password': ['--password-stdin'],
  'account:update': ['--name', 'Ada'],
  'admin:chains:update': ['--no-enabled'],
  'agents:update': ['--description', 'new'],
  inject: ['-i', 'template'],
  login: ['--api-key', '-', '--credential-store', 'none'],
  ...Object.fromEntries(['sign', 'simulate', 'submit'].map(name => [`intents:${name}`, ['--to', ADDRESS]])),
  'intents:keys:create': ['--chain', 'base'],
  'policies:create': ['--agent', AGENT_ID],
  'policies:explain': ['--agent', AGENT_ID],
  'policies:update': ['--permission', 'read'],
  'refs:check': ['template'],
  run: ['--', 'true'],
  'secrets:delete': ['a/b'],
  'secrets:diff': ['.env'],
  'secrets:update': ['--expires-in', '1d'],
  'shares:create': ['--creator'],
  'vaults:restore': [VAULT_ID],
}
const STDIN: Readonly<Record<string, string>> = {
  'account:change-password': 'old password\nnew password\n',
  login: '1ck_x',
}
const FILES = {
  '.env': 'A=1\n',
  template: '{{ 1claw://main/a }}\n',
  fleet: 'agents:\n  - name: deployer\n',
  bundle: JSON.stringify([{ chain: 'base', to: ADDRESS }]),
  typed: JSON.stringify({
    domain: {},
    types: { Mail: [{ name: 'to', type: 'string' }] },
    primaryType: 'Mail',
    message: { to: 'x' },
  }),
}
const FILE_OF: Readonly<Record<string, string>> = {
  'agents:apply': 'fleet',
  'intents:simulate-bundle': 'bundle',
  'intents:sign-typed-data': 'typed',
}

/** A valid value for an argument or flag with this name. */
function valueFor(id: string, { name, options }: Word): string {
  if (options?.[0] !== undefined) return options[0]
  const values: Readonly<Record<string, string>> = {
    method: 'GET',
    file: FILE_OF[id] ?? '.env',
    path: id === 'api' ? '/v1/vaults' : 'a/b',
    reference: '1claw://main/a',
    link: LINK,
    chain: 'base',
    address: ADDRESS,
    addresses: '10.0.0.1',
    email: 'ada@example.com',
    dollars: '5',
    for: '1h',
    ...Object.fromEntries(['version', 'keep', 'chain-id'].map(number => [number, '1'])),
    ...Object.fromEntries(['id', 'share', 'request', 'org', 'agent'].map(uuid => [uuid, VAULT_ID])),
  }
  return values[name] ?? name
}

function wordsOf({ id, args, flags }: Command): string[] {
  const required = Object.values(args).filter(arg => arg.required)
  const needed = Object.values(flags).filter(flag => flag.required)
  return [
    ...id.split(':'),
    ...required.map(arg => valueFor(id, arg)),
    ...needed.flatMap(flag => [`--${flag.name}`, valueFor(id, flag)]),
    ...('yes' in flags ? ['--yes'] : []),
    '--timeout',
    '1s',
    ...(MORE[id] ?? []),
  ]
}

describe('with a server that is stopped', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'claw-stopped-'))
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(Object.values(commands).filter(({ id }) => !OTHERS.includes(id)))(
    '$id exits with 7 within --timeout',
    async command => {
      const agent = command.id.startsWith('intents:') || command.id === 'agents:token'
      const key = agent ? { ONECLAW_AGENT_API_KEY: 'ocv_x', ONECLAW_AGENT_ID: AGENT_ID } : { ONECLAW_TOKEN: 'token' }
      const env = { ...key, ONECLAW_API_URL: STOPPED, ONECLAW_VAULT_ID: VAULT_ID }
      const world = fakeWorld({ env, cwd: folder, stdin: STDIN[command.id] ?? 'x' })
      const { connect, sleep } = realContext()
      const began = performance.now()
      await runCommand({ ...world.context, connect, sleep, now: Date.now }, ...wordsOf(command))
      expect([world.exitCode(), world.stdout(), world.stderr()]).toEqual([
        7,
        '',
        expect.stringMatching(/^error: [\s\S]*^hint: /m),
      ])
      // The limit is for a request; a busy machine takes additional time.
      expect(performance.now() - began).toBeLessThan(20_000)
    },
  )
})
