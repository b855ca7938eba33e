/**
 * Hides values in a stream of bytes. A value may be cut anywhere by the borders of chunks, so whatever may still become one is held
 * back until the next bytes decide; nothing is ever let out on a timer.
 */
import { Transform } from 'node:stream'
import { maskedForms } from './mask-forms.ts'

export interface Masker {
  /** What can be let out now. */
  push(chunk: Uint8Array): Buffer
  /** What was held back; the stream has ended. */
  flush(): Buffer
}

const MASK = Buffer.from('*****')

/** The first bytes by which candidates are found; the shortest form has as many. */
const KEY = 4

/** A masker of these values in all their forms. */
export function masker(values: Iterable<string>): Masker {
  const index = indexOf([...values].flatMap(maskedForms))
  let held: Buffer = Buffer.alloc(0)
  /** How many of the first held bytes belong to a value whose mask is out already. */
  let covered = 0

  /** Lets out all up to the first byte that more input could still make the start of a value. */
  function scan(bytes: Buffer, last: boolean): Buffer {
    const out: Buffer[] = []
    let hiddenTo = covered
    let at = 0
    for (; at < bytes.length; at++) {
      const length = index.match(bytes, at, last)
      if (length === 'undecided') break
      if (at + length <= hiddenTo || length === 0) continue
      // Values that overlap are hidden as one.
      if (at >= hiddenTo) out.push(bytes.subarray(hiddenTo, at), MASK)
      hiddenTo = at + length
    }
    if (hiddenTo < at) out.push(bytes.subarray(hiddenTo, at))
    covered = Math.max(0, hiddenTo - at)
    held = Buffer.from(bytes.subarray(at))
    return Buffer.concat(out)
  }

  return {
    push: chunk => scan(held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]), false),
    flush: () => scan(held, true),
  }
}

/** A stream that masks. */
export function maskingStream(masker: Masker): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, masker.push(chunk))
    },
    flush(done) {
      done(null, masker.flush())
    },
  })
}

interface Index {
  /** Length of the longest form that starts at `at`, 0 for none, `undecided` when a longer one may yet turn out to. */
  match(bytes: Buffer, at: number, last: boolean): number | 'undecided'
}

function indexOf(forms: readonly string[]): Index {
  const byKey = new Map<number, Buffer[]>()
  /** The first two bytes of any form: one look tells that most positions start nothing. */
  const starts = new Uint8Array(0x10000)
  for (const form of new Set(forms)) {
    const bytes = Buffer.from(form, 'utf8')
    const key = bytes.readUInt32BE(0)
    starts[key >>> 16] = 1
    byKey.set(key, [...(byKey.get(key) ?? []), bytes])
  }
  for (const group of byKey.values()) group.sort((a, b) => b.length - a.length)
  const all = [...byKey.values()].flat()

  return {
    match(bytes, at, last) {
      const left = bytes.length - at
      if (left < KEY) return !last && all.some(form => startsLike(form, bytes, at, left)) ? 'undecided' : 0
      if (starts[bytes.readUInt16BE(at)] === 0) return 0
      let longest = 0
      for (const form of byKey.get(bytes.readUInt32BE(at)) ?? []) {
        if (form.length > left) {
          if (!last && startsLike(form, bytes, at, left)) return 'undecided'
        } else if (startsLike(form, bytes, at, form.length)) {
          longest = form.length
          break
        }
      }
      return longest
    },
  }
}

function startsLike(form: Buffer, bytes: Buffer, at: number, length: number): boolean {
  return form.compare(bytes, at, at + length, 0, length) === 0
}
