import type { FlagValues, HotSpec } from './flag-spec.ts'
import { CACHE_FLAGS, CMEK_FLAGS } from './value-flags.ts'

/** Which secrets become variables, and under which names; shared by `run` and `export`. */
export const SELECTION_FLAGS = {
  prefix: { type: 'string', value: 'text', description: 'Select secrets whose path starts with this prefix.' },
  only: { type: 'string', value: 'A,B', multiple: true, description: 'Select only these variables. Each must exist.' },
  exclude: {
    type: 'string',
    value: 'pattern',
    multiple: true,
    description: 'Exclude matching paths or variables, such as prod/legacy/* or OLD_KEY.',
  },
  'allow-special': {
    type: 'string',
    value: 'NAME',
    multiple: true,
    description: 'Set this variable even though it controls how programs run (such as NODE_OPTIONS or GIT_SSH_COMMAND).',
  },
  name: {
    type: 'string',
    options: ['last', 'path'],
    description:
      'Name each variable after the last segment of its path (prod/db-url: DB_URL) or after the whole path (PROD_DB_URL).',
  },
  ...CMEK_FLAGS,
  ...CACHE_FLAGS,
  'env-file': {
    type: 'string',
    // Node.js looks for the long name in every command line, and exits before the program starts if the file is missing.
    char: 'e',
    value: 'file',
    multiple: true,
    description:
      'Also read a .env file. Values like 1claw://vault/path (?version=2, ?field=name) are replaced by the secrets they name.',
  },
} as const satisfies HotSpec['flags']

export const RUN = {
  id: 'run',
  args: [],
  variadic: 'path',
  passthrough: true,
  flags: {
    ...SELECTION_FLAGS,
    overload: { type: 'boolean', description: 'Replace variables that are already set. By default they are kept.' },
    pristine: { type: 'boolean', description: 'Inherit only what programs need to run (PATH, HOME, LANG and similar).' },
    mask: {
      type: 'string',
      options: ['pipes', 'always'],
      bare: 'pipes',
      description:
        'Mask the values in what the program prints to files and pipes. With --mask=always also on a terminal: the program then runs in a terminal of its own.',
    },
    watch: { type: 'boolean', description: 'Restart the program when one of its secrets changes.' },
  },
} as const satisfies HotSpec

export type SelectionFlags = FlagValues<typeof SELECTION_FLAGS>
