import { describe, expect } from 'vitest'
import { apiOf, joined, openSignedIn } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'

const it = guestTests().extend('calls', ({ page }) => {
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const dialog = () => page.getByRole('dialog')
  const said = (text: string) => page.getByText(text).first().waitFor()
  return { button, dialog, said }
})

describe('an agent', () => {
  it('has two keys while one replaces the other, and shows which is still in use', async ({
    server,
    page,
    person,
    client,
    calls: { button, dialog, said },
  }) => {
    const { agent: made, api_key: old = '' } = await client.call('agents.register', { body: { name: 'rotating' } })
    await apiOf(server.url, old).call('agents.me')
    await openSignedIn(page, `${server.url}/agents/${made.id}/settings`, person, 'rotating')
    await button('Rotate the key').click()
    await dialog().getByRole('button', { name: 'Rotate' }).click()
    await said('The old key keeps working for 7 days.')
    const key = (await page.locator('.shared-value').textContent()) ?? ''
    await said(`printf %s ${key.slice(0, 8)}… | gh secret set ONECLAW_AGENT_API_KEY`)
    const keys = page.getByRole('region', { name: 'Keys', exact: true })
    await keys
      .getByRole('row', { name: key.slice(0, 12) })
      .getByText('Not yet')
      .waitFor()
    await keys.getByRole('button', { name: 'Revoke the old key' }).click()
    await dialog().getByText('The new key has not been used: programs may still have the old one.').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    for (const each of [old, key]) expect((await apiOf(server.url, each).call('agents.me')).id).toBe(made.id)
    const oldRow = keys.getByRole('row', { name: old.slice(0, 12) })
    await oldRow.getByText('Old', { exact: true }).waitFor()
    await expect.poll(() => oldRow.textContent()).toMatch(/127\.0\.0\.1.*in 7 days/)
    await button('I’ve saved it').click()
    // The open page shows that the new key is used.
    await expect.poll(() => keys.getByRole('row', { name: key.slice(0, 12) }).textContent()).toContain('127.0.0.1')
    await oldRow.getByRole('button', { name: 'Revoke the old key' }).click()
    await dialog()
      .getByText(/The old key was last used .* from 127\.0\.0\.1, the new key was last used .* from 127\.0\.0\.1\./)
      .waitFor()
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await oldRow.waitFor({ state: 'detached' })
    await expect(apiOf(server.url, old).call('agents.me')).rejects.toMatchObject({ status: 401 })
    expect((await apiOf(server.url, key).call('agents.me')).id).toBe(made.id)
  })

  it('of a member is managed by that member, who cannot manage those of others', async ({
    server,
    page,
    client,
    calls: { button, said },
  }) => {
    const member = await joined(server, client, 'member')
    const { agent: theirs } = await client.call('agents.register', { body: { name: 'theirs' } })
    const { agent: mine } = await member.client.call('agents.register', { body: { name: 'mine' } })
    await openSignedIn(page, `${server.url}/agents/${mine.id}/settings`, member.person, 'mine')
    await page.getByText('Identity keys').first().click()
    for (const name of ['Rotate the key', 'Pause', 'Rotate the identity keys']) await button(name).waitFor()
    await page.getByRole('link', { name: 'Edit' }).waitFor()
    await openSignedIn(page, `${server.url}/agents/${theirs.id}/settings`, member.person, 'theirs')
    await page.getByText('Identity keys').first().click()
    await said('Signing (Ed25519)')
    for (const name of ['Rotate the key', 'Pause', 'Rotate the identity keys'])
      await expect.poll(() => button(name).count()).toBe(0)
    await expect.poll(() => page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
  })
})
