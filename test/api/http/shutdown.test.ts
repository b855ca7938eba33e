import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { listening } from '../../support/raw.ts'
import { makeWorld } from '../../support/world.ts'

interface Answer {
  readonly status: number
  readonly connection: string | undefined
}

describe.each(ENGINES)('the end of a server, on %s', engine => {
  /** Clients that send writes one after the other on kept connections, until they can no longer connect. */
  async function clients(port: number, path: string, token: string, count: number) {
    const agent = new Agent({ keepAlive: true, maxSockets: count })
    const answers: Answer[] = []
    const failures: string[] = []
    const put = (index: number) =>
      new Promise<Answer>((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
        const sent = request({ port, agent, method: 'PUT', path: `${path}/c${index}`, headers }, answer => {
          answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, connection: answer.headers.connection }))
        })
        sent.on('error', reject).end(JSON.stringify({ type: 'generic', value: 'x' }))
      })
    const one = async (index: number) => {
      for (;;) {
        try {
          answers.push(await put(index))
        } catch (error) {
          const code = (error as NodeJS.ErrnoException).code ?? ''
          if (code === 'ECONNREFUSED') return
          failures.push(code)
        }
      }
    }
    const ended = Promise.all(Array.from({ length: count }, (_, index) => one(index)))
    return { answers, failures, ended }
  }

  it('answers every accepted request under load, and closes every connection', async () => {
    const world = await makeWorld(engine)
    const { port } = await listening(world)
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    const load = await clients(port, `/v1/vaults/${vault}/secrets`, owner.token, 4)
    await expect.poll(() => load.answers.length).toBeGreaterThan(20)
    world.server.draining.begin()
    const ready = await world.call('GET', '/readyz')
    expect([ready.status, ready.body.detail, ready.headers['retry-after']]).toEqual([
      503,
      expect.stringContaining('process'),
      '5',
    ])
    const before = load.answers.length
    await expect.poll(() => load.answers.length).toBeGreaterThan(before + 10)
    const last = load.answers.slice(before + 4)
    expect(last.map(({ connection }) => connection)).toEqual(last.map(() => 'close'))
    await world.close()
    await load.ended
    expect(new Set(load.answers.map(({ status }) => status))).toEqual(new Set([201]))
    // A connection can close while a request is in transit; a client then sends the request once again.
    expect(load.failures.length).toBeLessThanOrEqual(4)
  })

  it('waits for a slow reader, and not for a silent one', async () => {
    const world = await makeWorld(engine)
    const { port } = await listening(world)
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    const path = `/v1/vaults/${vault}/secrets/large`
    const value = 'x'.repeat(4_500_000)
    expect((await world.call('PUT', path, { token: owner.token, body: { type: 'generic', value } })).status).toBe(201)
    const silent = connect(port, '127.0.0.1')
    const silence = new Promise(resolve => silent.on('close', resolve).resume())
    const slow = connect(port, '127.0.0.1')
    slow.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${owner.token}\r\n\r\n`)
    const first = await new Promise<Buffer>(resolve => slow.once('data', resolve))
    slow.pause()
    let bytes = first.length
    const closed = world.close()
    await silence
    slow.on('data', chunk => {
      bytes += chunk.length
    })
    const ended = new Promise(resolve => slow.on('close', resolve))
    slow.resume()
    await Promise.all([closed, ended])
    expect(bytes).toBeGreaterThan(value.length)
  })
})
