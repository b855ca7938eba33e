import type { Page } from 'playwright-core'
import type { Client } from '../../src/client/client.ts'
import type { Contract } from '../../src/contract/all.ts'
import { type Account, apiOf, joined, newPerson, openPersonMenu, openSignedIn, type Person, signUp } from './console.ts'
import { mailbox } from './mailbox.ts'
import type { Views } from './people-views.ts'
import type { TestServer } from './server.ts'

/** An organisation with one of everything that has a dialog. */
export interface DialogScene {
  readonly server: TestServer
  readonly person: Person
  readonly client: Client
  readonly vault: string
  readonly agent: string
  readonly member: Person
  readonly share: string
  /** The id of a secret that `other` can share. */
  readonly secret: string
  /** A client of an admin who can read everything in the vault. */
  readonly other: Client
}

export async function dialogScene(server: TestServer, { person, client }: Account): Promise<DialogScene> {
  const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
  const put = (path: string, value = 'one\ntwo') =>
    client.call('secrets.put', { params: { vault_id: vault, path }, body: { value } })
  await put('stripe/key')
  const secret = await put('stripe/key', 'one\n2')
  await put('gone')
  await client.call('secrets.delete', { params: { vault_id: vault, path: 'gone' } })
  const { id: lost } = await client.call('vaults.create', { body: { name: 'lost' } })
  await client.call('vaults.delete', { params: { vault_id: lost } })
  const { agent } = await client.call('agents.register', { body: { name: 'deployer' } })
  await client.call('policies.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: 'stripe/*', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
  })
  const expires_at = new Date(Date.now() + 86_400_000).toISOString()
  await client.call('agents.add-key', { params: { agent_id: agent.id }, body: { keep_old_until: expires_at } })
  const share = await client.call('shares.create', {
    params: { secret_id: secret.id },
    body: { recipient_type: 'anyone_with_link', expires_at, max_access_count: 1 },
  })
  await client.call('api-keys.create', { body: { name: 'laptop', scopes: [] } })
  await client.call('ip-rules.add', { body: { rule_type: 'allow', cidr: '127.0.0.0/8', label: 'here' } })
  await client.call('org.invite', { body: { email: 'invited@example.com' } })
  await client.call('admin.set-setting', { params: { key: 'intents_api.require_simulation' }, body: { value: 'true' } })
  const { person: member } = await joined(server, client, 'member', 'member')
  const admin = await joined(server, client, 'admin', 'other')
  await client.call('policies.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: '**', principal_type: 'user', principal_id: admin.id, permissions: ['read'] },
  })
  const ids = { vault, agent: agent.id, secret: secret.id }
  return { server, person, client, ...ids, member, share: share.share_url, other: admin.client }
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true })
const dialog = (page: Page) => page.getByRole('dialog').first().waitFor()

/** The server's reply for a transaction that is in a block. */
const TRANSACTION: Contract['intents.get']['reply'] = {
  id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  agent_id: '3f2504e0-4f89-41d3-9a0c-0305e82c3302',
  status: 'broadcast',
  chain_status: 'mined',
  chain: 'ethereum',
  chain_id: 1,
  from: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  to: '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC',
  value_wei: '250000000000000000',
  nonce: 7,
  tx_hash: `0x${'ab'.repeat(32)}`,
  explorer_url: `https://etherscan.io/tx/0x${'ab'.repeat(32)}`,
  block_number: 21_000_000,
  created_at: new Date().toISOString(),
}

/** Every dialog, and every view behind a link, that the other lists of views do not show. */
export function dialogViews(here: () => DialogScene): Views {
  const url = () => here().server.url
  const open = (page: Page, path: string, title: string | RegExp, who = here().person) =>
    openSignedIn(page, url() + path, who, title)
  /** A page, a button on it, and the dialog that it opens. */
  const asks = (path: string, title: string | RegExp, name: string | RegExp) => async (page: Page) => {
    await open(page, path, title)
    await button(page, name).first().click()
    await dialog(page)
  }
  const onSecret = (name: string | RegExp) => asks('/vaults/production/secrets/stripe/key', 'stripe/key', name)

  const versionMenu = async (page: Page) => {
    await open(page, '/vaults/production/secrets/stripe/key', 'stripe/key')
    await page.getByRole('button', { name: 'Show more actions of version 1' }).click()
    await page.getByRole('button', { name: 'Disable version 1' }).waitFor()
  }
  const onVersion = (name: string) => async (page: Page) => {
    await versionMenu(page)
    await page.getByRole('button', { name }).click()
    await page.getByRole('dialog').waitFor()
  }

  return {
    'no such page': page => open(page, '/audit/anything', 'There is no such page'),
    'no such agent': page => open(page, '/agents/3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'There is no such agent'),
    'no such view of shares': page => open(page, '/shares/a/b/c', 'There is no such page'),
    'vault that is not open': page => open(page, `/vaults/${here().vault}`, 'This vault is not open to you', here().member),
    'access to be requested': async page => {
      await open(page, `/vaults/${here().vault}`, 'This vault is not open to you', here().member)
      await button(page, 'Request access').click()
      await dialog(page)
    },
    'another organisation': async page => {
      const guest = newPerson('guest')
      const own = apiOf(url(), await signUp(url(), guest))
      await here().client.call('org.invite', { body: { email: guest.email } })
      const { token } = await mailbox(here().server.dataDir).newest('invitation', guest.email)
      await own.call('org.accept-invitation', { params: { token } })
      await open(page, '/', 'Overview', guest)
      await openPersonMenu(page)
      await button(page, /^Switch/).click()
      await dialog(page)
    },
    'your menu': async page => {
      await open(page, '/vaults', 'Vaults')
      await openPersonMenu(page)
      await page.getByRole('button', { name: 'Sign out', exact: true }).waitFor()
    },
    search: async page => {
      await open(page, '/vaults', 'Vaults')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('stripe')
      await page.getByRole('option', { selected: true }).waitFor()
    },
    'rule to be removed': asks('/ip-rules', 'IP rules', /^Remove/),
    'identity keys to be rotated': async page => {
      await open(page, `/agents/${here().agent}/settings`, 'deployer')
      await page.getByText('Identity keys').first().click()
      await button(page, /^Rotate the identity keys/).click()
      await dialog(page)
    },
    'old key to be revoked': async page => {
      await open(page, `/agents/${here().agent}/settings`, 'deployer')
      await button(page, 'Revoke the old key').click()
      await dialog(page)
    },
    'access to be removed': async page => {
      await open(page, `/agents/${here().agent}/access`, 'deployer')
      await page
        .getByRole('row', { name: /^stripe/ })
        .getByRole('button', { name: 'Remove access' })
        .click()
      await dialog(page)
    },
    'secrets to be deleted': async page => {
      await open(page, '/secrets', 'Secrets')
      await page.getByRole('checkbox', { name: /^Select stripe/ }).check()
      await button(page, 'Delete').click()
      await dialog(page)
    },
    'expiry of secrets': async page => {
      await open(page, '/secrets', 'Secrets')
      await page.getByRole('checkbox', { name: /^Select stripe/ }).check()
      await button(page, 'Edit expiry').click()
      await dialog(page)
    },
    'deleted secrets of all vaults': async page => {
      await open(page, '/secrets/deleted', 'Secrets')
      await page.getByRole('row', { name: /^gone/ }).waitFor()
    },
    'deleted secrets': async page => {
      await open(page, '/vaults/production/deleted', 'production')
      await page.getByRole('row', { name: /^gone/ }).waitFor()
    },
    'access by folder': async page => {
      await open(page, '/vaults/production/access', 'production')
      await page.getByRole('row', { name: /^deployer/ }).waitFor()
    },
    'secret to be destroyed': asks('/vaults/production/deleted', 'production', 'Delete permanently gone'),
    'vault to be destroyed': asks('/vaults', 'Vaults', 'Delete permanently the vault lost'),
    'policy to be edited': asks('/vaults/production/policies', 'production', /^Edit the policy/),
    'policy to be removed': asks('/vaults/production/policies', 'production', /^Remove access/),
    'vault to be made': asks('/vaults', 'Vaults', 'New vault'),
    'vault to be renamed': asks('/vaults', 'Vaults', 'Edit the vault production'),
    'customer key': page => open(page, '/vaults/production/customer-key', 'production'),
    'customer key to be turned off': async page => {
      const { id } = await here().client.call('vaults.create', { body: { name: `own key ${Date.now()}` } })
      await here().client.call('cmek.enable', { params: { vault_id: id }, body: { fingerprint: 'ab'.repeat(32) } })
      await asks(`/vaults/${id}/customer-key`, /^own key/, 'Turn off')(page)
    },
    'customer key to be made': asks('/vaults/production/customer-key', 'production', 'Turn on'),
    'secret to be shared': onSecret('Share'),
    'more actions of a version': versionMenu,
    'version to be disabled': onVersion('Disable version 1'),
    'version to be restored': onVersion('Restore version 1'),
    'versions compared': async page => {
      await onVersion('Compare version 1')(page)
      await inDialog(page, 'Reveal both').click()
      await page.getByRole('listitem').filter({ hasText: 'Only in version 2' }).waitFor()
    },
    'chain of rules': async page => {
      await open(page, '/vaults/production/secrets/stripe/key', 'stripe/key')
      await page.setViewportSize({ width: 1280, height: 800 })
      await page
        .locator('.access-map')
        .getByRole('button', { name: /^deployer/ })
        .click()
      await dialog(page)
    },
    'API key to be revoked': asks('/api-keys', 'API keys', /^Revoke/),
    'API key to be rotated': asks('/api-keys', 'API keys', /^Rotate/),
    'role to be changed': asks('/members', 'Members', /^Edit role of member/),
    'second factor to be turned off': asks('/members', 'Members', /^Turn off second factor of member/),
    'member to be removed': asks('/members', 'Members', /^Remove member/),
    'member invited': async page => {
      await asks('/members', 'Members', 'Invite')(page)
      await page.getByRole('dialog').getByLabel('E-mail address').fill(newPerson('guest').email)
      await inDialog(page, 'Invite').click()
      await page.getByRole('dialog', { name: 'Invitation sent' }).waitFor()
    },
    'member removed, with new keys': async page => {
      const { person: leaving, client } = await joined(here().server, here().client, 'admin', 'leaving')
      await client.call('agents.register', { body: { name: 'seen by who leaves' } })
      await asks('/members', 'Members', `Remove ${leaving.email}`)(page)
      await page.getByRole('dialog').getByLabel('These keys').selectOption({ index: 1 })
      await inDialog(page, 'Remove').click()
      await page.getByRole('dialog', { name: 'Member removed' }).waitFor()
    },
    'link to an invitation': asks('/members', 'Members', 'Copy link to the invitation of invited@example.com'),
    'mails that wait': async page => {
      await asks('/server', 'Server', 'Show the mails')(page)
      const show = page.getByRole('dialog').getByRole('button', { name: /^Show the mail to/ })
      await show.first().click()
      await page.getByRole('region', { name: /^Mail to/ }).waitFor()
    },
    'setting to be reset': asks('/settings/server', 'Settings', /^Reset/),
    'setting to be made': asks('/settings/server', 'Settings', 'New setting'),
    'account to be deleted': asks('/settings/accounts', 'Settings', /^Delete member/),
    'share to be revoked': asks('/shares/outbound', 'Sharing', 'Revoke'),
    transaction: async page => {
      await page.route('**/v1/agents/*/transactions*', route => route.fulfill({ json: { transactions: [TRANSACTION] } }))
      await open(page, `/agents/${here().agent}/transactions`, 'deployer')
      await page.getByRole('row', { name: /0\.25/ }).getByRole('button').first().click()
      await dialog(page)
    },
    'new signing agent': async page => {
      await open(page, '/agents/new/signing', 'New signing agent')
      await button(page, 'Create the key').click()
    },
    'chain to be added': async page => {
      await open(page, '/agents/new/signing', 'New signing agent')
      await button(page, 'Add chain').click()
      await inDialog(page, 'Add').click()
      await page.getByText('Enter a name.').waitFor()
    },
    'first transaction of an agent': async page => {
      const guardrails = { allowed: false, reason: 'tx_to_allowlist: not on the list.' }
      await page.route('**/transactions/simulate', route => route.fulfill({ json: { status: 'success', guardrails } }))
      await open(page, '/agents/new/signing', 'New signing agent')
      await page.getByLabel('Name of the agent').fill('sender')
      await button(page, 'Create the key').click()
      await button(page, 'Continue to limits').click()
      await page.getByLabel('Only to these addresses').fill(String(TRANSACTION.to))
      for (const name of ['Register the agent', 'Simulate', 'Show the key', 'Send 0.001 ETH as sender'])
        await button(page, name).click()
      await dialog(page)
    },
  }
}
