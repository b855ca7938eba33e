import { createHmac, randomBytes } from 'node:crypto'

/** Personal API keys and agents' keys: the prefix and 32 random bytes in base64url. */
export const KEY_PREFIXES = { user: '1ck_', agent: 'ocv_' } as const

/** Characters of a key that are stored in clear, for look-up and display. */
const SHOWN_CHARACTERS = 12

export interface NewKey {
  /** Shown once, never stored. */
  readonly key: string
  readonly prefix: string
  readonly hash: string
}

export interface KeyHasher {
  create(kind: keyof typeof KEY_PREFIXES): NewKey
  /** 64 hex digits. */
  hash(key: string): string
}

/**
 * HMAC-SHA-256 under a key of this installation. The keys have 256 bits of entropy, so a fast hash is enough; that it is keyed makes
 * a stolen database useless for checking guesses.
 */
export function keyHasher(pepper: Uint8Array): KeyHasher {
  const hash = (key: string) => createHmac('sha256', pepper).update(key).digest('hex')
  return {
    hash,
    create(kind) {
      const key = KEY_PREFIXES[kind] + randomBytes(32).toString('base64url')
      return { key, prefix: key.slice(0, SHOWN_CHARACTERS), hash: hash(key) }
    },
  }
}
