/** Flags of commands that read or write values. One file: each is loaded on every read. */
import type { FlagSpecs, FlagValues } from './flag-spec.ts'

/** For commands that read or write values. */
export const CMEK_FLAGS = {
  'cmek-key-file': { type: 'string', value: 'file', description: 'The customer key of the vault, if it has one.' },
} as const satisfies FlagSpecs

/** For commands that read values: whether the cache of this machine may replace the server. */
export const CACHE_FLAGS = {
  offline: { type: 'boolean', description: 'Do not contact the server: use the cached values of this machine, or fail.' },
  'prefer-offline': {
    type: 'boolean',
    description: 'Use cached values that are recent enough, and ask the server for the others.',
  },
  'cache-max-age': {
    type: 'string',
    value: 'duration',
    description:
      'Maximum age of cached values (default: 1h with --prefer-offline, 7d with --offline). On its own: use them only when the server cannot be reached.',
  },
} as const satisfies FlagSpecs

export type CacheFlags = FlagValues<typeof CACHE_FLAGS>
