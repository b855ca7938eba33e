import type { Duplex } from 'node:stream'

/**
 * Messages over a pipe, each after its length in four bytes. Node.js's own channel between processes would work, but it leaves copies of
 * the DEKs in buffers that nobody wipes; here each buffer is our own and is overwritten after use.
 */
export const LENGTH_BYTES = 4
/** Far above any batch; more means that the peer does not speak this protocol. */
const LIMIT = 64 * 2 ** 20
const NOTHING = Buffer.alloc(0)

/** Sends one frame, whose first `LENGTH_BYTES` it fills in, and wipes it. */
export function sendFrame(pipe: Duplex, frame: Buffer): void {
  frame.writeUInt32BE(frame.length - LENGTH_BYTES)
  pipe.write(frame, () => frame.fill(0))
}

/**
 * Calls back for every message, as a view of the only memory that holds it: wiping a part of it wipes the message. Destroys the pipe if it
 * carries something else, or if `receive` throws.
 */
export function receiveFrames(pipe: Duplex, receive: (message: Buffer) => void): void {
  let pending: Buffer = NOTHING
  pipe.on('data', (chunk: Buffer) => {
    try {
      pending = consume(pending.length === 0 ? chunk : joinWiping(pending, chunk), receive)
    } catch (cause) {
      pending = NOTHING
      pipe.destroy(new Error('What arrived is not a frame', { cause }))
    }
  })
}

function joinWiping(first: Buffer, second: Buffer): Buffer {
  // Not from the shared pool of the process, so no other buffer is a view of the same memory.
  const joined = Buffer.allocUnsafeSlow(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  first.fill(0)
  second.fill(0)
  return joined
}

/** Handles the complete frames; returns the bytes of the incomplete one. */
function consume(bytes: Buffer, receive: (message: Buffer) => void): Buffer {
  let offset = 0
  while (bytes.length - offset >= LENGTH_BYTES) {
    const size = bytes.readUInt32BE(offset)
    if (size > LIMIT) throw new RangeError('The frame is too long')
    const end = offset + LENGTH_BYTES + size
    if (bytes.length < end) break
    receive(bytes.subarray(offset + LENGTH_BYTES, end))
    offset = end
  }
  return offset === bytes.length ? NOTHING : bytes.subarray(offset)
}
