import type { Page } from 'playwright-core'
import type { Contract } from '../../src/contract/all.ts'
import { apiOf, joined, newPerson, openSignedIn, type Person, signUp } from './console.ts'
import type { Views } from './people-views.ts'
import type { TestServer } from './server.ts'

const LONG = 'a-segment-that-does-not-end-'.repeat(6)

/** Creates one of everything, with names that are long or look like markup; returns its vault. */
export async function furnish(url: string, token: string): Promise<string> {
  const client = apiOf(url, token)
  const { id } = await client.call('vaults.create', { body: { name: `<b>production</b> ${'x'.repeat(80)}`, description: LONG } })
  const put = (path: string, body: Partial<Contract['secrets.put']['body']>) =>
    client.call('secrets.put', { params: { vault_id: id, path }, body: { value: LONG, ...body } })
  await put(`app/${LONG}`, { type: 'password', metadata: { [LONG]: LONG } })
  await put('app/key', { max_access_count: 1, expires_at: new Date(Date.now() + 86_400_000).toISOString() })
  for (const B of ['<b>', '<i>']) await put('bundle', { type: 'env_bundle', value: JSON.stringify({ [LONG]: LONG, B }) })
  await client.call('intents.create-key', { params: { vault_id: id, path: 'keys/signer' } })
  const { agent } = await client.call('agents.register', {
    body: { name: LONG, expires_at: new Date(Date.now() + 86_400_000).toISOString() },
  })
  const body = { principal_type: 'agent', principal_id: agent.id, secret_path_pattern: `app/${LONG}/**` } as const
  const window: { after: string; days: ('mon' | 'fri')[] } = { after: '09:00', days: ['mon', 'fri'] }
  await client.call('policies.create', {
    params: { vault_id: id },
    body: {
      ...body,
      permissions: ['read', 'write', 'rotate'],
      conditions: { ip_allowlist: ['2001:db8::/32'], time_window: window },
      expires_at: '2999-01-01T00:00:00Z',
    },
  })
  await client.call('org.invite', { body: { email: newPerson('somebody.who.was.invited').email } })
  await client.call('ip-rules.add', { body: { rule_type: 'allow', cidr: '127.0.0.0/8', label: LONG } })
  await client.call('admin.set-setting', { params: { key: 'intents_api.require_simulation' }, body: { value: LONG } })
  return id
}

interface Here {
  readonly server: TestServer
  readonly person: Person
  /** The vault that `furnish` made. */
  readonly vault: string
}

const PRODUCTION = /^<b>production/

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

