/** What has the focus is marked, in every colour scheme. */
import { expect } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import type { Person } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { UNMARKED } from '../support/focus-mark.ts'
import { viewsNamed } from '../support/people-views.ts'
import type { TestServer } from '../support/server.ts'
import { furnish, vaultViews } from '../support/vault-views.ts'

const it = consoleTests().extend('vault', { scope: 'file', auto: true }, ({ server, token }) => furnish(server.url, token))
let furnished: { readonly server: TestServer; readonly person: Person; readonly client: Client; readonly vault: string }
it.beforeAll(({ server, person, client, vault }) => {
  furnished = { server, person, client, vault }
})

const LOOKS = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'light', forcedColors: 'active' },
  { colorScheme: 'dark', forcedColors: 'active' },
] as const

const MARKED = [
  'overview',
  'vaults',
  'secrets',
  'secret, hidden',
  'new secret',
  'policies',
  'grant access, with faults',
  'share made',
]

it.for(
  viewsNamed(
    vaultViews(() => furnished),
    MARKED,
  ),
)('shows the focus on everything in the view "%s", in all colours', async ([_, open], { page }) => {
  await open(page)
  await page.keyboard.press('Tab')
  for (const look of LOOKS) {
    await page.emulateMedia(look)
    expect(await page.evaluate<string[]>(UNMARKED), JSON.stringify(look)).toEqual([])
  }
})
