import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { apiOf, newPerson, signUp } from '../support/console.ts'
import { bareEnvironment, PROGRAM } from '../support/program.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { openShell, type Shell } from '../support/shell.ts'

/** The real program, and a real server. */
let server: TestServer
let owner: Client
let token = ''
let folder = ''
let shell: Shell

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), '1claw-fleet-'))
  server = await startServer()
  token = await signUp(server.url, newPerson())
  owner = apiOf(server.url, token)
  await owner.call('vaults.create', { body: { name: 'prod' } })
  shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token })
})
afterEach(async () => {
  await shell.close()
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const file = () => join(folder, 'agents.yaml')
const write = (text: string) => writeFile(file(), text)
const apply = (more: string) => shell.type(`1claw agents apply -f ${file()} ${more}`)

describe('hundreds of agents', { timeout: 90_000 }, () => {
  const COUNT = 300
  const names = Array.from({ length: COUNT }, (_, index) => `fleet-${index}`)
  const many = (permissions: string) => {
    const policies = (name: string) => `[{ vault: prod, path: ${name}/*, permissions: [${permissions}] }]`
    return `agents:\n${names.map(name => `  - { name: ${name}, policies: ${policies(name)} }\n`).join('')}`
  }

  it('are created in one run, with progress, and counted by list', async () => {
    await write(many('read'))
    const made = await apply('--yes --keys-dir keys')
    expect(made.code).toBe(0)
    expect(made.stderr).toContain('\n50 of 300 agents\n100 of 300 agents\n')
    expect(made.stderr.endsWith('300 of 300 agents\nDone: 300 agents.\n')).toBe(true)
    const keys = (await shell.type('cat keys/*.key | sort -u | wc -l')).stdout.trim()
    expect(keys).toBe(String(COUNT))
    expect((await apply('--dry-run')).code).toBe(0)

    await shell.type('1claw agents deactivate fleet-7 --yes')
    const listed = async (more: string) => shell.type(`1claw agents list -o name ${more}`)
    expect((await listed('')).stderr).toBe('300 agents, 299 active.\n')
    const tens = await listed("--name 'fleet-1?' --active")
    expect([tens.stdout.split('\n').length - 1, tens.stderr]).toEqual([10, '10 of 300 agents (299 active).\n'])
    expect((await listed('--no-active')).stderr).toBe('1 of 300 agents (299 active).\n')
    expect((await listed('--auth-method mtls')).stderr).toBe('No agents match.\n0 of 300 agents (299 active).\n')
    expect((await listed('--no-intents -q')).stdout.split('\n')).toHaveLength(COUNT + 1)
  })

  it('lose no key when the run is interrupted half-way', async () => {
    await write(many('read'))
    const child = spawn(process.execPath, [PROGRAM, 'agents', 'apply', '-f', file(), '--yes', '--json'], {
      env: { ...bareEnvironment(), HOME: folder, ONECLAW_API_URL: server.url, ONECLAW_TOKEN: token },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', text => {
      if (text.includes('50 of 300')) child.kill('SIGINT')
    })
    const [code] = await once(child, 'close')
    expect(code).toBe(130)
    const outcomes: { name: string; status: string; api_key?: string }[] = JSON.parse(stdout).changes
    const there = (await owner.call('agents.list')).agents.map(({ name }) => name)
    expect(there.length).toBeGreaterThanOrEqual(50)
    expect(there.length).toBeLessThan(COUNT)
    expect(
      outcomes
        .filter(({ api_key }) => api_key !== undefined)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(there.toSorted())
    expect(outcomes.filter(({ status }) => status === 'not started')).toHaveLength(COUNT - there.length)
    expect((await apply('--yes --keys-dir keys')).code).toBe(0)
    expect((await apply('--dry-run')).code).toBe(0)
  })
})
