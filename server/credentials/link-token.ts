import { createHash, randomBytes } from 'node:crypto'

/** The token of a link or a challenge: 256 random bits. Only its hash is stored, so a stolen database opens nothing. */
export interface LinkToken {
  readonly token: string
  /** 64 hex digits. */
  readonly hash: string
}

export function newLinkToken(): LinkToken {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: linkTokenHash(token) }
}

/** With so much entropy a fast hash is enough. */
export function linkTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
