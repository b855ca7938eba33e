import { randomBytes } from 'node:crypto'
import { Duplex, PassThrough } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LENGTH_BYTES, receiveFrames, sendFrame } from '../../../../../../server/keys/pkcs11/wire/frames.ts'

/** A pipe that keeps everything that is written to it. */
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

const unsent = (body: Buffer) => Buffer.concat([Buffer.alloc(LENGTH_BYTES), body])

function frameOf(body: Buffer): Buffer {
  const { pipe, bytes } = sink()
  sendFrame(pipe, unsent(body))
  return bytes()
}

const BODIES = [Buffer.from([1, 2, 3]), Buffer.alloc(0), randomBytes(20_000)]

async function broken(receive: (message: Buffer) => void, bytes: Buffer): Promise<PassThrough> {
  const pipe = new PassThrough()
  const failed = new Promise(resolve => pipe.on('error', resolve))
  receiveFrames(pipe, receive)
  pipe.emit('data', bytes)
  await expect(failed).resolves.toMatchObject({ message: 'What arrived is not a frame' })
  return pipe
}

describe('a frame', () => {
  it.each([1, 2, 3, 7, 1_000, 65_536])('arrives whole when it comes in pieces of %i bytes', size => {
    const stream = Buffer.concat(BODIES.map(frameOf))
    const received: Buffer[] = []
    const pipe = new PassThrough()
    receiveFrames(pipe, message => received.push(message))
    for (let at = 0; at < stream.length; at += size) pipe.emit('data', Buffer.from(stream.subarray(at, at + size)))
    expect(received).toEqual(BODIES)
  })

  it('leaves nothing in the buffers it passed through', async () => {
    const secret = randomBytes(32)
    const { pipe, written } = sink()
    sendFrame(pipe, unsent(secret))
    await turn()
    expect(written.some(chunk => chunk.includes(secret))).toBe(false)

    const frame = frameOf(secret)
    const pieces = [Buffer.from(frame.subarray(0, 30)), Buffer.from(frame.subarray(30))]
    const source = new PassThrough()
    let message: Buffer = Buffer.alloc(0)
    receiveFrames(source, received => {
      message = received
    })
    for (const piece of pieces) source.emit('data', piece)
    expect(pieces.every(piece => piece.every(byte => byte === 0))).toBe(true)
    // The message is a view of the only remaining copy, which its receiver wipes.
    const memory = Buffer.from(message.buffer)
    expect(message).toEqual(secret)
    message.fill(0)
    expect(memory.includes(secret)).toBe(false)
  })

  it('that came in one piece can be wiped in place by the receiver', () => {
    const secret = randomBytes(32)
    const piece = frameOf(secret)
    const source = new PassThrough()
    receiveFrames(source, message => message.fill(0))
    source.emit('data', piece)
    expect(piece.includes(secret)).toBe(false)
  })

  it('that is invalid closes the pipe', async () => {
    const pipe = await broken(() => {}, Buffer.from('HTTP/1.1 200 OK\r\n\r\n'))
    expect(pipe.destroyed).toBe(true)
  })

  it('that its receiver cannot read closes the pipe', async () => {
    const refuse = () => {
      throw new RangeError('no such message')
    }
    const pipe = await broken(refuse, frameOf(Buffer.of(9)))
    expect(pipe.destroyed).toBe(true)
  })
})
