import type { Facts, Reach, Reference } from './source.ts'

/** A room that another room may import, and how: `any` import, only types, or only a dynamic import (or types). */
interface Allowed {
  readonly to: RegExp
  readonly how: 'any' | 'type' | 'lazy'
}

interface Room {
  readonly name: string
  readonly at: RegExp
  readonly allowed: readonly Allowed[]
}

const to = (pattern: string, how: Allowed['how'] = 'any'): Allowed => ({ to: new RegExp(`^(${pattern})`), how })

const SHARED = to('src/(contract|crypto)/|src/(problem|path-pattern|duration|name-match|uuid|shell-word)\\.ts$')
const FLOOR = to('server/(http|policy|stores|credentials|db|keys|mail|threads)/')
const PROBLEM = to('src/problem\\.ts$')
const PATH_PATTERN = to('src/path-pattern\\.ts$')
const NAME_MATCH = to('src/name-match\\.ts$')
const SECRET_READERS = to('src/secret-readers\\.ts$')
const SHELL_WORD = to('src/shell-word\\.ts$')
const UUID = to('src/uuid\\.ts$')
const DURATION = to('src/duration\\.ts$')

/**
 * What may import what: bin → commands → src ← server, with dotted edges to the server from `src/cli/fast-path/serve.ts` and from
 * commands that run without the network: `commands/admin/bootstrap.ts`, `backup`, `restore` and `keys seal`. The first room
 * whose place matches is the one a file is in; within a room everything may be imported, except between modules of the server.
 */
