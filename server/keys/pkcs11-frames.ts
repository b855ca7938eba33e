import type { Duplex } from 'node:stream'
import { deserialize, serialize } from 'node:v8'

/**
 * Messages over a pipe: four bytes of length, then the message as V8 serializes it. Node's own channel between processes would do,
 * but it leaves copies of the DEKs that pass through it in buffers nobody wipes; here each buffer is ours and is overwritten after use.
 */
const LENGTH_BYTES = 4
/** Far above any batch; more means that the other side is not speaking this protocol. */
const LIMIT = 64 * 2 ** 20

/** Sends one message. */
export function sendFrame(pipe: Duplex, message: unknown): void {
  const body = serialize(message)
  const frame = Buffer.allocUnsafeSlow(LENGTH_BYTES + body.length)
  frame.writeUInt32BE(body.length)
  frame.set(body, LENGTH_BYTES)
  body.fill(0)
  pipe.write(frame, () => frame.fill(0))
}

/**
 * Calls back for every message that arrives. Its byte fields are views of memory that belongs to the receiver: the only copy there is,
 * so wiping a field wipes what came. Destroys the pipe when it carries something else.
 */
export function receiveFrames(pipe: Duplex, receive: (message: unknown) => void): void {
  let pending: Buffer = Buffer.alloc(0)
  pipe.on('data', (chunk: Buffer) => {
    const bytes = pending.length === 0 ? chunk : joinWiping(pending, chunk)
    const rest = consume(bytes, receive)
    pending = Buffer.alloc(rest?.length ?? 0)
    pending.set(rest ?? [])
    bytes.fill(0)
    if (!rest) pipe.destroy(new Error('What arrived is not a frame'))
  })
}

function joinWiping(first: Buffer, second: Buffer): Buffer {
  const joined = Buffer.concat([first, second])
  first.fill(0)
  second.fill(0)
  return joined
}

/** Handles the whole frames; returns the bytes of the one that is not whole yet, or undefined for nonsense. */
function consume(bytes: Buffer, receive: (message: unknown) => void): Buffer | undefined {
  let offset = 0
  while (bytes.length - offset >= LENGTH_BYTES) {
    const size = bytes.readUInt32BE(offset)
    if (size > LIMIT) return undefined
    const end = offset + LENGTH_BYTES + size
    if (bytes.length < end) break
    const body = Buffer.alloc(size)
    bytes.copy(body, 0, offset + LENGTH_BYTES, end)
    receive(deserialize(body))
    offset = end
  }
  return bytes.subarray(offset)
}
