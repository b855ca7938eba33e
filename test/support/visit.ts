import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { closeTabs, keptBy, openTab, type Tab, theBrowser } from './browser.ts'
import { apiOf, newPerson, type Person, signUp } from './console.ts'
import { startServer, type TestServer } from './server.ts'

/** A fresh tab on a fresh server, and somebody who has an account there. */
export interface Visit {
  readonly tab: Tab
  readonly page: Page
  readonly server: TestServer
  readonly person: Person
  /** Calls the API as the person. */
  readonly client: Client
}

/**
 * Gives every test of a file a visit of its own, to be had from the answered function. A test fails when the page breached its policy,
 * threw, or left anything in the browser.
 */
export function eachVisit(): () => Visit {
  let browser: Browser
  let visit: Visit
  beforeAll(async () => {
    browser = await theBrowser()
  })
  afterAll(() => closeTabs())
  beforeEach(async () => {
    const server = await startServer()
    const person = newPerson()
    const tab = await openTab(browser)
    visit = { tab, page: tab.page, server, person, client: apiOf(server.url, await signUp(server.url, person)) }
  })
  afterEach(async () => {
    const { tab, server } = visit
    const kept = await keptBy(tab)
    await tab.context.close()
    await server.close()
    expect(tab.violations).toEqual([])
    expect(tab.errors).toEqual([])
    expect(kept).toEqual([])
  })
  return () => visit
}
