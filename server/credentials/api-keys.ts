import { createHmac, type KeyObject, randomBytes } from 'node:crypto'
import type { Lineage, Open } from '../keys/lineage.ts'

/** Personal API keys and agents' keys: the prefix and 32 random bytes in base64url. */
export const KEY_PREFIXES = { user: '1ck_', agent: 'ocv_' } as const

/** The characters of a key that are stored in clear text, for look-up and display. */
const SHOWN_CHARACTERS = 12

export interface NewKey {
  /** Shown once, never stored. */
  readonly key: string
  readonly prefix: string
  readonly hash: string
}

export interface KeyHasher {
  create(kind: keyof typeof KEY_PREFIXES): NewKey
  /** The stored form: 64 hex digits, after the number of a later pepper: `2:<hex>`. */
  hash(key: string): string
  /** All forms that can be stored, with each active pepper; newest first. */
  hashes(key: string): Hashes
}

/** The first one is stored from now on. */
export type Hashes = readonly [string, ...string[]]

/** The first hash with a stored entry, and that entry; the last hash if none has one. */
export async function firstFound<T>(
  hashes: Hashes,
  find: (hash: string) => T | undefined | Promise<T | undefined>,
): Promise<[T | undefined, string]> {
  let last: string = hashes[0]
  for (const hash of hashes) {
    last = hash
    const found = await find(hash)
    if (found !== undefined) return [found, hash]
  }
  return [undefined, last]
}

/** The prefix of hashes with a pepper; empty for the first. */
export function pepperMark(number: number): string {
  return number === 1 ? '' : `${number}:`
}

/**
 * HMAC-SHA-256 with a key of this installation, the pepper. The keys have 256 bits of entropy, so a fast hash is enough; the pepper makes a
 * stolen database useless for checking guesses.
 */
export function keyHasher(peppers: Lineage<KeyObject>): KeyHasher {
  const under = (pepper: Open<KeyObject>, key: string) =>
    pepperMark(pepper.number) + createHmac('sha256', pepper.key).update(key).digest('hex')
  const hash = (key: string) => under(peppers.current(), key)
  return {
    hash,
    hashes(key) {
      const now = hash(key)
      return [
        now,
        ...peppers
          .accepted()
          .map(pepper => under(pepper, key))
          .filter(each => each !== now),
      ]
    },
    create(kind) {
      const key = KEY_PREFIXES[kind] + randomBytes(32).toString('base64url')
      return { key, prefix: key.slice(0, SHOWN_CHARACTERS), hash: hash(key) }
    },
  }
}
