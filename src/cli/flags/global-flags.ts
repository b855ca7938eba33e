import type { FlagSpecs, FlagValues } from './flag-spec.ts'

export const FORMATS = ['table', 'json', 'yaml', 'csv', 'tsv', 'plain', 'name'] as const
export type Format = (typeof FORMATS)[number]

/** The flags of every command. Each affects one run and changes no setting. */
export const GLOBAL_FLAGS = {
  json: { type: 'boolean', group: 'GLOBAL', description: 'Answer as JSON: the same as --output json.' },
  output: { type: 'string', char: 'o', group: 'GLOBAL', options: FORMATS, description: 'Form of the answer.' },
  jq: {
    type: 'string',
    group: 'GLOBAL',
    value: 'expression',
    description: 'Answer with what this jq expression makes of the JSON: strings as they are, the rest as a line of JSON each.',
  },
  profile: { type: 'string', group: 'GLOBAL', value: 'name', description: 'Use this profile.' },
  'api-url': { type: 'string', group: 'GLOBAL', value: 'url', description: 'Talk to this server.' },
  vault: { type: 'string', group: 'GLOBAL', value: 'name or id', description: 'Work in this vault.' },
  timeout: { type: 'string', group: 'GLOBAL', value: 'duration', description: 'Give up on a request after this long (30s).' },
  'no-input': { type: 'boolean', group: 'GLOBAL', description: 'Never ask anything.' },
  quiet: { type: 'boolean', char: 'q', group: 'GLOBAL', description: 'Say nothing beyond the answer and errors.' },
  verbose: { type: 'boolean', group: 'GLOBAL', description: 'Show each request on stderr, never a value.' },
} as const satisfies FlagSpecs

export type GlobalFlags = FlagValues<typeof GLOBAL_FLAGS>
