import type { Facts } from './source.ts'

/** A rule for single files: returns the fault of a file, or false. */
interface Habit {
  /** Files to which the rule applies; all if absent. */
  readonly at?: RegExp
  /** Files that are exempt. */
  readonly except?: RegExp
  readonly fault: (facts: Facts) => string | false
}

const GENERATED = /^src\/client\/routes\.ts$/
const MIGRATIONS = /^server\/db\/migrations\//

/** Files that parse JSON themselves, because no store decodes it. */
export const OWN_JSON: Readonly<Record<string, string>> = {
  'server/modules/audit/anchor.ts': 'a file beside the database',
  'server/modules/billing/x402/facilitator.ts': 'an answer of the facilitator',
  'server/modules/billing/x402/proof.ts': 'a header of a request',
  'server/modules/chains/rpc.ts': 'an answer of a node',
  'server/modules/intents/simulation/tenderly.ts': 'an answer of Tenderly',
  'server/modules/keys/migration/state.ts': 'replaced only where the text is still the one that was read',
  'server/modules/keys/server/material.ts': 'replaced only where the text is still the one that was read',
}

/** Files that may wait for a fixed time. A test that waits for a state is never one of them. */
export const OWN_SLEEPS: Readonly<Record<string, string>> = {
  'test/cli/paying.test.ts': 'the pause between two tries of the payer, shortened',
  'test/support/chaos/rounds.ts': 'the moment at which a process is killed, drawn by chance',
  'test/support/database-child.ts': 'the process holds its lock until it is killed',
  'test/unit/server/jobs/deliver-mail.test.ts': 'how long the mail server of the test takes',
  'test/unit/server/jobs/interval.test.ts': 'how long the job of the test takes, by a clock of the test',
  'test/unit/server/modules/secrets/queue-by-key.test.ts': 'how long the tasks of the test take',
}

/** Columns that hold a flag, by their names. */
const FLAG = /(^|\.)((is|has|holds)_\w+|\w+_enabled)$/

const tooLong = (limit: number) => (facts: Facts) =>
  facts.lines > limit && `has ${facts.lines} lines; ${limit} is the limit, so split it.`

/** The first chain of names that the pattern finds, as a fault. */
const says = (chains: readonly string[], pattern: RegExp, fault: (found: string) => string): string | false => {
  const found = chains.find(chain => pattern.test(chain))
  return found !== undefined && fault(found)
}

const HABITS: readonly Habit[] = [
  { except: new RegExp(`${GENERATED.source}|${MIGRATIONS.source}`), fault: tooLong(300) },
  {
    fault: ({ path }) =>
      /(^|\/)(utils?|helpers?|common|types|index)\.(ts|tsx|js|mjs)$|\/(utils?|helpers?|common)\//.test(path) &&
      'has a name that says nothing of what is in it.',
  },
  { fault: ({ exportsAll }) => exportsAll && 'says `export *`; name what it exports.' },
  {
    at: /^(src|commands|server)\//,
    // These start the program that replaces the process, with its environment, and read no setting from it.
    except: /^server\/config\/config\.ts$|^src\/cli\/(context\/context|session\/real-context|env\/terminal\/take-terminal)\.ts$/,
    fault: ({ members, references }) =>
      says(
        members,
        /^(globalThis\.)?process\.env\b/,
        () => 'reads process.env; settings come from server/config/config.ts or the context.',
      ) ||
      (references.some(({ target }) => /^(node:)?process$/.test(target)) &&
        'imports node:process, which hides what it reads of it.'),
  },
  {
    fault: ({ members }) =>
      says(members, /^vi\.(mock|doMock|unmock|doUnmock|importMock)$/, found => `calls ${found}; hand in a fake instead.`),
  },
  {
    at: /^(src|commands|server)\//,
    except: /^server\/http\//,
    fault: ({ calls }) =>
      says(calls, /(^|\.)(app|server|fastify|instance)(\(\))?\.(route|get|head|post|put|patch|delete|options|all)$/, found => {
        return `calls ${found}; a route is added through mount().`
      }),
  },
  {
    fault: ({ comments }) => comments.some(text => /^[\s*]*@ts-(ignore|nocheck)/m.test(text)) && 'switches the type checker off.',
  },
  {
    fault: ({ casts }) =>
      casts.some(chain => chain.includes('any') || /unknown,./.test(chain.join(','))) &&
      'casts through any or unknown; narrow the value.',
  },
  {
    at: /^server\//,
    except: /^server\/(stores|db)\//,
    fault: ({ members }) =>
      says(
        members,
        /\.(selectFrom|insertInto|updateTable|deleteFrom|replaceInto|mergeInto)$/,
        found => `calls ${found}; SQL is written in server/stores.`,
      ),
  },
  {
    at: /^server\/(modules|policy)\//,
    fault: ({ path, calls }) =>
      !Object.hasOwn(OWN_JSON, path) &&
      says(calls, /^JSON\.parse$/, found => `calls ${found}; a store in server/stores decodes what it holds.`),
  },
  {
    at: /^server\//,
    except: /^server\/(stores|db|console)\//,
    fault: ({ comparedToBits }) =>
      says(comparedToBits, FLAG, found => `compares ${found} with 0 or 1; a store answers flags as booleans.`),
  },
  {
    at: /^server\/console\//,
    except: /^server\/console\/ui\/(use-now|data\/use-refreshed)\.ts$/,
    fault: ({ calls }) =>
      says(calls, /(^|\.)setInterval$/, found => {
        return `calls ${found}; what a page asks by itself goes through useRefreshed, so that a session still ends.`
      }),
  },
  {
    at: /^test\//,
    fault: ({ members }) =>
      says(members, /^(it|test|describe|suite|bench)\b.*\.(skip|only|todo|skipIf|runIf|fails)$|^(context|ctx)\.skip$/, found => {
        return `says ${found}; a test runs and can fail.`
      }),
  },
  {
    at: /^test\//,
    except: /^test\/bench\//,
    fault: ({ path, sleeps: [first] }) =>
      first !== undefined &&
      !Object.hasOwn(OWN_SLEEPS, path) &&
      `waits for a time: ${first}; wait for a state with expect.poll, vi.waitFor or a loop that looks.`,
  },
  {
    at: /^test\/(browser|support)\//,
    fault: ({ pageReads: [first] }) =>
      first !== undefined && `reads the page once: ${first}; wait for the state with await expect.poll(() => …).`,
  },
  {
    at: /^commands\//,
    fault: ({ members }) => says(members, /^(globalThis\.)?process\.exit$/, () => 'calls process.exit; throw a Problem.'),
  },
]

/** The faults of a file against the rules of the house, one sentence each. */
export function habitFaults(facts: Facts): string[] {
  return HABITS.filter(({ at, except }) => (at?.test(facts.path) ?? true) && !except?.test(facts.path)).flatMap(({ fault }) => {
    const found = fault(facts)
    return found === false ? [] : [`${facts.path} ${found}`]
  })
}
