import type { Page } from 'playwright-core'
import type { Client } from '../../src/client/client.ts'
import type { Contract } from '../../src/contract/all.ts'
import { apiOf, openSignedIn, type Person, signInOn, view } from './console.ts'
import type { TestServer } from './server.ts'
import { storeTransactions } from './stored-transaction.ts'
import type { StripeDouble } from './stripe/double.ts'

/** The time in all pictures. */
export const NOON = Date.UTC(2026, 2, 2, 12)

export const ADA: Person = { email: 'ada@example.com', password: 'a fine loom for numbers 1843' }

export interface Scene {
  readonly server: TestServer
  readonly vault: string
  readonly agent: string
  /** An agent that signs transactions. */
  readonly trader: string
}

const SERVER_STATUS: Contract['server.status']['reply'] = {
  status: 'warning',
  scope: 'server',
  version: '0.1.0',
  parts: [
    { name: 'database', status: 'ok', detail: 'SQLite answers.', latency_ms: 1 },
    { name: 'keys', status: 'ok', detail: 'The key provider (software) answers.', latency_ms: 1 },
    { name: 'audit', status: 'ok', detail: 'Signed up to event 25.', at: new Date(NOON).toISOString() },
    { name: 'verification', status: 'ok', detail: 'The whole audit log was intact.', at: new Date(NOON).toISOString() },
    { name: 'disk', status: 'ok', detail: '74.2 GiB free.' },
    {
      name: 'mail',
      status: 'warning',
      detail: 'Not set up: 3 mails of the last 7 days wait in the outbox folder.',
      at: new Date(NOON).toISOString(),
    },
    { name: 'backup', status: 'off', detail: 'The server has no schedule for backups.' },
    { name: 'address', status: 'ok', detail: 'http://127.0.0.1:8080; only this machine can reach it.' },
    { name: 'rate-limits', status: 'off', detail: 'Off.' },
  ],
}

