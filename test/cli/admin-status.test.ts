import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { fakeWorld, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const STATUS = {
  status: 'ok',
  scope: 'server',
  version: '1.2.3',
  parts: [
    { name: 'database', status: 'ok', detail: 'SQLite answers.', latency_ms: 0 },
    { name: 'keys', status: 'ok', detail: 'The key provider (software) answers.', latency_ms: 7 },
    { name: 'backup', status: 'off', detail: 'The server has no schedule for backups.' },
  ],
} as const satisfies Reply<'server.status'>

const AWAY = {
  ...STATUS,
  status: 'warning',
  parts: [STATUS.parts[0], { name: 'keys', status: 'warning', detail: 'The key provider (pkcs11) does not answer.' }],
} as const satisfies Reply<'server.status'>

const worldOf = (status: Reply<'server.status'>) => fakeWorld({ env: SIGNED_IN, replies: { 'server.status': () => status } })

describe('1claw admin status', () => {
  it('lists the parts of a healthy server, with what is not configured, and exits with 0', async () => {
    const world = worldOf(STATUS)
    await runCommand(world.context, 'admin', 'status')
    expect(world.exitCode()).toBe(0)
    const lines = world.stdout().split('\n')
    expect(lines.find(line => line.includes('keys'))).toMatch(/ok +The key provider \(software\) answers\. +7 ms/)
    expect(lines.find(line => line.includes('backup'))).toMatch(/off +The server has no schedule/)
    expect(world.stderr()).toContain('1claw 1.2.3.')
  })

  it('names the parts that need attention and exits with 10', async () => {
    const world = worldOf(AWAY)
    await runCommand(world.context, 'admin', 'status')
    expect(world.exitCode()).toBe(10)
    expect(world.stderr()).toContain('These parts need attention: keys.')
    expect(world.stdout()).toContain('does not answer')
  })

  it('prints one JSON document, whatever the status, with the same exit code', async () => {
    const world = worldOf(AWAY)
    await runCommand(world.context, 'admin', 'status', '--json')
    expect(world.exitCode()).toBe(10)
    expect(JSON.parse(world.stdout())).toEqual(AWAY)
    expect(world.stderr()).toBe('')
  })
})
