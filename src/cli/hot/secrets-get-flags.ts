import type { HotSpec } from './flag-spec.ts'

export const SECRETS_GET = {
  id: 'secrets get',
  args: ['path'],
  flags: {
    version: { type: 'integer', min: 1, max: 2147483647, value: 'n', description: 'Read this version instead of the newest.' },
    'out-file': { type: 'string', value: 'file', description: 'Write the value to a file that only you can read (0600).' },
  },
} as const satisfies HotSpec
