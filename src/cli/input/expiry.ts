import { Flags } from '@oclif/core'
import type { Client } from '../../client/client.ts'
import { serverNow } from '../session/server-clock.ts'
import { instantOf, spanMs } from './duration.ts'

export const expiryFlags = {
  'expires-at': Flags.string({ helpValue: '<date>', description: 'Expiry date: 2030-01-31 or 2030-01-31T12:00:00Z.' }),
  'expires-in': Flags.string({
    helpValue: '<duration>',
    exclusive: ['expires-at'],
    description: 'Time until expiry: 12h, 30d.',
  }),
}

interface ExpiryFlags {
  readonly 'expires-at'?: string | undefined
  readonly 'expires-in'?: string | undefined
}

export function hasExpiry(flags: ExpiryFlags): boolean {
  return flags['expires-at'] !== undefined || flags['expires-in'] !== undefined
}

/** The `expires_at` of a request; empty when neither flag was given. */
export type Expiry = (client: Pick<Client, 'raw'>, now: number) => Promise<{ expires_at?: string }>

/** The expiry in the flags. A duration is counted by the server's clock, which decides the expiry. Throws `usage` at once. */
export function expiryOf(flags: ExpiryFlags, fallback?: string): Expiry {
  if (flags['expires-at'] !== undefined) {
    const expires_at = instantOf(flags['expires-at'])
    return async () => ({ expires_at })
  }
  const span = flags['expires-in'] ?? fallback
  if (span === undefined) return async () => ({})
  const ms = spanMs(span)
  return async (client, now) => ({ expires_at: new Date((await serverNow(client, now)) + ms).toISOString() })
}
