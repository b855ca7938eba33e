import type { FlagValues, HotSpec } from './flag-spec.ts'

/** Which secrets become variables, and under which names; `run` and `export` share it. */
export const SELECTION_FLAGS = {
  prefix: { type: 'string', value: 'text', description: 'Take the secrets whose path starts with this.' },
  only: { type: 'string', value: 'A,B', multiple: true, description: 'Take these variables and no others; each must be there.' },
  name: {
    type: 'string',
    options: ['last', 'path'],
    description: 'Name a variable after the last segment of its path (prod/db-url: DB_URL) or after all of it (PROD_DB_URL).',
  },
  'env-file': {
    type: 'string',
    value: 'file',
    multiple: true,
    description: 'Also take the lines of a .env file; a value like 1claw://vault/path (?version=2) is read from there.',
  },
} as const satisfies HotSpec['flags']

export const RUN = {
  id: 'run',
  args: [],
  variadic: 'path',
  passthrough: true,
  flags: {
    ...SELECTION_FLAGS,
    overload: { type: 'boolean', description: 'Let secrets win over variables that are set already; otherwise those are kept.' },
    pristine: { type: 'boolean', description: 'Inherit nothing but what programs need to run (PATH, HOME, LANG and the like).' },
    mask: {
      type: 'boolean',
      description: 'Hide the values in output that goes into a file or pipe; a terminal gets it as it is.',
    },
    watch: { type: 'boolean', description: 'Start the program anew when one of its secrets changes.' },
  },
} as const satisfies HotSpec

export type SelectionFlags = FlagValues<typeof SELECTION_FLAGS>
