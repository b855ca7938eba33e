import type { FlagSpecs } from './flag-spec.ts'

/** For commands that read or write values. */
export const CMEK_FLAGS = {
  'cmek-key-file': { type: 'string', value: 'file', description: 'The customer key of the vault, if it has one.' },
} as const satisfies FlagSpecs
