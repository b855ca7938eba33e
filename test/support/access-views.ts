import type { Page } from 'playwright-core'
import { apiOf, askFromTerminal, openSignedIn, type Person, view } from './console.ts'

/** Agents, keys and shares to look at. */
export interface AccessScene {
  readonly url: string
  readonly person: Person
  readonly agentId: string
  readonly workloadId: string
  readonly inboundId: string
  readonly linkId: string
}

const LONG = 'a-name-without-a-single-place-to-break-it-anywhere-'

/** Creates them, with names and paths that are hard to fit. */
export async function sceneOfAccess(url: string, person: Person, token: string): Promise<AccessScene> {
  const client = apiOf(url, token)
  const expires_at = new Date(Date.now() + 3 * 86_400_000).toISOString()
  const { id: vault } = await client.call('vaults.create', { body: { name: LONG.repeat(3) } })
  const path = `prod/${LONG}/${LONG}`
  const secret = await client.call('secrets.put', { params: { vault_id: vault, path }, body: { value: LONG.repeat(9) } })
  const { agent, api_key: key } = await client.call('agents.register', {
    body: {
      name: LONG.repeat(3),
      description: LONG.repeat(4),
      intents_api_enabled: true,
      scopes: [`${path}/**`, 'prod/**'],
      expires_at,
    },
  })
  const { agent: workload } = await client.call('agents.register', {
    body: {
      name: 'ci',
      auth_method: 'oidc_client_credentials',
      oidc_issuer: `https://${LONG}.example.com`,
      oidc_client_id: LONG,
      vault_ids: [vault],
    },
  })
  await client.call('policies.create', {
    params: { vault_id: vault },
    body: {
      secret_path_pattern: 'prod/**',
      principal_type: 'agent',
      principal_id: agent.id,
      permissions: ['read', 'write'],
      expires_at,
      conditions: { ip_allowlist: ['10.0.0.0/8', '127.0.0.1'] },
    },
  })
  await apiOf(url, key).call('access-requests.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: `prod/${LONG}/*`, permissions: ['delete'], reason: LONG.repeat(5), duration_seconds: 5_400 },
  })
  await apiOf(url).call('agents.enroll', { body: { name: LONG, human_email: person.email, description: LONG.repeat(3) } })
  await askFromTerminal(url, person.email)
  const share = { params: { secret_id: secret.id }, body: { expires_at, max_access_count: 3 } }
  const inbound = await apiOf(url, key).call('shares.create', {
    ...share,
    body: { ...share.body, recipient_type: 'creator', passphrase: 'sesame' },
  })
  await client.call('shares.accept', { params: { share_id: inbound.id } })
  const link = await client.call('shares.create', { ...share, body: { ...share.body, recipient_type: 'anyone_with_link' } })
  await client.call('shares.create', {
    ...share,
    body: { ...share.body, recipient_type: 'external_email', email: `${LONG}@example.com` },
  })
  await client.call('api-keys.create', { body: { name: LONG.repeat(2), scopes: [`${path}/**`, 'team:ops'], expires_at } })
  return { url, person, agentId: agent.id, workloadId: workload.id, inboundId: inbound.id, linkId: link.id }
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const pressInDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click()

async function agent({ url, person, agentId }: AccessScene, page: Page, view = '') {
  await openSignedIn(page, `${url}/agents/${agentId}${view}`, person, /^a-name/)
}

async function newAgent({ url, person }: AccessScene, page: Page) {
  await openSignedIn(page, `${url}/agents/new`, person, 'Register an agent')
  await page.getByLabel('Can request transaction signatures').check()
}

async function apiKeys({ url, person }: AccessScene, page: Page) {
  await openSignedIn(page, `${url}/api-keys`, person, 'API keys')
  await page.getByRole('table').waitFor()
}

async function outbound({ url, person }: AccessScene, page: Page) {
  await openSignedIn(page, `${url}/shares/outbound`, person, 'Sharing')
  await page.getByRole('table').waitFor()
}

