import { describe, expect } from 'vitest'
import { joined } from '../support/console.ts'
import { AGENT, policyTests } from '../support/scenes/policy-pages.ts'

const it = policyTests()

describe('a person who does not manage the vault', () => {
  it('is told who manages it', async ({ server, page, client, given: { vault }, calls: { openPolicies, button } }) => {
    const member = await joined(server, client, 'member')
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: '**', principal_type: 'user', principal_id: member.id, permissions: ['read'] },
    })
    await openPolicies(member.person)
    await page.getByText('The policies of this vault can be managed by owners and admins').waitFor()
    await expect.poll(() => button('Grant access').count()).toBe(0)
  })

  it('but only some of its paths cannot act beyond them', async ({
    server,
    page,
    client,
    given: { vault },
    calls: { openPolicies, openGrant, dialog },
  }) => {
    const member = await joined(server, client, 'member')
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: 'app/**', principal_type: 'user', principal_id: member.id, permissions: ['admin'] },
    })
    await openPolicies(member.person)
    await openGrant()
    await dialog().getByLabel('Who').selectOption(AGENT)
    await dialog().getByLabel('Paths', { exact: true }).fill('**')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await dialog().getByText('Your admin permission does not cover every path of this pattern').waitFor()
    await dialog().getByLabel('Paths', { exact: true }).fill('app/db/*')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await page.getByText('It takes effect now.').waitFor()
  })
})
