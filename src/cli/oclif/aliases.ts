/** Other names of topics and commands that no help shows: the singular of each topic, and names in existing scripts. */
const TOPICS: Readonly<Record<string, string>> = {
  agent: 'agents',
  'api-key': 'api-keys',
  chain: 'chains',
  intent: 'intents',
  tx: 'intents',
  'ip-rule': 'ip-rules',
  key: 'keys',
  open: 'console',
  policy: 'policies',
  profile: 'profiles',
  ref: 'refs',
  secret: 'secrets',
  share: 'shares',
  vault: 'vaults',
}

const PAIRS: Readonly<Record<string, readonly string[]>> = {
  'env run': ['run'],
  'env export': ['export'],
}

/** Topics within topics; their first word is already the one that the help uses. */
const INNER: Readonly<Record<string, string>> = {
  'admin chain': 'chains',
  'admin mail': 'mails',
  'admin user': 'users',
  'agents key': 'keys',
  'intents key': 'keys',
}

/** The same command line with the names that the help uses. */
export function canonical(argv: readonly string[]): string[] {
  const [first = '', second = '', ...rest] = argv
  if (first === 'help') return [...canonical(argv.slice(1)), '--help']
  const pair = PAIRS[`${first} ${second}`]
  if (pair) return [...pair, ...rest]
  const topic = Object.hasOwn(TOPICS, first) ? (TOPICS[first] ?? first) : first
  const inner = INNER[`${topic} ${second}`] ?? second
  return [topic, inner, ...rest].slice(0, argv.length)
}
