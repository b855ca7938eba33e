import { Flags } from '@oclif/core'
import { instantAfter, instantOf } from './duration.ts'

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

/** The `expires_at` of a request; absent when neither flag was given. Throws `usage`. */
export function expiryOf(flags: ExpiryFlags, now: number): { expires_at?: string } {
  if (flags['expires-at'] !== undefined) return { expires_at: instantOf(flags['expires-at']) }
  if (flags['expires-in'] !== undefined) return { expires_at: instantAfter(now, flags['expires-in']) }
  return {}
}
