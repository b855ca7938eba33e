import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { ACCESS_VIEWS, type AccessScene, sceneOfAccess } from '../support/access-views.ts'
import { closeTabs, openTab, type Tab, theBrowser } from '../support/browser.ts'
import { newPerson, signUp } from '../support/console.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { startServer, type TestServer } from '../support/server.ts'

let browser: Browser
let server: TestServer
let scene: AccessScene
let tab: Tab

beforeAll(async () => {
  browser = await theBrowser()
  server = await startServer()
  const person = newPerson('a.person.with.rather.a.long.address')
  scene = await sceneOfAccess(server.url, person, await signUp(server.url, person))
})
afterAll(async () => {
  await closeTabs()
  await server.close()
})
beforeEach(async () => {
  tab = await openTab(browser)
})
afterEach(() => tab.context.close())

it.each(Object.entries(ACCESS_VIEWS))('the view "%s" has no fault, wide or narrow, light or dark', async (_, open) => {
  await open(scene, tab.page)
  expect(await faultsOfAllLooks(tab.page)).toEqual([])
  expect(tab.violations).toEqual([])
  expect(tab.errors).toEqual([])
})