/** An organisation in use, the same each time: only ids and keys are random. */
export async function furnishGallery(server: TestServer, stripe: StripeDouble): Promise<Scene> {
  const { access_token: token } = await apiOf(server.url).call('auth.signup', { body: { ...ADA, display_name: 'Ada' } })
  const client = apiOf(server.url, token)
  const make = (name: string, description: string) => client.call('vaults.create', { body: { name, description } })
  const { id: vault } = await make('production', 'What customers depend on')
  await make('staging', 'A copy to try things on')
  const put = (path: string, type: 'api_key' | 'password') =>
    client.call('secrets.put', { params: { vault_id: vault, path }, body: { value: 'correct horse', type } })
  await put('db/password', 'password')
  await put('stripe/secret-key', 'api_key')
  await put('stripe/secret-key', 'api_key')
  await put('stripe/webhook', 'api_key')
  const { agent, api_key: key } = await client.call('agents.register', {
    body: { name: 'deployer', description: 'Brings releases out', expires_at: new Date(NOON + 5 * 86_400_000).toISOString() },
  })
  const { agent: trader } = await client.call('agents.register', {
    body: {
      name: 'trader',
      intents_api_enabled: true,
      tx_allowed_chains: ['ethereum'],
      tx_max_value_eth: '0.1',
      tx_daily_limit_eth: '2',
    },
  })
  await client.call('policies.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: 'stripe/*', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
  })
  const asAgent = apiOf(server.url, key)
  const read = (path: string) => asAgent.call('secrets.get', { params: { vault_id: vault, path } })
  for (let reads = 0; reads < 3; reads++) await read('stripe/secret-key')
  await read('db/password').catch(() => {})
  await asAgent.call('access-requests.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: 'db/password', reason: 'Migration of the orders table', duration_seconds: 86_400 },
  })
  await client.call('secrets.put', { params: { vault_id: vault, path: 'old/token' }, body: { value: 'v' } })
  await client.call('secrets.delete', { params: { vault_id: vault, path: 'old/token' } })
  await client.call('org.invite', { body: { email: 'grace@example.com', role: 'member' } })
  await client.call('ip-rules.add', { body: { rule_type: 'allow', cidr: '127.0.0.0/8', label: 'this machine' } })
  await client.call('api-keys.create', { body: { name: 'laptop', scopes: [] } })
  await topUp(client, stripe)
  await tradeOn(server, (await client.call('account.me')).org_id, trader.id)
  return { server, vault, agent: agent.id, trader: trader.id }
}

/** Transactions of the last two weeks, one of them not yet in a block. */
async function tradeOn(server: TestServer, org_id: string, agent_id: string): Promise<void> {
  const sent = (daysAgo: number, milliEther: number, chain_status = 'mined') => {
    const value_wei = `${milliEther}000000000000000`
    return { org_id, agent_id, value_wei, counted_wei: value_wei, chain_status, created_at: NOON - daysAgo * 86_400_000 }
  }
  const days = [120, 0, 60, 300, 90, 0, 0, 450, 200, 75, 0, 180, 240]
  await storeTransactions(server, [
    ...days.map((milliEther, index) => sent(13 - index, milliEther)),
    sent(0, 500),
    sent(0, 300, 'pending'),
  ])
}

/** Buys credits, and gets a part of them refunded. */
async function topUp(client: Client, { sessions, pay, events }: StripeDouble): Promise<void> {
  await client.call('billing.topup', { body: { amount_usd: 25 } })
  const [session = ''] = sessions.keys()
  const [paid] = await pay(session)
  const bought = paid?.data.object as { payment_intent: string } | undefined
  await events.tell(events.refund(bought?.payment_intent ?? '', 400))
}

type Visit = (page: Page, scene: Scene) => Promise<void>

const section =
  (path: (scene: Scene) => string, title: string, shown: string): Visit =>
  async (page, scene) => {
    await openSignedIn(page, scene.server.url + path(scene), ADA, title)
    await page.getByText(shown).first().waitFor()
    for (const loading of await page.locator('.loading').all()) await loading.waitFor({ state: 'detached' })
  }

/** An address in pictures: a new one would have another QR code each time. */
const SHOWN_ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

/** The first step of a signing agent. It creates nothing on the server, where other pictures would show it. */
const madeSigningKey: Visit = async (page, scene) => {
  const posted = (glob: string, json: object, status = 201) =>
    page.route(glob, route => (route.request().method() === 'POST' ? route.fulfill({ status, json }) : route.fallback()))
  const chain = { chain: 'ethereum', chain_id: 1, native_currency: 'ETH' }
  await page.route('**/balances/**', route =>
    route.fulfill({ json: { ...chain, address: SHOWN_ADDRESS, balance_wei: '1500000000000000000' } }),
  )
  await page.route('**/signing-keys/**', route => route.fulfill({ status: 201, json: { address: SHOWN_ADDRESS } }))
  await posted('**/v1/agents', { agent: { id: scene.agent, name: 'trader' }, api_key: 'ocv_shown' })
  await posted('**/policies', {})
  await page.route('**/simulate', route => {
    const { to, value } = route.request().postDataJSON() as { to: string; value: string }
    const reason =
      to !== SHOWN_ADDRESS
        ? `tx_to_allowlist: ${to} is not on the agent's list of 1 address.`
        : Number(value) > 0.1 && `tx_max_value_eth: ${value} ETH is more than the maximum of 0.1 ETH per transaction.`
    return route.fulfill({ json: { status: 'success', guardrails: { allowed: !reason, ...(reason && { reason }) } } })
  })
  await section(() => '/agents/new/signing', 'New signing agent', 'Create the key')(page, scene)
  await page.getByLabel('Name of the agent').fill('trader')
  await page.getByLabel('Chain', { exact: true }).selectOption('ethereum')
  await page.getByLabel('Vault of its key').selectOption('production')
  await page.getByRole('button', { name: 'Create the key' }).click()
  await page.getByText('1.5 ETH').waitFor()
}

/** Every page that has a picture, and how to get there. */
export const GALLERY: Readonly<Record<string, Visit>> = {
  'sign-in': async (page, { server }) => {
    await page.goto(server.url)
    await view(page, 'Sign in')
  },
  open: async (page, { server }) => {
    await page.goto(`${server.url}/open#no-such-link`)
    await view(page, 'This link does not work any more')
  },
  'terminal-sign-in': async (page, { server }) => {
    await page.goto(`${server.url}/cli/verify`)
    await signInOn(page, ADA)
    await view(page, 'Approve a terminal sign-in')
  },
  // Before the pages that keep sending requests: their number would be in this picture.
  audit: section(() => '/audit', 'Audit', 'Denied'),
  overview: section(() => '/', 'Hello, Ada', 'Recent activity'),
  vaults: section(() => '/vaults', 'Vaults', 'What customers depend on'),
  search: async (page, scene) => {
    await section(() => '/vaults', 'Vaults', 'What customers depend on')(page, scene)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('stripe')
    await page.getByRole('option', { selected: true }).waitFor()
    await page.getByRole('option', { name: 'stripe/webhook' }).waitFor()
  },
  grant: async (page, scene) => {
    await section(({ vault }) => `/vaults/${vault}/policies`, 'production', 'stripe/*')(page, scene)
    await page.getByRole('button', { name: 'Grant access' }).click()
    await page.getByRole('dialog').getByLabel('Who').selectOption('deployer')
    await page.getByLabel('Paths', { exact: true }).fill('stripe/*')
    await page.getByText('can read 2 secrets in production now, until removed.').waitFor()
  },
  requests: section(() => '/requests', 'Requests', 'Migration of the orders table'),
  'all-secrets': section(() => '/secrets', 'Secrets', 'Select this page'),
  secrets: section(({ vault }) => `/vaults/${vault}`, 'production', 'stripe/'),
  secret: section(({ vault }) => `/vaults/${vault}/secrets/stripe/secret-key`, 'stripe/secret-key', 'Version 2'),
  policies: section(({ vault }) => `/vaults/${vault}/policies`, 'production', 'stripe/*'),
  'vault-access': section(({ vault }) => `/vaults/${vault}/access`, 'production', 'can read'),
  deleted: section(({ vault }) => `/vaults/${vault}/deleted`, 'production', 'old/token'),
  'all-deleted': section(() => '/secrets/deleted', 'Secrets', 'old/token'),
  'customer-key': section(({ vault }) => `/vaults/${vault}/customer-key`, 'production', 'Turn on'),
  agents: section(() => '/agents', 'Agents', 'deployer'),
  agent: section(({ agent }) => `/agents/${agent}`, 'deployer', 'Why?'),
  'agent-access': section(({ agent }) => `/agents/${agent}/access`, 'deployer', 'Remove access'),
  'agent-settings': section(({ agent }) => `/agents/${agent}/settings`, 'deployer', 'ocv_'),
  'agent-new': section(() => '/agents/new', 'Register an agent', 'Name'),
  'signing-agent': section(() => '/agents/new/signing', 'New signing agent', 'Create the key'),
  'signing-agent-key': madeSigningKey,
  'signing-agent-limits': async (page, scene) => {
    await madeSigningKey(page, scene)
    await page.getByRole('button', { name: 'Continue to limits' }).click()
    await page.getByLabel('Only to these addresses').fill(SHOWN_ADDRESS)
  },
  'signing-agent-try': async (page, scene) => {
    await madeSigningKey(page, scene)
    await page.getByRole('button', { name: 'Continue to limits' }).click()
    await page.getByLabel('Only to these addresses').fill(SHOWN_ADDRESS)
    await page.getByRole('button', { name: 'Register the agent' }).click()
    await page.getByRole('button', { name: 'Simulate' }).click()
    await page.getByText('Max per transaction').waitFor()
  },
  sharing: section(() => '/shares', 'Sharing', 'Shared'),
  'api-keys': section(() => '/api-keys', 'API keys', 'laptop'),
  members: section(() => '/members', 'Members', 'grace@example.com'),
  'ip-rules': section(() => '/ip-rules', 'IP rules', 'this machine'),
  billing: section(() => '/billing', 'Billing', 'GET /v1/vaults'),
  credits: section(() => '/billing/credits', 'Billing', 'Top-up by card'),
  settings: section(() => '/settings', 'Settings', 'Name'),
  server: async (page, scene) => {
    // Free space, durations and the length of the log differ from run to run.
    await page.route('**/v1/server/status', route => route.fulfill({ json: SERVER_STATUS }))
    await section(() => '/server', 'Server', 'Something needs attention')(page, scene)
  },
  account: section(() => '/account', 'Account', 'Second factor'),
}
