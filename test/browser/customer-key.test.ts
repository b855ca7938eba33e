import { describe, expect } from 'vitest'
import { cmekKey, cmekKeyBytes } from '../../src/crypto/cmek.ts'
import { openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const it = guestTests()
  .extend('given', { auto: true }, async ({ page, client }) => {
    const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
    const sent: string[] = []
    page.on('request', request => sent.push(JSON.stringify(request.headers()) + (request.postData() ?? '')))
    return { vault, sent }
  })
  .extend('calls', ({ server, page, person, client, given: { vault } }) => {
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const openKey = () => openSignedIn(page, `${server.url}/vaults/${vault}/customer-key`, person, 'production')
    const openSecret = () => openSignedIn(page, `${server.url}/vaults/${vault}/secrets/db`, person, 'db')
    const stored = () => client.call('secrets.get', { params: { vault_id: vault, path: 'db' } })
    /** Reads the key in the dialog, confirms that it is saved, and continues. */
    async function saveAnd(verb: string): Promise<string> {
      const dialog = page.getByRole('dialog')
      const written = (await dialog.locator('pre').textContent()) ?? ''
      await dialog.getByLabel('I have saved the key outside this page').check()
      await dialog.getByRole('button', { name: verb, exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
      return written
    }
    async function turnOn(): Promise<string> {
      await openKey()
      await button('Turn on').click()
      await expect
        .poll(() => page.getByRole('dialog').getByRole('button', { name: 'Turn on', exact: true }).isDisabled())
        .toBe(true)
      return saveAnd('Turn on')
    }
    async function inClear(written: string): Promise<string | undefined> {
      const { value, cmek_encrypted: isEncrypted } = await stored()
      expect(isEncrypted).toBe(true)
      return (await cmekKey(cmekKeyBytes(written) as Uint8Array)).decrypt(value)
    }
    async function write(value: string): Promise<void> {
      await page.getByRole('link', { name: 'Secrets', exact: true }).last().click()
      await button('New secret').click()
      await page.getByLabel('Path').fill('db')
      await page.getByLabel('Value', { exact: true }).fill(value)
      await button('Save secret').click()
      await view(page, 'db')
    }
    return { button, openKey, openSecret, stored, saveAnd, turnOn, inClear, write }
  })

describe('the customer key of a vault', () => {
  it('is created in the browser, encrypts what is written there, and decrypts it', async ({
    page,
    given: { sent },
    calls: { turnOn, write, inClear, button },
  }) => {
    const written = await turnOn()
    await page.getByText('This tab has the key').waitFor()
    expect(await faultsOfAllLooks(page)).toEqual([])
    await write('canary')
    expect(await inClear(written)).toBe('canary')
    await button('Reveal').click()
    await page.locator('pre').waitFor()
    await expect.poll(() => page.locator('pre').textContent()).toBe('canary')
    expect(sent.filter(text => text.includes(written) || text.includes('canary'))).toEqual([])
  })

  it('is forgotten with the page, and is accepted again if it is the right one', async ({
    page,
    given: { sent },
    calls: { turnOn, write, openSecret, button },
  }) => {
    const written = await turnOn()
    await write('canary')
    await openSecret()
    await button('Reveal').click()
    await page.getByText('encrypted with a customer key').waitFor()
    const field = page.getByLabel('Key of this vault')
    await field.fill('A'.repeat(43) + '=')
    await button('Use this key').click()
    await page.getByText('its fingerprint does not match').waitFor()
    expect(await faultsOfAllLooks(page)).toEqual([])
    await field.fill(written)
    await button('Use this key').click()
    await field.waitFor({ state: 'detached' })
    await button('Reveal').click()
    await page.locator('pre').waitFor()
    await expect.poll(() => page.locator('pre').textContent()).toBe('canary')
    expect(sent.filter(text => text.includes(written))).toEqual([])
  })

  it('is required before a value is saved', async ({ page, given: { sent }, calls: { turnOn, openKey, inClear, button } }) => {
    const written = await turnOn()
    await openKey()
    await page.getByRole('link', { name: 'Secrets', exact: true }).last().click()
    await button('New secret').click()
    await page.getByLabel('Path').fill('db')
    await page.getByLabel('Value', { exact: true }).fill('canary')
    await page.getByLabel('Key of this vault').fill(written)
    await button('Use this key').click()
    await page.getByLabel('Key of this vault').waitFor({ state: 'detached' })
    await button('Save secret').click()
    await view(page, 'db')
    expect(await inClear(written)).toBe('canary')
    expect(sent.filter(text => text.includes(written) || text.includes('canary'))).toEqual([])
  })

  it('is rotated by sending both keys in two headers, and nowhere else', async ({
    page,
    given: { sent },
    calls: { turnOn, write, openKey, button, saveAnd, inClear },
  }) => {
    const old = await turnOn()
    await write('canary')
    await openKey()
    await button('Rotate the key').click()
    await page.getByLabel('Current key').fill(old)
    const next = await saveAnd('Rotate')
    await page.getByText('This tab has the key').waitFor()
    expect(await inClear(next)).toBe('canary')
    const withKeys = sent.filter(text => text.includes(old) || text.includes(next))
    expect(withKeys).toHaveLength(1)
    expect(withKeys[0]).toContain('x-cmek-old-key')
  })

  it('can be turned off, while values written with it still need it', async ({
    page,
    client,
    given: { vault },
    calls: { turnOn, write, openKey, button, stored, openSecret },
  }) => {
    const written = await turnOn()
    await write('canary')
    await openKey()
    await button('Turn off').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
    await button('Turn on').waitFor()
    expect((await stored()).cmek_encrypted).toBe(true)
    expect((await client.call('vaults.get', { params: { vault_id: vault } })).cmek_enabled).toBe(false)
    await openSecret()
    await button('Reveal').click()
    await page.getByText('Enter the key under “Customer key” of the vault.').waitFor()
    await openKey()
    await page.getByText('Read values that were written with a customer key before').click()
    await page.getByLabel('Key of these values').fill(written)
    await button('Use this key').click()
    await page.getByText('This tab has a key').waitFor()
    await page.getByRole('link', { name: 'Secrets', exact: true }).last().click()
    await page.getByRole('link', { name: 'db', exact: true }).click()
    await button('Reveal').click()
    await page.locator('pre').waitFor()
    await expect.poll(() => page.locator('pre').textContent()).toBe('canary')
  })

  it('is offered only by a plan that has it, and the page leads to the plan', async ({
    page,
    client,
    platform,
    calls: { openKey, turnOn, button },
  }) => {
    const { org_id } = await client.call('account.me')
    const setTier = (tier: 'free' | 'business') => platform.client.call('admin.set-tier', { params: { org_id }, body: { tier } })
    const enforce = (value: string) =>
      platform.client.call('admin.set-setting', { params: { key: 'billing.enforced' }, body: { value } })
    await enforce('true')
    try {
      await openKey()
      await page.getByText('The tiers business and enterprise have them.').waitFor()
      await expect.poll(() => button('Turn on').count()).toBe(0)
      expect(await faultsOfAllLooks(page)).toEqual([])
      await setTier('business')
      await turnOn()
      await button('Rotate the key').waitFor()
      await setTier('free')
      await openKey()
      await page.getByText('This one stays in use').waitFor()
      await expect.poll(() => button('Rotate the key').count()).toBe(0)
      await button('Turn off').waitFor()
      await page.getByRole('link', { name: 'See the plan' }).click()
      await view(page, 'Billing')
    } finally {
      await enforce('false')
    }
  })
})
