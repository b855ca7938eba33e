import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fakeWorld } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'
import { makeWorld, ok } from '../support/world.ts'

const EMAIL = 'Root@Example.com'
const PASSWORD = 'correct horse battery staple 42'

let dataDir = ''
beforeEach(async () => {
  dataDir = join(await mkdtemp(join(tmpdir(), 'claw-bootstrap-')), 'data')
})
afterEach(() => rm(join(dataDir, '..'), { recursive: true, force: true }))

async function bootstrap(options: Parameters<typeof fakeWorld>[0], ...flags: string[]) {
  const world = fakeWorld(options)
  await runCommand(world.context, 'admin', 'bootstrap', '--data-dir', dataDir, ...flags)
  return world
}

describe('admin bootstrap', () => {
  it('creates the administrator of a new server, who can then sign in', async () => {
    const world = await bootstrap({ stdin: `${EMAIL}\n${PASSWORD}\n` }, '--json')
    expect(world.exitCode()).toBe(0)
    const { id } = JSON.parse(world.stdout())
    const server = await makeWorld('sqlite', { dataDir, signup: 'closed' })
    try {
      const { body } = await ok(server.call('POST', '/v1/auth/token', { body: { email: EMAIL, password: PASSWORD } }))
      const me = await ok(server.call('GET', '/v1/auth/me', { token: body.access_token }))
      expect(me.body).toMatchObject({ id, email: 'root@example.com', role: 'owner', email_verified: true })
      expect((await server.call('GET', '/v1/admin/settings', { token: body.access_token })).status).toBe(200)
      const stranger = { body: { email: 'x@example.com', password: PASSWORD } }
      expect((await server.call('POST', '/v1/auth/signup', stranger)).status).toBe(403)
    } finally {
      await server.close()
    }
  })

  it('prompts a person, and for the password twice', async () => {
    const differ = await bootstrap({ tty: true, answers: [EMAIL, PASSWORD, `${PASSWORD}!`] })
    expect(differ.exitCode()).toBe(2)
    const world = await bootstrap({ tty: true, answers: [PASSWORD, PASSWORD] }, '--email', EMAIL)
    expect(world.exitCode()).toBe(0)
    expect(world.stderr()).toContain('root@example.com is the administrator')
    expect(world.stderr() + world.stdout()).not.toContain(PASSWORD)
  })

  it('refuses before any prompt when there is an administrator', async () => {
    await bootstrap({ stdin: `${EMAIL}\n${PASSWORD}\n` })
    const again = await bootstrap({ tty: true, answers: [] })
    expect(again.exitCode()).toBe(6)
    expect(again.stderr()).toContain('already has an administrator')
  })

  it('refuses a weak password and an invalid address, and creates nothing', async () => {
    for (const stdin of [`${EMAIL}\nshort\n`, `nobody\n${PASSWORD}\n`, `${EMAIL}\n`]) {
      expect((await bootstrap({ stdin })).exitCode()).toBe(2)
    }
    expect((await bootstrap({ stdin: `${EMAIL}\n${PASSWORD}\n` })).exitCode()).toBe(0)
  })

  it('refuses while a server runs on the same folder', async () => {
    const server = await makeWorld('sqlite', { dataDir })
    try {
      const world = await bootstrap({ stdin: `${EMAIL}\n${PASSWORD}\n` })
      expect(world.exitCode()).toBe(7)
      expect(world.stderr()).toContain('Another process is using the database')
    } finally {
      await server.close()
    }
  })
})