/** The views of agents, API keys and sharing, and how to reach them. */
export const ACCESS_VIEWS: Readonly<Record<string, (scene: AccessScene, page: Page) => Promise<void>>> = {
  agents: async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/agents`, person, 'Agents')
    await page.getByRole('table').waitFor()
  },
  'an agent': async (scene, page) => {
    await agent(scene, page)
    await page
      .getByText('Nothing was denied in this period.')
      .or(page.getByRole('table', { name: 'Denied' }))
      .waitFor()
  },
  'an agent, its log': async (scene, page) => {
    await agent(scene, page, '/log')
    await page.getByRole('table').or(page.getByText('No events match these filters.')).first().waitFor()
  },
  'an agent, access to be granted, with faults': async (scene, page) => {
    await agent(scene, page, '/access')
    await page.getByRole('table', { name: 'Policies of the agent' }).waitFor()
    await press(page, 'Grant access')
    await pressInDialog(page, 'Grant access')
  },
  'an agent, key to be rotated': async (scene, page) => {
    await agent(scene, page, '/settings')
    await page.getByText('Identity keys').first().click()
    await press(page, 'Rotate the key')
    await page.getByRole('dialog').waitFor()
  },
  'an agent to register, with faults': async (scene, page) => {
    await newAgent(scene, page)
    await press(page, 'Register')
    await page.getByText('Enter a name.').waitFor()
  },
  'an agent registered': async (scene, page) => {
    await newAgent(scene, page)
    await page.getByLabel('Name', { exact: true }).fill(LONG.repeat(2))
    await page.getByLabel('Paths', { exact: true }).fill(`prod/${LONG}/**`)
    await press(page, 'Register')
    await view(page, 'Agent registered')
  },
  'an agent to edit': async ({ url, person, workloadId }, page) => {
    await openSignedIn(page, `${url}/agents/${workloadId}/edit`, person, 'Edit the agent')
    await page.getByLabel('Name', { exact: true }).waitFor()
  },
  requests: async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/requests`, person, 'Requests')
    await page.getByText('asks to sign in as you').waitFor()
  },
  'request to be declined': async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/requests`, person, 'Requests')
    await page.getByRole('button', { name: /^Decline/ }).click()
    await page.getByLabel('Reason (optional)').fill(LONG)
  },
  'all secrets, one selected': async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/secrets`, person, 'Secrets')
    await page.getByRole('checkbox', { name: /^Select prod/ }).check()
    await page.getByText('1 secret selected.').waitFor()
    await page.getByRole('button', { name: /^Never read/ }).click()
    await page.getByRole('button', { name: /^Never read/, pressed: true }).waitFor()
  },
  'ages of all secrets': async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/secrets?map=all`, person, 'Secrets')
    await page.getByRole('button', { name: /^up to 7 days/ }).click()
    await page.locator('.heat-frame').getByRole('link').focus()
  },
  'vault of a new secret': async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/secrets`, person, 'Secrets')
    await press(page, 'New secret')
    await page.getByRole('button', { name: 'Continue' }).waitFor()
  },
  'secrets to import': async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/secrets`, person, 'Secrets')
    await press(page, 'Import')
    await page.getByLabel('A .env or JSON file').fill(`${'NAME_'.repeat(40)}=1\nOTHER=2`)
    await pressInDialog(page, 'Preview')
    await page.getByText('2 new, 0 changed, 0 the same.').waitFor()
  },
  'API keys': apiKeys,
  'an API key to make, with faults': async (scene, page) => {
    await apiKeys(scene, page)
    await press(page, 'New API key')
    await page.getByLabel('Access').selectOption('paths')
    await pressInDialog(page, 'Create')
  },
  'an API key made': async (scene, page) => {
    await apiKeys(scene, page)
    await press(page, 'New API key')
    await page.getByLabel('Name', { exact: true }).fill(LONG)
    await pressInDialog(page, 'Create')
    await page.locator('.shared-value').waitFor()
  },
  'shared with me': async ({ url, person }, page) => {
    await openSignedIn(page, `${url}/shares`, person, 'Sharing')
    await page.getByRole('table').waitFor()
  },
  'shared by me': outbound,
  'the link of a share': async (scene, page) => {
    await outbound(scene, page)
    await page.getByRole('button', { name: 'QR code' }).first().click()
    await page.getByRole('dialog').waitFor()
  },
  'a share to open': async ({ url, person, inboundId }, page) => {
    await openSignedIn(page, `${url}/shares/${inboundId}`, person, 'A secret is shared with you')
  },
  'a share for anybody': async ({ url, linkId }, page) => {
    await page.goto(`${url}/v1/share/${linkId}`)
    await view(page, 'A secret is shared with you')
  },
  'a share for anybody, opened': async ({ url, linkId }, page) => {
    await page.goto(`${url}/v1/share/${linkId}`)
    await press(page, 'Reveal')
    await view(page, 'The secret')
  },
  'a share for somebody else': async ({ url, agentId }, page) => {
    await page.goto(`${url}/v1/share/${agentId}`)
    await view(page, 'Sign in')
  },
}
