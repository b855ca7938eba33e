import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { joined, openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'

const VALUE = '<b>canary</b>\n& "value"'

const it = guestTests()
  .extend('vault', { auto: true }, async ({ tab, client }) => {
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
    return vault
  })
  .extend('calls', ({ server, page, person, client, vault }) => {
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const put = (path: string, value = VALUE, more = {}) =>
      client.call('secrets.put', { params: { vault_id: vault, path }, body: { value, ...more } })
    const openSecret = (path: string, who = person) =>
      openSignedIn(page, `${server.url}/vaults/${vault}/secrets/${path}`, who, path)
    const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()')
    const isOnPage = async () => (await page.content()).includes('canary')
    /** Bodies of the replies that this page got, as text. */
    function answers(): string[] {
      const bodies: string[] = []
      page.on('response', async response => bodies.push(await response.text().catch(() => '')))
      return bodies
    }
    return { button, put, openSecret, clipboard, isOnPage, answers }
  })

describe('the value of a secret', () => {
  it('is requested at the click, not before, and forgotten after a minute', async ({
    page,
    calls: { put, answers, openSecret, button, isOnPage },
  }) => {
    await page.clock.install()
    await put('key')
    const got = answers()
    await openSecret('key')
    await button('Reveal').waitFor()
    await expect.poll(() => isOnPage()).toBe(false)
    expect(got.join()).not.toContain('canary')

    await button('Reveal').click()
    await page.locator('pre').waitFor()
    await expect.poll(() => page.locator('pre').textContent()).toBe(VALUE)
    await expect.poll(() => page.locator('pre b').count()).toBe(0)
    await page.clock.fastForward(59_000)
    await expect.poll(() => isOnPage()).toBe(true)
    await page.clock.fastForward(2_000)
    await button('Reveal').waitFor()
    await expect.poll(() => isOnPage()).toBe(false)
  })

  it('is hidden on a click, on another page, and when the tab is hidden', async ({
    page,
    calls: { put, openSecret, button, isOnPage },
  }) => {
    await put('key')
    await openSecret('key')
    await button('Reveal').click()
    await button('Hide').click()
    await expect.poll(() => isOnPage()).toBe(false)

    await button('Reveal').click()
    await page.locator('pre').waitFor()
    await page.getByRole('link', { name: 'Vaults' }).first().click()
    await view(page, 'Vaults')
    await expect.poll(() => isOnPage()).toBe(false)
    await page.goBack()
    await button('Reveal').waitFor()
    await expect.poll(() => isOnPage()).toBe(false)

    await button('Reveal').click()
    await page.locator('pre').waitFor()
    await page.evaluate(`(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })()`)
    await button('Reveal').waitFor()
    await expect.poll(() => isOnPage()).toBe(false)
  })

  it('is copied without being shown, and the clipboard is emptied afterwards', async ({
    page,
    calls: { put, openSecret, button, clipboard, isOnPage },
  }) => {
    await page.clock.install()
    await put('key')
    await openSecret('key')
    await button('Copy the value').click()
    await page.getByText('The clipboard is emptied in 45 seconds.').waitFor()
    await expect.poll(() => clipboard()).toBe(VALUE)
    await expect.poll(() => isOnPage()).toBe(false)
    await page.clock.fastForward(46_000)
    await expect.poll(clipboard).toBe('')
  })

  it('is saved as a file, byte for byte, once it is shown', async ({ page, calls: { put, openSecret, button } }) => {
    const value = `\uFEFFone\r\n${'é'.repeat(60_000)}`
    await put('app/report.txt', value)
    await openSecret('app/report.txt')
    await button('Reveal').waitFor()
    await expect.poll(() => button('Download the value').count()).toBe(0)
    await button('Reveal').click()
    const saved = page.waitForEvent('download')
    await button('Download the value').click()
    expect((await saved).suggestedFilename()).toBe('report.txt')
    expect(await readFile(await (await saved).path(), 'utf8')).toBe(value)
  })

  it('that can be read three times warns what each reveal costs', async ({ page, calls: { put, openSecret, button } }) => {
    await put('key', VALUE, { max_access_count: 2 })
    await openSecret('key')
    await page.getByText('2 reads left.').waitFor()
    await button('Reveal').click()
    await page.locator('pre').waitFor()
    await page.getByText('1 of 2 times').waitFor()
    await button('Copy the value').click()
    await page.getByText('Copied the value.').waitFor()
    await expect.poll(() => page.getByText('1 of 2 times').count()).toBe(1)
    await button('Hide').click()
    await page.getByText('1 read left.').waitFor()
    await button('Copy the value').click()
    await page.getByText('This version has reached its read limit.').waitFor()
    await expect.poll(() => button('Reveal').count()).toBe(0)
  })

  it('of a bundle is a table of names and values', async ({ page, calls: { put, openSecret, button } }) => {
    await put('json', '{"URL": "https://x/?a=1&b=<b>2</b>", "EMPTY": ""}', { type: 'env_bundle' })
    await put('lines', '# comment\nexport A=1\nB = two words\n', { type: 'env_bundle' })
    await put('quoted', 'A="with \\"quotes\\""\n', { type: 'env_bundle' })
    const shown = async (path: string) => {
      await openSecret(path)
      await button('Reveal').click()
      await button('Hide').waitFor()
      const table = page.getByRole('table', { name: 'Variables of the bundle' })
      if ((await table.count()) === 0) return page.locator('pre').textContent()
      return (await table.getByRole('row').allTextContents()).slice(1)
    }
    await expect.poll(() => shown('json')).toEqual(['URLhttps://x/?a=1&b=<b>2</b>Copy URL', 'EMPTYCopy EMPTY'])
    await expect.poll(() => shown('lines')).toEqual(['A1Copy A', 'Btwo wordsCopy B'])
    await expect.poll(() => shown('quoted')).toBe('A="with \\"quotes\\""\n')
  })

  it('stays hidden when the server does not answer, and can be requested again', async ({
    tab,
    page,
    calls: { put, openSecret, button },
  }) => {
    await put('key')
    await openSecret('key')
    await button('Reveal').waitFor()
    await tab.context.setOffline(true)
    await button('Reveal').click()
    await page.getByRole('alert').getByText('could not be reached').waitFor()
    await tab.context.setOffline(false)
    await button('Reveal').click()
    await page.locator('pre').waitFor()
  })

  it('can be reached by keyboard alone', async ({ page, calls: { put, openSecret, button } }) => {
    await put('key')
    await openSecret('key')
    await button('Reveal').waitFor()
    const reached: (string | null)[] = []
    for (let stop = 0; stop < 4; stop++) {
      await page.keyboard.press('Tab')
      reached.push(await page.locator(':focus').textContent())
    }
    expect(reached).toEqual(['Share', 'Rotate', 'New version', 'Reveal'])
    await page.keyboard.press('Enter')
    await page.locator('pre').waitFor()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Tab')
    await expect.poll(() => page.locator('pre:focus, button:focus').count()).toBe(1)
  })
})

describe('a person without read access', () => {
  it('learns why, and an admin can get access in one click, which everyone can see', async ({
    server,
    page,
    client,
    vault,
    calls: { put, openSecret, button },
  }) => {
    await put('app/key')
    const admin = await joined(server, client, 'admin')
    await openSecret('app/key', admin.person)
    await page.getByText('No policy lets you read app/key.').waitFor()
    await expect.poll(() => button('Share').count()).toBe(0)
    await button('Grant myself read access to app/key').click()
    await page.getByText('A policy now lets you read app/key.').waitFor()
    await button('Reveal').click()
    await page.locator('pre').waitFor()
    const { policies } = await client.call('policies.list', { params: { vault_id: vault } })
    expect(policies).toMatchObject([
      { secret_path_pattern: 'app/key', principal_id: admin.id, principal_type: 'user', permissions: ['read'] },
    ])

    await button('Rotate').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText('No policy lets you rotate app/key.').waitFor()
    await button('Grant myself rotate access to app/key').click()
    await page.getByRole('dialog').getByText('Try again.').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText('Version 2 has a random value.').waitFor()

    await button('Delete').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('No policy lets you delete app/key.').waitFor()
  })

  it('is offered the whole vault on its page', async ({ server, page, client, vault, calls: { put, button } }) => {
    await put('app/key')
    const admin = await joined(server, client, 'admin')
    await openSignedIn(page, `${server.url}/vaults/${vault}`, admin.person, 'production')
    await page.getByText('No policy lets you read the secrets of this vault.').waitFor()
    await button('Grant myself read access to the secrets of this vault').click()
    await page.getByRole('link', { name: 'app/' }).waitFor()
  })

  it('sees, as a member, who can grant access when the vault belongs to somebody else', async ({
    server,
    page,
    client,
    vault,
    calls: { put, openSecret, button },
  }) => {
    await put('app/key')
    const member = await joined(server, client, 'member')
    await openSignedIn(page, `${server.url}/vaults/${vault}`, member.person, 'This vault is not open to you')
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: 'other/*', principal_type: 'user', principal_id: member.id, permissions: ['read'] },
    })
    await openSecret('app/key', member.person)
    await page.getByText('No policy lets you read app/key.').waitFor()
    await expect.poll(() => page.getByRole('button', { name: /^Grant myself/ }).count()).toBe(0)
    await button('New version').click()
    await page.getByRole('textbox', { name: 'Value' }).fill('mine')
    await button('Save version').click()
    await page.getByRole('dialog').getByText('No policy lets you write app/key.').waitFor()
  })

  it('loses access at the next click', async ({ server, page, client, vault, calls: { put, openSecret, button, isOnPage } }) => {
    await put('app/key')
    const member = await joined(server, client, 'member')
    const { id: policy_id } = await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: '**', principal_type: 'user', principal_id: member.id, permissions: ['read'] },
    })
    await openSecret('app/key', member.person)
    await button('Reveal').waitFor()
    await client.call('policies.delete', { params: { vault_id: vault, policy_id } })
    await button('Reveal').click()
    await page.getByText('No policy lets you read app/key.').waitFor()
    await expect.poll(() => isOnPage()).toBe(false)
  })
})
