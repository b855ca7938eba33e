import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { newPerson, signUp } from '../support/console.ts'
import { emptyPostgres } from '../support/postgres.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'

const PER_SECOND = 200

/**
 * Sends requests at a steady rate to one server after the other, over kept connections; a failed request is tried once more, at the next
 * server.
 */
function load(ports: readonly number[], token: string) {
  const agent = new Agent({ keepAlive: true })
  const failures: string[] = []
  const open = new Set<Promise<void>>()
  let sent = 0
  let retried = 0
  const once = (index: number) =>
    new Promise<string | undefined>(resolve => {
      const headers = { authorization: `Bearer ${token}`, accept: 'application/json' }
      const asked = request({ port: ports[index % ports.length], agent, path: '/v1/vaults', headers }, reply => {
        reply.resume().on('end', () => resolve(reply.statusCode === 200 ? undefined : String(reply.statusCode)))
        reply.on('error', error => resolve(error.message))
      })
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message)).end()
    })
  async function one(index: number): Promise<void> {
    if ((await once(index)) === undefined) return
    retried++
    const again = await once(index + 1)
    if (again !== undefined) failures.push(again)
  }
  const timer = setInterval(() => {
    const going = one(sent++).finally(() => open.delete(going))
    open.add(going)
  }, 1000 / PER_SECOND)
  return {
    sent: () => sent,
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      agent.destroy()
      return { sent, retried, failures }
    },
  }
}

it('no request that is retried once fails while two servers on PostgreSQL are restarted one after the other under load', async () => {
  const database = await emptyPostgres()
  const dataDir = await mkdtemp(join(tmpdir(), 'claw-rolling-'))
  const settings = { ONECLAW_DATABASE_URL: database.url, ONECLAW_SHUTDOWN_DELAY: '1s', ONECLAW_LOG_LEVEL: 'error' }
  const start = (port = 0) => startProgram(dataDir, settings, ['--port', String(port)])
  // The first creates the root key that the second needs.
  const servers: ServerProcess[] = [await start()]
  servers.push(await start())
  const ports = servers.map(({ url }) => Number(new URL(url).port))
  const token = await signUp(servers[0]?.url ?? '', newPerson())
  const clients = load(ports, token)
  try {
    await expect.poll(() => clients.sent()).toBeGreaterThan(PER_SECOND)
    for (const [index, port] of ports.entries()) {
      expect(await servers[index]?.stop('SIGTERM')).toBe(0)
      servers[index] = await start(port)
      const before = clients.sent()
      await expect.poll(() => clients.sent()).toBeGreaterThan(before + PER_SECOND)
    }
  } finally {
    const { failures, sent } = await clients.stop()
    await Promise.all(servers.map(server => server.stop()))
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
    expect(failures).toEqual([])
    expect(sent).toBeGreaterThan(3 * PER_SECOND)
  }
})
