import { describe, expect } from 'vitest'
import { apiOf, openSignedIn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const it = ownServerTests()
  .extend('given', { auto: true }, async ({ server, client }) => {
    const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
    await client.call('secrets.put', { params: { vault_id: vault, path: 'stripe/key' }, body: { value: 'v' } })
    const agent = async (name: string, reads: number) => {
      const { agent: made, api_key: key } = await client.call('agents.register', { body: { name } })
      const { id: policy } = await client.call('policies.create', {
        params: { vault_id: vault },
        body: { secret_path_pattern: 'stripe/*', principal_type: 'agent', principal_id: made.id, permissions: ['read'] },
      })
      const read = () => apiOf(server.url, key).call('secrets.get', { params: { vault_id: vault, path: 'stripe/key' } })
      for (let times = 0; times < reads; times++) await read()
      return { id: made.id, policy }
    }
    const deployer = (await agent('deployer', 3)).id
    await agent('support', 0)
    const gone = await agent('old-ci', 1)
    await client.call('policies.delete', { params: { vault_id: vault, policy_id: gone.policy } })
    return { vault, deployer }
  })
  .extend('calls', ({ page }) => {
    const map = () => page.locator('.access-map')
    const chain = () => page.getByRole('dialog', { name: 'deployer' })
    const named = (name: string) => map().getByRole('button', { name, exact: true })
    return { map, chain, named }
  })

describe('the access map', () => {
  it('of a secret shows who can read it by which rule, and who did, and opens the chain of rules', async ({
    server,
    page,
    person,
    calls: { map, named, chain },
  }) => {
    await openSignedIn(page, `${server.url}/vaults/production/secrets/stripe/key`, person, 'stripe/key')
    const picture = map().getByRole('group', { name: /^3 of 4 people and agents can read it now\./ })
    await picture.waitFor()
    await expect.poll(() => map().locator('.access-never').count()).toBe(2)
    await named('support never').waitFor()
    await named('old-ci 1×').waitFor()
    await named('deployer 3×').focus()
    await page.keyboard.press('ArrowDown')
    expect(await page.evaluate(`document.activeElement.textContent`)).not.toContain('deployer')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await chain().getByText('stripe/*').first().waitFor()
    expect(await faultsOfAllLooks(page)).toEqual([])
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.keyboard.press('Escape')
    await chain().waitFor({ state: 'detached' })

    await named('deployer 3×').click()
    await chain().getByRole('button', { name: 'Remove access of deployer to stripe/*' }).click()
    await page.getByRole('dialog', { name: 'Remove access to stripe/*?' }).getByRole('button', { name: 'Remove access' }).click()
    await map().getByText('read it within 90 days, cannot any more').waitFor()
    await map()
      .getByRole('group', { name: /^2 of 4/ })
      .waitFor()
  })

  it('of an agent leads to the vaults that it reaches', async ({
    server,
    page,
    person,
    given: { deployer },
    calls: { map, named, chain },
  }) => {
    await openSignedIn(page, `${server.url}/agents/${deployer}/access`, person, 'deployer')
    await map().getByRole('group', { name: 'deployer can reach one vault by one rule.' }).waitFor()
    await named('deployer').click()
    await chain().getByText('3 reads').waitFor()
    await chain().getByRole('button', { name: 'Remove access to stripe/*' }).waitFor()
    await chain().getByRole('button', { name: 'Close' }).click()
    await named('deployer').focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await view(page, 'production')
  })

  it('is behind a button where it would be too small', async ({ server, page, person, calls: { map } }) => {
    await page.setViewportSize({ width: 375, height: 800 })
    await openSignedIn(page, `${server.url}/vaults/production/secrets/stripe/key`, person, 'stripe/key')
    await page.getByRole('button', { name: 'Show as a map' }).waitFor()
    await expect.poll(() => map().locator('svg').isVisible()).toBe(false)
    await page.getByRole('button', { name: 'Show as a map' }).click()
    await expect.poll(() => map().locator('svg').isVisible()).toBe(true)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375)
  })
})
