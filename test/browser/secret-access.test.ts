import { describe, expect } from 'vitest'
import { apiOf, joined, openSignedIn } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const it = guestTests()
  .extend('vault', { auto: true }, async ({ client }) => {
    const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
    await client.call('secrets.put', { params: { vault_id: vault, path: 'stripe/key' }, body: { value: 'v' } })
    return vault
  })
  .extend('calls', ({ server, page, person, client, vault }) => {
    const panel = () => page.getByRole('region', { name: 'Who can read it' })
    const row = (name: string) => panel().getByRole('row', { name })
    const open = (who = person) => openSignedIn(page, `${server.url}/vaults/${vault}/secrets/stripe/key`, who, 'stripe/key')
    async function agent(name: string, policy: object = {}) {
      const { agent: made, api_key: key } = await client.call('agents.register', { body: { name } })
      const { id } = await client.call('policies.create', {
        params: { vault_id: vault },
        body: {
          secret_path_pattern: 'stripe/*',
          principal_type: 'agent',
          principal_id: made.id,
          permissions: ['read'],
          ...policy,
        },
      })
      const read = () => apiOf(server.url, key).call('secrets.get', { params: { vault_id: vault, path: 'stripe/key' } })
      return { id: made.id, policy: id, read }
    }
    return { panel, row, open, agent }
  })

describe('the people and agents that can read a secret', () => {
  it('are listed with the rule, their reads, and who lost access', async ({
    page,
    person,
    client,
    vault,
    calls: { agent, open, row, panel },
  }) => {
    const deployer = await agent('deployer')
    await agent('support', { conditions: { ip_allowlist: ['10.0.0.0/8'] } })
    const gone = await agent('old-ci')
    for (let times = 0; times < 3; times++) await deployer.read()
    await gone.read()
    await client.call('policies.delete', { params: { vault_id: vault, policy_id: gone.policy } })
    await client.call('agents.register', { body: { name: 'stranger' } })
    await open()
    await row('deployer').waitFor()
    await expect.poll(() => row('deployer').textContent()).toMatch(/Yes.*stripe\/\*.*3$/)
    await expect.poll(() => row('support').textContent()).toMatch(/Not now.*Only from 10\.0\.0\.0\/8.*does not hold now.*Never/)
    await expect.poll(() => row('old-ci').textContent()).toMatch(/No.*No policy any more.*1$/)
    await expect.poll(() => row(person.email).textContent()).toMatch(/Yes.*Made this vault/)
    await expect.poll(() => panel().getByText('stranger').count()).toBe(0)
    await panel().getByText('2 of 5 people and agents can read it now. deployer made 75 % of 4 reads in 90 days.').waitFor()
    expect(await faultsOfAllLooks(page)).toEqual([])
  })

  it('can be changed there: access is removed, and granted with the path filled in', async ({
    page,
    client,
    vault,
    calls: { agent, open, row, panel },
  }) => {
    const deployer = await agent('deployer')
    await open()
    await row('deployer').getByRole('button', { name: 'Remove access of deployer to stripe/*' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove access' }).click()
    await row('deployer').waitFor({ state: 'detached' })
    await expect(deployer.read()).rejects.toMatchObject({ code: 'policy.denied' })
    await panel().getByRole('button', { name: 'Grant access' }).click()
    const dialog = page.getByRole('dialog')
    await expect.poll(() => dialog.getByLabel('Paths', { exact: true }).inputValue()).toBe('stripe/key')
    await dialog.getByLabel('Who').selectOption('deployer')
    await dialog.getByText('deployer can read 1 secret in production now, until removed.').waitFor()
    await dialog.getByRole('button', { name: 'Grant access' }).click()
    await row('deployer').waitFor()
    const { policies } = await client.call('policies.list', { params: { vault_id: vault } })
    expect(policies).toMatchObject([{ secret_path_pattern: 'stripe/key', principal_id: deployer.id, permissions: ['read'] }])
  })

  it('are not shown to a person who can only read it', async ({ server, client, vault, calls: { open, panel } }) => {
    const member = await joined(server, client, 'member')
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: '**', principal_type: 'user', principal_id: member.id, permissions: ['read'] },
    })
    await open(member.person)
    await panel().getByText('people who manage its policies can see who can read it').waitFor()
    await expect.poll(() => panel().getByRole('button').count()).toBe(0)
    // Opening the page is no denial: only what they tried afterwards is.
    await member.client.call('secrets.delete', { params: { vault_id: vault, path: 'stripe/key' } }).catch(() => {})
    const denied = async () =>
      (await client.call('audit.events', { query: { outcome: 'denied', vault_id: vault } })).events
        .filter(({ actor_id }) => actor_id === member.id)
        .map(({ action }) => action)
    await expect.poll(denied).toContain('secret.delete')
    expect(await denied()).toEqual(['secret.delete'])
  })

  it('are shown to a person who manages the policies of the secret', async ({ server, client, vault, calls: { open, row } }) => {
    const member = await joined(server, client, 'member')
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: '**', principal_type: 'user', principal_id: member.id, permissions: ['read', 'admin'] },
    })
    await open(member.person)
    await row(member.person.email).waitFor()
  })
})
