import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openSignedIn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const it = ownServerTests()

/** Holds the requests of the page to an address; returns their number and a function to release them. */
async function heldUp(page: Page, address: RegExp) {
  let waiting = 0
  let release = () => {}
  const gate = new Promise<void>(resolve => {
    release = resolve
  })
  await page.route(address, async route => {
    waiting++
    await gate
    await route.continue()
  })
  return { waiting: () => waiting, release: () => release() }
}

it('a page that was seen before is shown at once and then updated, keeping focus and scroll position', async ({
  server,
  page,
  person,
  client,
}) => {
  const names = Array.from({ length: 30 }, (_, at) => `vault ${String(at).padStart(2, '0')}`)
  for (const name of names) await client.call('vaults.create', { body: { name } })
  await openSignedIn(page, `${server.url}/vaults`, person, 'Vaults')
  await page.getByRole('link', { name: 'vault 29' }).click()
  await view(page, 'vault 29')

  const held = await heldUp(page, /\/v1\/vaults(\?|$)/)
  await page.getByRole('navigation').getByRole('link', { name: 'Vaults' }).first().click()
  await view(page, 'Vaults')
  const last = page.getByRole('link', { name: 'vault 29' })
  await last.waitFor()
  await expect.poll(held.waiting).toBeGreaterThan(0)
  await last.focus()
  const place = await page.evaluate<number>('scrollY')
  expect(place).toBeGreaterThan(0)
  await client.call('vaults.create', { body: { name: 'vault 30' } })
  held.release()
  await page.getByRole('link', { name: 'vault 30' }).waitFor()
  await expect.poll(() => page.locator(':focus').textContent()).toBe('vault 29')
  expect(await page.evaluate<number>('scrollY')).toBe(place)
})

it('the log keeps its rows until those of another filter have loaded', async ({ server, page, person, client }) => {
  await client.call('vaults.create', { body: { name: 'production' } })
  await openSignedIn(page, `${server.url}/audit`, person, 'Audit')
  const created = page.getByRole('row', { name: /vault\.create/ })
  await created.waitFor()
  const held = await heldUp(page, /\/v1\/audit\/events\?.*denied/)
  await page.getByRole('list', { name: 'Filters' }).getByRole('link', { name: 'Denied or failed', exact: true }).click()
  await expect.poll(held.waiting).toBeGreaterThan(0)
  await expect.poll(() => created.isVisible()).toBe(true)
  await expect.poll(() => page.locator('.log-rows').getAttribute('aria-busy')).toBe('true')
  held.release()
  await created.waitFor({ state: 'detached' })
  await page.getByText('No events match these filters.').waitFor()
})

it('a late reply to an earlier query is dropped', async ({ server, page, person, client }) => {
  await client.call('vaults.create', { body: { name: 'production' } })
  await openSignedIn(page, `${server.url}/audit`, person, 'Audit')
  const created = page.getByRole('row', { name: /vault\.create/ })
  await created.waitFor()
  const held = await heldUp(page, /\/v1\/audit\/events\?.*denied/)
  await page.getByRole('list', { name: 'Filters' }).getByRole('link', { name: 'Denied or failed', exact: true }).click()
  await expect.poll(held.waiting).toBeGreaterThan(0)
  await page.goBack()
  await expect.poll(() => page.locator('.log-rows').getAttribute('aria-busy')).not.toBe('true')
  const late = page.waitForResponse(/\/v1\/audit\/events\?.*denied/)
  held.release()
  await (await late).finished()
  // The page shows the change in the next frame after the reply.
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
  await expect.poll(() => created.isVisible()).toBe(true)
  await expect.poll(() => page.getByText('No events match these filters.').count()).toBe(0)
})
