import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, Socket } from 'node:net'
import { describe, expect } from 'vitest'
import { bodyRoom } from '../../../server/http/bounds/in-flight.ts'
import { cases, testsOn } from '../../support/fixtures.ts'
import { listening } from '../../support/raw.ts'

const MIB = 1024 ** 2

// Behaviour below HTTP does not depend on the database.
const open = new Set<Socket>()

const it = testsOn('sqlite')
  .extend('scene', { scope: 'file', auto: true }, async ({ world }, { onCleanup }) => {
    const { port } = await listening(world)
    onCleanup(async () => {
      for (const socket of open) socket.destroy()
    })
    return { port }
  })
  .extend('calls', ({ scene: { port } }) => {
    /** The first line that arrives although the rest is not sent. */
    const answerToHalf = (target: string, bytes: number) =>
      new Promise<string>(resolve => {
        const socket = connect(port, '127.0.0.1')
        open.add(socket)
        socket.on('error', () => {}).on('data', data => resolve(String(data).split('\r\n')[0] ?? ''))
        socket.write(`${target} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${bytes}\r\n\r\n`)
        socket.write(Buffer.alloc(bytes / 2, 0x20))
      })
    return { answerToHalf }
  })

// Creates the fixtures of the file before its tests.
it.beforeAll(() => {})

describe('bodies that are only half sent', () => {
  it.for(
    cases([
      ['POST /v1/nothing', 404],
      ['POST /livez', 405],
      ['PUT /v1/vaults', 405],
    ]),
  )('are not waited for where no handler reads them: %s', async ([target, status], { calls: { answerToHalf } }) => {
    expect(await answerToHalf(target, 4 * MIB)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  it('are limited for each unknown address and each principal until they are answered', () => {
    const take = bodyRoom(true)
    const asked = (ip: string, headers: Record<string, string>) => ({ ip, headers })
    const own = { type: 'agent', id: 'one' } as Parameters<typeof take>[0]
    const answers = () => new ServerResponse(new IncomingMessage(new Socket()))
    const held = Array.from({ length: 8 }, () => {
      const response = answers()
      take(undefined, asked('192.0.2.1', { 'content-length': String(MIB) }), MIB, response)
      return response
    })
    const another = (headers: Record<string, string>, ip = '192.0.2.1', actor?: typeof own) =>
      take(actor, asked(ip, headers), MIB, answers())
    expect(() => another({ 'content-length': '1' })).toThrow(expect.objectContaining({ code: 'rate.limited' }))
    expect(() => another({ 'transfer-encoding': 'chunked' })).toThrow('8 MiB of your requests are still being received')
    // Without a body, with a body that is too long, from another address, or from a known client.
    another({})
    another({ 'content-length': String(2 * MIB) })
    another({ 'content-length': String(MIB) }, '192.0.2.2')
    for (let n = 0; n < 64; n++) another({ 'transfer-encoding': 'chunked' }, '192.0.2.1', own)
    expect(() => another({ 'content-length': '1' }, '192.0.2.3', own)).toThrow('64 MiB')
    held[0]?.emit('close')
    held[0]?.emit('finish')
    another({ 'content-length': String(MIB) })
    expect(() => another({ 'content-length': '1' })).toThrow('8 MiB')
  })
})
