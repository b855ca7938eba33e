import { randomBytes } from 'node:crypto'
import { Duplex, PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { receiveFrames, sendFrame } from '../../../../server/keys/pkcs11-frames.ts'

/** A pipe that keeps what is written to it. */
function sink() {
  const written: Buffer[] = []
  const copies: Buffer[] = []
  const pipe = new Duplex({
    read() {},
    write(chunk: Buffer, _, done) {
      written.push(chunk)
      copies.push(Buffer.from(chunk))
      done()
    },
  })
  return { pipe, written, bytes: () => Buffer.concat(copies) }
}

function frameOf(message: unknown): Buffer {
  const { pipe, bytes } = sink()
  sendFrame(pipe, message)
  return bytes()
}

const MESSAGES = [
  { a: 1, bytes: new Uint8Array([1, 2, 3]) },
  { text: 'ä', none: null },
  { many: Array.from({ length: 300 }, () => randomBytes(61)) },
]

describe('a frame', () => {
  it.each([1, 2, 3, 7, 1_000, 65_536])('arrives whole when it comes in pieces of %i bytes', size => {
    const stream = Buffer.concat(MESSAGES.map(frameOf))
    const received: unknown[] = []
    const pipe = new PassThrough()
    receiveFrames(pipe, message => received.push(message))
    for (let at = 0; at < stream.length; at += size) pipe.emit('data', Buffer.from(stream.subarray(at, at + size)))
    expect(received).toHaveLength(MESSAGES.length)
    expect(received).toEqual(MESSAGES)
  })

  it('leaves nothing in the buffers it went through', async () => {
    const secret = randomBytes(32)
    const { pipe, written } = sink()
    sendFrame(pipe, { secret })
    await turn()
    expect(written.some(chunk => chunk.includes(secret))).toBe(false)

    const frame = frameOf({ secret })
    const pieces = [Buffer.from(frame.subarray(0, 30)), Buffer.from(frame.subarray(30))]
    const source = new PassThrough()
    let field: Uint8Array | undefined
    receiveFrames(source, message => {
      field = (message as { secret: Uint8Array }).secret
    })
    for (const piece of pieces) source.emit('data', piece)
    expect(pieces.every(piece => piece.every(byte => byte === 0))).toBe(true)
    // The field is a view of the one copy that is left, which its receiver wipes.
    expect(field && Buffer.from(field)).toEqual(secret)
    const memory = Buffer.from(field?.buffer ?? new ArrayBuffer(0))
    expect(memory.includes(secret)).toBe(true)
    field?.fill(0)
    expect(memory.includes(secret)).toBe(false)
  })

  it('that is none closes the pipe', async () => {
    const pipe = new PassThrough()
    const failed = new Promise(resolve => pipe.on('error', resolve))
    receiveFrames(pipe, () => {})
    pipe.emit('data', Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))
    await expect(failed).resolves.toMatchObject({ message: 'What arrived is not a frame' })
    expect(pipe.destroyed).toBe(true)
  })
})
