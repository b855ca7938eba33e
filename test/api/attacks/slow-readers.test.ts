import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, Socket } from 'node:net'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { listening } from '../../support/raw.ts'

const MIB = 1024 ** 2
const AT_ONCE = 3
/** Twice that in JSON: more than the system buffers for a client that does not read. */
const SIZE = 5 * MIB
const ANSWERS = 8

const off = { perSecond: 1e9, burst: 1e9 }
const drain = { graceMs: 3000, bytesPerSecond: 100 * MIB }
const limits = { address: off, principal: off, publicAuth: off, sharesPerMinute: 10, atOnce: AT_ONCE, drain }

const engines = onEngines(engine =>
  testsOn(engine, { limits })
    .extend('port', { scope: 'file', auto: true }, async ({ world }) => (await listening(world)).port)
    // New for each test, so that the rest of one test does not affect the next.
    .extend('scene', async ({ world }) => {
      const owner = await world.signUp()
      const vault = await world.vault(owner)
      await world.put(owner, vault, 'large', '\n'.repeat(SIZE))
      return { owner, url: `/v1/vaults/${vault}/secrets/large` }
    })
    .extend('calls', ({ world, port, scene: { owner, url } }) => {
      const requestFor = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${owner.token}\r\n\r\n`
      /** A connection that sends a request `times` times and reads nothing. */
      function ask(times: number): Promise<Socket> {
        return new Promise(resolve => {
          const socket = connect({ port, host: '127.0.0.1' }, () => {
            socket.pause()
            socket.write(requestFor(url).repeat(times))
            resolve(socket)
          })
          socket.on('error', () => {})
        })
      }
      /** Whether no further request of the owner would be answered; this itself takes a place only for its duration. */
      function isFull(): boolean {
        const response = new ServerResponse(new IncomingMessage(new Socket()))
        try {
          world.server.services.pipeline.atOnce(`user:${owner.id}`, response)
          response.emit('close')
          return false
        } catch {
          return true
        }
      }
      const open = () =>
        new Promise<number>((resolve, reject) =>
          world.server.app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
        )
      return { requestFor, ask, isFull, open }
    }),
)

describe.each(engines)('a client that does not read, on $engine', ({ it }) => {
  it('is disconnected', async ({ calls: { ask, open } }) => {
    const socket = await ask(ANSWERS)
    await expect.poll(open).toBe(1)
    await expect.poll(open, { timeout: 20_000 }).toBe(0)
    socket.destroy()
  })

  it('has a limited number of waiting replies, and gets an error on every other connection', async ({
    world,
    scene: { owner },
    calls: { ask, isFull },
  }) => {
    const me = () => world.call('GET', '/v1/auth/me', { token: owner.token })
    const sockets = await Promise.all(Array.from({ length: AT_ONCE }, () => ask(1)))
    await expect.poll(isFull).toBe(true)
    expect((await me()).status).toBe(429)
    const stranger = await world.signUp()
    expect((await world.call('GET', '/v1/auth/me', { token: stranger.token })).status).toBe(200)
    await expect.poll(async () => (await me()).status, { timeout: 20_000 }).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  it('does not keep a client that reads from getting the whole reply', async ({
    port,
    scene: { url },
    calls: { requestFor },
  }) => {
    const bytes = await new Promise<number>((resolve, reject) => {
      let read = 0
      const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(requestFor(url)))
      socket.on('error', reject).on('data', chunk => {
        read += chunk.length
        if (read < SIZE) return
        socket.destroy()
        resolve(read)
      })
    })
    expect(bytes).toBeGreaterThan(SIZE)
  })
})
