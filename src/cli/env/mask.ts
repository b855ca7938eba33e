/**
 * Hides values in a stream of bytes. A value can be split at any chunk border, so bytes that could start one are held back until the next
 * bytes decide. Only on a terminal, where a person waits for the echo of a key, the first two bytes are released after a while; the rest of
 * the value stays hidden.
 */
import { Transform } from 'node:stream'
import { maskedForms } from './mask-forms.ts'

export interface Masker {
  /** The text that can be released now. */
  push(chunk: Uint8Array): Buffer
  /** The bytes that are held back; the stream has ended. */
  flush(): Buffer
  /** The first of the bytes that are held back. */
  tip(): Buffer
}

const MASK = Buffer.from('*****')

/** The length of the prefix that finds candidates; the shortest form is as long. */
const KEY = 4

/** How much of a possible value can be released. */
const TIP = 2
/** How long a person waits for the echo of a key. */
const ECHO_MS = 100

/** A masker of these values in all their forms. */
export function masker(values: Iterable<string>): Masker {
  const index = indexOf([...values].flatMap(maskedForms))
  let held: Buffer = Buffer.alloc(0)
  /** How many of the first delayed bytes belong to a value whose mask is already written. */
  let covered = 0
  /** How many of the first delayed bytes belong to a value whose mask is already written. */
  let done = 0

  /** Releases everything up to the first byte that could still start a value. */
  function scan(bytes: Buffer, last: boolean): Buffer {
    const out: Buffer[] = []
    let hiddenTo = covered
    let doneTo = done
    const letOut = (to: number) => {
      if (doneTo < to) out.push(bytes.subarray(doneTo, to))
      doneTo = Math.max(doneTo, to)
    }
    let at = 0
    for (; at < bytes.length; at++) {
      const length = index.match(bytes, at, last)
      if (length === 'undecided') break
      if (at + length <= hiddenTo || length === 0) continue
      // Overlapping values are hidden as one.
      if (at >= hiddenTo) {
        letOut(at)
        out.push(MASK)
      }
      hiddenTo = at + length
      doneTo = Math.max(doneTo, hiddenTo)
    }
    letOut(at)
    covered = Math.max(0, hiddenTo - at)
    done = doneTo - at
    held = Buffer.from(bytes.subarray(at))
    return Buffer.concat(out)
  }

  return {
    push: chunk => scan(held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]), false),
    flush: () => scan(held, true),
    tip() {
      const to = Math.max(done, Math.min(held.length, TIP))
      const out = held.subarray(done, to)
      done = to
      return out
    },
  }
}

/** A masking stream. `echo`: it shows what a person types. */
export function maskingStream(masker: Masker, { echo = false } = {}): Transform {
  let timer: NodeJS.Timeout | undefined
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      clearTimeout(timer)
      if (echo) timer = setTimeout(() => this.push(masker.tip()), ECHO_MS)
      done(null, masker.push(chunk))
    },
    flush(done) {
      clearTimeout(timer)
      done(null, masker.flush())
    },
    destroy(error, done) {
      clearTimeout(timer)
      done(error)
    },
  })
}

interface Index {
  /** The length of the longest form at `at`, 0 for none, `undecided` if a longer one is still possible. */
  match(bytes: Buffer, at: number, last: boolean): number | 'undecided'
}

function indexOf(forms: readonly string[]): Index {
  const byKey = new Map<number, Buffer[]>()
  /** The first two bytes of all forms: one look-up excludes most positions. */
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
