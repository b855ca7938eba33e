/**
 * Words that mean a topic or command but are not shown in any help: the singular of each topic, and names that existing scripts use.
 */
const TOPICS: Readonly<Record<string, string>> = {
  agent: 'agents',
  'api-key': 'api-keys',
  chain: 'chains',
  intent: 'intents',
  tx: 'intents',
  'ip-rule': 'ip-rules',
  open: 'console',
  policy: 'policies',
  profile: 'profiles',
  secret: 'secrets',
  share: 'shares',
  vault: 'vaults',
}

const PAIRS: Readonly<Record<string, readonly string[]>> = {
  'env run': ['run'],
  'env export': ['export'],
}

/** The same command line with the names that the help uses. */
export function canonical(argv: readonly string[]): string[] {
  const [first = '', second = '', ...rest] = argv
  if (first === 'help') return [...canonical(argv.slice(1)), '--help']
  const pair = PAIRS[`${first} ${second}`]
  if (pair) return [...pair, ...rest]
  return Object.hasOwn(TOPICS, first) ? [TOPICS[first] ?? first, ...argv.slice(1)] : [...argv]
}