/** The overview, and the views of vaults, secrets and policies. */
export function vaultViews(here: () => Here): Views {
  const url = () => here().server.url

  async function inVault(page: Page, rest: string, title: string | RegExp) {
    await openSignedIn(page, `${url()}/vaults/${here().vault}${rest}`, here().person, title)
  }

  async function onSecret(page: Page, name: string) {
    await inVault(page, '/secrets/app/key', 'app/key')
    await button(page, name).click()
    await page.getByRole('dialog').waitFor()
  }

  return {
    overview: async page => {
      await openSignedIn(page, url(), here().person, 'Overview')
      await page.getByText('Needs you').waitFor()
      await page.getByRole('row', { name: 'auth.success' }).first().waitFor()
    },
    'overview of nothing': async page => {
      const nobody = newPerson()
      await signUp(url(), nobody)
      await openSignedIn(page, url(), nobody, 'Overview')
      await page.getByText('Get started').waitFor()
    },
    vaults: async page => {
      await openSignedIn(page, `${url()}/vaults`, here().person, 'Vaults')
      await page.getByRole('table').waitFor()
    },
    'delete a vault': async page => {
      await openSignedIn(page, `${url()}/vaults`, here().person, 'Vaults')
      await button(page, /^Delete the vault/).click()
      await button(page, 'Delete').click()
    },
    'no such vault': page => openSignedIn(page, `${url()}/vaults/none`, here().person, 'There is no such vault'),
    secrets: async page => {
      await inVault(page, '', PRODUCTION)
      await page.getByLabel('Search this vault').fill('e')
      await page.getByRole('row', { name: 'app/key' }).waitFor()
    },
    'secrets and their ages': async page => {
      await inVault(page, '?map=week', PRODUCTION)
      await page.locator('.heat-squares').first().waitFor()
    },
    folder: async page => {
      await inVault(page, '/folders/app', 'app/')
      await page.getByRole('row', { name: 'key' }).waitFor()
    },
    'new secret': async page => {
      await inVault(page, '', PRODUCTION)
      await button(page, 'New secret').click()
      await page.getByLabel('Type').selectOption('Private key')
      await button(page, 'Save secret').click()
    },
    'new signing key': async page => {
      await inVault(page, '', PRODUCTION)
      await button(page, 'New signing key').click()
    },
    'secret, hidden': async page => {
      await inVault(page, '/secrets/app/key', 'app/key')
      await page.getByRole('row', { name: 'Version 1' }).waitFor()
    },
    'secret, shown': async page => {
      await inVault(page, `/secrets/app/${LONG}`, `app/${LONG}`)
      await button(page, 'Reveal').click()
      await page.locator('pre').waitFor()
    },
    'bundle, shown': async page => {
      await inVault(page, '/secrets/bundle', 'bundle')
      await button(page, 'Reveal').click()
      await page.getByText('<i>').waitFor()
    },
    'signing key': async page => {
      await inVault(page, '/secrets/keys/signer', 'keys/signer')
      await page.getByText('nobody can read it').waitFor()
    },
    'no secret': async page => {
      await inVault(page, '/secrets/none', 'none')
      await page.getByText('There is no secret at this path.').waitFor()
    },
    'new version': page => onSecret(page, 'New version'),
    rotate: page => onSecret(page, 'Rotate'),
    'delete a secret': page => onSecret(page, 'Delete'),
    'an old version': page => onSecret(page, 'View version 1'),
    'versions of one time': async page => {
      await inVault(page, '/secrets/bundle', 'bundle')
      await page
        .getByRole('group', { name: /versions/ })
        .getByRole('button', { name: /^v1–/ })
        .press('Enter')
      await page.getByRole('dialog', { name: 'Versions' }).waitFor()
    },
    'share made': async page => {
      await onSecret(page, 'Share')
      await button(page, 'Create link').click()
      await page.getByText('Link created').waitFor()
    },
    policies: async page => {
      await inVault(page, '/policies', PRODUCTION)
      await page.getByLabel('Who').selectOption(LONG)
      await page.getByLabel('Path', { exact: true }).fill('app/key')
      await button(page, 'Check').click()
      await page.getByText('No policy grants it.').waitFor()
    },
    'grant access, with faults': async page => {
      await inVault(page, '/policies', PRODUCTION)
      await button(page, 'Grant access').click()
      await page.getByLabel('Paths', { exact: true }).fill('app/**')
      await button(page, 'Choose from a tree').click()
      await page.getByRole('treeitem', { name: 'app/', exact: true, checked: true }).click({ position: { x: 8, y: 8 } })
      await page.getByText('Conditions (optional)').click()
      await button(page, 'Add path').click()
      await page.getByRole('dialog').getByRole('button', { name: 'Grant access' }).click()
    },
    'reading refused': async page => {
      const admin = await joined(here().server, apiOf(url(), await tokenOf(url(), here().person)), 'admin')
      await openSignedIn(page, `${url()}/vaults/${here().vault}/secrets/app/key`, admin.person, 'app/key')
      await button(page, 'Grant myself read access to app/key').waitFor()
    },
  }
}

async function tokenOf(url: string, body: Person): Promise<string> {
  return (await apiOf(url).call('auth.token', { body })).access_token
}
