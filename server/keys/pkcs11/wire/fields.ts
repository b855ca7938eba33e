/** The fields of a message as bytes, one after the other. Numbers are big-endian; text and bytes come after their length. */

/** Written in place of a length if there are no bytes, which is not the same as zero bytes. */
const NONE = 0xffff_ffff
const FIRST_BYTES = 1_024

export interface FieldWriter {
  byte(value: number): void
  number(value: number): void
  text(value: string): void
  bytes(value: Uint8Array | null): void
  /** The written bytes, in their own memory. */
  done(): Buffer
}

/** @param reserved bytes at the beginning that the caller fills in. */
export function fieldWriter(reserved = 0): FieldWriter {
  let buffer = Buffer.allocUnsafeSlow(FIRST_BYTES)
  let at = reserved

  const room = (size: number): void => {
    if (at + size <= buffer.length) return
    const larger = Buffer.allocUnsafeSlow(2 * (at + size))
    buffer.copy(larger, 0, 0, at)
    // The old buffer could contain a key.
    buffer.fill(0)
    buffer = larger
  }

  return {
    byte(value) {
      room(1)
      buffer[at++] = value
    },
    number(value) {
      room(8)
      at = buffer.writeDoubleBE(value, at)
    },
    text(value) {
      // A UTF-16 unit takes at most three bytes of UTF-8.
      room(4 + 3 * value.length)
      const length = buffer.write(value, at + 4, 'utf8')
      at = buffer.writeUInt32BE(length, at) + length
    },
    bytes(value) {
      room(4 + (value?.length ?? 0))
      at = buffer.writeUInt32BE(value ? value.length : NONE, at)
      if (!value) return
      buffer.set(value, at)
      at += value.length
    },
    done: () => buffer.subarray(0, at),
  }
}

/** Every method throws RangeError when the bytes end before the field does. */
export interface FieldReader {
  readonly more: boolean
  byte(): number
  number(): number
  text(): string
  /** A view of the message. */
  bytes(): Buffer | null
}

export function fieldReader(message: Buffer): FieldReader {
  let at = 0

  const take = (size: number): number => {
    const from = at
    if (from + size > message.length) throw new RangeError('The message is too short')
    at += size
    return from
  }

  const view = (): Buffer | null => {
    const length = message.readUInt32BE(take(4))
    if (length === NONE) return null
    const from = take(length)
    return message.subarray(from, from + length)
  }

  return {
    get more() {
      return at < message.length
    },
    byte: () => message.readUInt8(take(1)),
    number: () => message.readDoubleBE(take(8)),
    text() {
      const length = message.readUInt32BE(take(4))
      const from = take(length)
      return message.toString('utf8', from, from + length)
    },
    bytes: view,
  }
}