const ROOMS: readonly Room[] = [
  { name: 'the start from a checkout', at: /^bin\/dev\.js$/, allowed: [to('bin/run\\.js$|scripts/ready\\.js$')] },
  { name: 'the start of the process', at: /^bin\//, allowed: [to('commands/|src/cli/|src/problem\\.ts$|package\\.json$')] },
  {
    name: 'the bootstrap command',
    at: /^commands\/admin\/bootstrap\.ts$/,
    allowed: [to('commands/|src/cli/'), PROBLEM, to('server/start/bootstrap\\.ts$', 'lazy')],
  },
  {
    name: 'the commands of backups',
    at: /^commands\/(backup|restore|restore\/drill)\.ts$/,
    allowed: [to('commands/|src/cli/'), PROBLEM, to('server/backup/commands\\.ts$', 'lazy')],
  },
  {
    name: 'the seal command',
    at: /^commands\/keys\/seal\.ts$/,
    allowed: [to('commands/|src/cli/'), PROBLEM, to('server/start/local-seal\\.ts$', 'lazy')],
  },
  {
    name: 'commands',
    at: /^commands\//,
    allowed: [to('commands/|src/cli/(?!ui/)'), PROBLEM, SHELL_WORD, to('src/(views|cli/ui)/', 'lazy')],
  },
  { name: 'the problem table', at: /^src\/problem\.ts$/, allowed: [] },
  {
    name: 'path patterns, durations, names, readers, ids and words of a shell',
    at: /^src\/(path-pattern|duration|name-match|secret-readers|uuid|shell-word)\.ts$/,
    allowed: [],
  },
  { name: 'crypto', at: /^src\/crypto\//, allowed: [to('src/crypto/')] },
  { name: 'the contract', at: /^src\/contract\//, allowed: [to('src/contract/'), PROBLEM, PATH_PATTERN] },
  { name: 'the client', at: /^src\/client\//, allowed: [to('src/client/'), PROBLEM, to('src/contract/', 'type')] },
  { name: 'the SDK', at: /^src\/sdk\//, allowed: [to('src/(sdk|client|crypto)/'), PROBLEM, to('src/contract/', 'type')] },
  {
    name: 'the serve command',
    at: /^src\/cli\/fast-path\/serve\.ts$/,
    allowed: [to('src/cli/'), PROBLEM, to('server/main\\.ts$', 'lazy')],
  },
  {
    name: 'the interface on the terminal',
    at: /^src\/cli\/ui\//,
    allowed: [to('src/(cli|client)/'), to('src/views/', 'type'), PROBLEM, NAME_MATCH],
  },
  {
    name: 'the command line',
    at: /^src\/cli\//,
    allowed: [
      to('src/(client|crypto|sdk)/|src/cli/(?!ui/)'),
      PROBLEM,
      PATH_PATTERN,
      DURATION,
      NAME_MATCH,
      SECRET_READERS,
      UUID,
      SHELL_WORD,
    ],
  },
  { name: 'views', at: /^src\/views\//, allowed: [to('src/views/')] },
  { name: 'http', at: /^server\/http\//, allowed: [to('server/(http|policy)/|src/contract/'), PROBLEM, PATH_PATTERN, UUID] },
  { name: 'policy', at: /^server\/policy\//, allowed: [to('server/policy/|src/contract/'), PROBLEM, PATH_PATTERN] },
  { name: 'db', at: /^server\/db\//, allowed: [to('server/db/|src/crypto/'), PROBLEM] },
  {
    name: 'the process that holds the token',
    at: /^server\/keys\/pkcs11\/worker\//,
    allowed: [to('server/keys/pkcs11/(worker|wire)/|server/keys/primitives/|server/keys/[\\w-]+\\.ts$|src/crypto/'), PROBLEM],
  },
  { name: 'keys', at: /^server\/keys\//, allowed: [to('server/keys/|src/crypto/'), PROBLEM, UUID] },
  {
    name: 'credentials',
    at: /^server\/credentials\//,
    allowed: [to('server/(credentials|keys|policy|stores|db)/|src/crypto/'), PROBLEM, UUID],
  },
  {
    name: 'stores',
    at: /^server\/stores\//,
    allowed: [to('server/(stores|db|policy)/|src/(crypto|contract)/'), PROBLEM, PATH_PATTERN],
  },
  {
    name: 'metrics',
    at: /^server\/metrics\//,
    allowed: [to('server/metrics/'), to('server/(keys|db|mail)/', 'type'), PROBLEM],
  },
  { name: 'mail', at: /^server\/mail\//, allowed: [to('server/mail/'), to('server/(stores|db)/', 'type'), PROBLEM] },
  { name: 'threads', at: /^server\/threads\//, allowed: [to('server/threads/')] },
  { name: 'a module', at: /^server\/modules\//, allowed: [FLOOR, SHARED, to('server/config/', 'type')] },
  { name: 'jobs', at: /^server\/jobs\//, allowed: [to('server/jobs/'), FLOOR, SHARED, to('server/modules/', 'type')] },
  {
    name: 'backups',
    at: /^server\/backup\//,
    allowed: [FLOOR, SHARED, to('server/(backup|config)/|server/start/key-stores\\.ts$')],
  },
  { name: 'settings', at: /^server\/config\//, allowed: [to('server/config/'), FLOOR, PROBLEM, DURATION] },
  {
    name: 'elements of pages',
    at: /^server\/console\/ui\//,
    allowed: [
      to('server/console/(ui|session)/|server/console/(failure|time)\\.ts$|src/client/'),
      PROBLEM,
      SHELL_WORD,
      PATH_PATTERN,
      to('src/contract/', 'type'),
    ],
  },
  {
    name: 'the console',
    at: /^server\/console\//,
    allowed: [
      to('server/console/|src/client/|src/crypto/(audit-trail-file|cmek)\\.ts$|src/sdk/deciphering\\.ts$'),
      PROBLEM,
      SECRET_READERS,
      PATH_PATTERN,
      NAME_MATCH,
      SHELL_WORD,
      UUID,
      to('src/contract/', 'type'),
    ],
  },
  { name: 'the composition root', at: /^server\/(start\/)?[\w-]+\.ts$/, allowed: [to('server/(?!console/)'), SHARED] },
  { name: 'what stands outside the product', at: /^(test|scripts)\/|^[\w.]+\.ts$/, allowed: [to('')] },
]

/** The faults of a file against the rooms, one sentence each. */
export function roomFaults({ path, references }: Facts): string[] {
  const room = ROOMS.find(each => each.at.test(path))
  if (!room) return [`${path} is in no room of the house; say in rooms.ts what may be imported there.`]
  return references
    .filter(({ target, ours }) => ours && !sameModule(path, target))
    .filter(reference => !room.allowed.some(each => admits(each, reference)))
    .map(({ target, reach }) => `${path}: ${room.name} may not import ${target} (${reach} import).`)
}

const ENOUGH: Record<Allowed['how'], readonly Reach[]> = {
  any: ['value', 'type', 'dynamic'],
  type: ['type'],
  lazy: ['type', 'dynamic'],
}

function admits(each: Allowed, { target, reach }: Reference): boolean {
  return each.to.test(target) && ENOUGH[each.how].includes(reach)
}

/** Files of one area of the server are one module. */
function sameModule(path: string, target: string): boolean {
  const area = /^server\/modules\/[^/]+\//.exec(path)?.[0]
  return area !== undefined && target.startsWith(area)
}
