import { createHash } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { Problem } from '../../../src/problem.ts'

/**
 * Shares of a sealing key (Shamir, over GF(2^8)) as people keep them:
 *
 *     1claw-share-<7 groups of 8 letters>
 *
 * The letters are Crockford's base32 of the share (33 bytes) and the first 2 bytes of SHA-256 over it, by which a mistyped letter is told.
 */
const PREFIX = '1claw-share-'
const SECRET_BYTES = 32
const SHARE_BYTES = SECRET_BYTES + 1
const CHECK_BYTES = 2
const GROUP = 8
/** Without I, L, O and U, which are mistaken for others. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
const BITS = 5
const LENGTH = ((SHARE_BYTES + CHECK_BYTES) * 8) / BITS
/** The length of the mark of each share in the file: enough to recognise the share, and not enough to find it. */
export const DIGEST_BYTES = 16

export const MOST_SHARES = 16

/**
 * The number of shares, and how many of them open the seal.
 * @throws Problem `usage`
 */
export function ensureShareCounts(shares: number, threshold: number): void {
  const isWhole = Number.isInteger(shares) && Number.isInteger(threshold)
  if (isWhole && threshold >= 2 && threshold <= shares && shares <= MOST_SHARES) return
  throw new Problem('usage', `The number of shares must be from 2 to ${MOST_SHARES}, and the threshold from 2 to that number.`, {
    hint: 'For example: --shares 5 --threshold 3',
  })
}

/** Splits a key of 32 bytes; the caller wipes the shares. */
export async function sharesOf(key: Uint8Array, shares: number, threshold: number): Promise<Uint8Array[]> {
  ensureShareCounts(shares, threshold)
  return split(Uint8Array.from(key), shares, threshold)
}

/** The key of the shares; a wrong key if they do not belong together, or are too few. The caller wipes it. */
export async function keyOfShares(shares: readonly Uint8Array[]): Promise<Uint8Array> {
  return combine(shares.map(share => Uint8Array.from(share)))
}

/** The mark that identifies a share. */
export function shareDigest(share: Uint8Array): Buffer {
  return createHash('sha256').update('1claw/software/share/1').update(share).digest().subarray(0, DIGEST_BYTES)
}

/** The share as text. */
export function shareText(share: Uint8Array): string {
  const bytes = Buffer.concat([share, checkOf(share)])
  let text = ''
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= BITS) {
      bits -= BITS
      text += LETTERS.charAt((value >> bits) & 31)
    }
    value &= (1 << bits) - 1
  }
  bytes.fill(0)
  return PREFIX + (text.match(new RegExp(`.{${GROUP}}`, 'g')) ?? []).join('-')
}

/**
 * The share in a text, with any grouping and case of its letters; the caller wipes it.
 * @throws Problem `request.invalid` for a text that is not a share, or has a mistyped letter. The problem never contains the text.
 */
export function shareIn(text: string): Buffer {
  const letters = text.trim().toLowerCase()
  if (!letters.startsWith(PREFIX)) throw notShare(`This is not a share: one begins with ${PREFIX}.`)
  const read = [...letters.slice(PREFIX.length).replaceAll(/[\s-]/g, '')].map(letter => LETTERS.indexOf(MEANT[letter] ?? letter))
  if (read.includes(-1)) throw notShare('The share is mistyped: it has a character that no share has.')
  if (read.length !== LENGTH) {
    throw notShare(`The share is mistyped: it has ${read.length} letters after ${PREFIX} instead of ${LENGTH}.`)
  }
  const bytes = Buffer.alloc(SHARE_BYTES + CHECK_BYTES)
  let value = 0
  let bits = 0
  let at = 0
  for (const five of read) {
    value = (value << BITS) | five
    bits += BITS
    if (bits < 8) continue
    bits -= 8
    bytes[at++] = value >> bits
    value &= (1 << bits) - 1
  }
  const share = bytes.subarray(0, SHARE_BYTES)
  if (checkOf(share).equals(bytes.subarray(SHARE_BYTES))) return share
  bytes.fill(0)
  throw notShare('The share is mistyped: its check letters do not match.')
}

/** Letters that people write instead of similar ones. */
const MEANT: Readonly<Record<string, string>> = { o: '0', i: '1', l: '1' }

function checkOf(share: Uint8Array): Buffer {
  return createHash('sha256').update(share).digest().subarray(0, CHECK_BYTES)
}

function notShare(detail: string): Problem {
  return new Problem('request.invalid', detail, { hint: 'Compare it with the share that you were given.' })
}
