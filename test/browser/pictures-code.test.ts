import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'

const it = consoleTests({}, 'admin')

/** The most bytes of the code of the pictures with their library, compressed. */
const MOST_BYTES = 30_000

/** The scripts that a page asks for, by their names, with their sizes. */
function scriptsOf(page: Page) {
  const loads: Promise<{ name: string; bytes: number }>[] = []
  page.on('requestfinished', request => {
    const name = /\/assets\/([\w-]+?)-[\w-]{8}\.js$/.exec(request.url())?.[1]
    if (name !== undefined) loads.push(request.sizes().then(({ responseBodySize: bytes }) => ({ name, bytes })))
  })
  return () => Promise.all(loads)
}

it('is not loaded by pages without a picture', async ({ server, page, client }) => {
  const { id: vault } = await client.call('vaults.create', { body: { name: 'shared' } })
  const { id } = await client.call('secrets.put', { params: { vault_id: vault, path: 'a/b' }, body: { value: 'x' } })
  const body = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z' } as const
  const { share_url: share } = await client.call('shares.create', { params: { secret_id: id }, body })
  const scripts = scriptsOf(page)
  for (const [address, title] of [
    [`${server.url}/`, 'Sign in'],
    [`${server.url}/cli/verify`, /./],
    [share, 'A secret is shared with you'],
  ] as const) {
    await page.goto(address)
    await view(page, title)
    await page.waitForLoadState('networkidle')
  }
  const names = (await scripts()).map(({ name }) => name)
  expect(names.length).toBeGreaterThan(2)
  expect(names).not.toContain('pictures')
})

it('is loaded once, by the first page with a picture', async ({ server, page, person }) => {
  const scripts = scriptsOf(page)
  await openSignedIn(page, `${server.url}/members`, person, 'Members')
  await page.waitForLoadState('networkidle')
  expect((await scripts()).map(({ name }) => name)).not.toContain('pictures')
  await page.getByRole('link', { name: 'Audit', exact: true }).click()
  await view(page, 'Audit')
  await page.locator('.chart-bars').waitFor()
  await page.getByRole('link', { name: 'Overview', exact: true }).click()
  await page.locator('.chart-bars').waitFor()
  const [pictures, ...more] = (await scripts()).filter(({ name }) => name === 'pictures')
  expect(more).toEqual([])
  expect(pictures?.bytes).toBeGreaterThan(5_000)
  expect(pictures?.bytes).toBeLessThan(MOST_BYTES)
})
