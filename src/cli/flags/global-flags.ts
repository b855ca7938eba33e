import type { FlagSpecs, FlagValues } from './flag-spec.ts'

export const FORMATS = ['table', 'json', 'yaml', 'csv', 'tsv', 'plain', 'name'] as const
export type Format = (typeof FORMATS)[number]

/** The flags of every command. Each applies to one run and changes no setting. */
export const GLOBAL_FLAGS = {
  json: { type: 'boolean', group: 'GLOBAL', description: 'Print JSON; the same as --output json.' },
  output: { type: 'string', char: 'o', group: 'GLOBAL', options: FORMATS, description: 'Output format.' },
  jq: {
    type: 'string',
    group: 'GLOBAL',
    value: 'expression',
    description:
      'Filter the JSON with this jq expression. Strings are printed raw; other results are printed as one line of JSON each.',
  },
  profile: { type: 'string', group: 'GLOBAL', value: 'name', description: 'Use this profile.' },
  'api-url': { type: 'string', group: 'GLOBAL', value: 'url', description: 'Use this server.' },
  vault: { type: 'string', group: 'GLOBAL', value: 'name or id', description: 'Use this vault.' },
  'pay-with': {
    type: 'string',
    group: 'GLOBAL',
    value: 'file or intents',
    description:
      'Pay for requests beyond the plan by x402: with the wallet key in a file, or with the signing key of this agent (intents, or intents:<path>). Requires --max-price.',
  },
  'max-price': { type: 'string', group: 'GLOBAL', value: 'dollars', description: 'Maximum price of one request, such as 0.01.' },
  timeout: { type: 'string', group: 'GLOBAL', value: 'duration', description: 'Time limit for each request (default: 30s).' },
  'no-pager': {
    type: 'boolean',
    group: 'GLOBAL',
    description: 'Print a long table without the pager (ONECLAW_PAGER, PAGER or less).',
  },
  'no-input': { type: 'boolean', group: 'GLOBAL', description: 'Never prompt.' },
  quiet: { type: 'boolean', char: 'q', group: 'GLOBAL', description: 'Print only the result and errors.' },
  verbose: { type: 'boolean', group: 'GLOBAL', description: 'Log each request on stderr, without values.' },
} as const satisfies FlagSpecs

export type GlobalFlags = FlagValues<typeof GLOBAL_FLAGS>
