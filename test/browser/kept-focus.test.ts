/** The focus stays in the page: a closed dialog returns it to its opener, or to the nearest heading if the opener is gone. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { openSignedIn, type Person } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { type DialogScene, dialogScene, dialogViews } from '../support/dialog-views.ts'
import { complete, escapeAndReopen } from '../support/kept-focus.ts'
import { type Views, viewsNamed } from '../support/people-views.ts'
import type { TestServer } from '../support/server.ts'
import { furnish } from '../support/vault-views.ts'

const ofScene = consoleTests().extend('scene', { scope: 'file', auto: true }, ({ server, account }) =>
  dialogScene(server, account),
)
let scene: DialogScene
ofScene.beforeAll(({ scene: made }) => {
  scene = made
})

const ofVault = consoleTests().extend('vault', { scope: 'file', auto: true }, ({ server, token }) => furnish(server.url, token))
let furnished: { readonly server: TestServer; readonly person: Person; readonly client: Client; readonly vault: string }
ofVault.beforeAll(({ server, person, client, vault }) => {
  furnished = { server, person, client, vault }
})

/** Dialogs of which Escape leaves the page that opened them, and Enter opens them again. */
const ESCAPED = [
  'access to be requested',
  'another organisation',
  'your menu',
  'rule to be removed',
  'identity keys to be rotated',
  'old key to be revoked',
  'access to be removed',
  'secrets to be deleted',
  'expiry of secrets',
  'secret to be destroyed',
  'vault to be destroyed',
  'policy to be edited',
  'policy to be removed',
  'vault to be made',
  'vault to be renamed',
  'customer key to be turned off',
  'customer key to be made',
  'secret to be shared',
  'version to be disabled',
  'version to be restored',
  'versions compared',
  'chain of rules',
  'API key to be revoked',
  'API key to be rotated',
  'role to be changed',
  'second factor to be turned off',
  'member to be removed',
  'member invited',
  'link to an invitation',
  'setting to be reset',
  'setting to be made',
  'account to be deleted',
  'share to be revoked',
  'transaction',
]

ofScene.for(
  viewsNamed(
    dialogViews(() => scene),
    ESCAPED,
  ),
)('the dialog "%s", closed by Escape, returns the focus to its opener', async ([_, open], { tab }) => {
  await open(tab.page)
  expect(await escapeAndReopen(tab.page)).toMatch(/^(button|g): /)
})

/** Those that remove what others need come last. */
const COMPLETED = [
  'rule to be removed',
  'identity keys to be rotated',
  'old key to be revoked',
  'version to be restored',
  'version to be disabled',
  'policy to be edited',
  'role to be changed',
  'API key to be rotated',
  'vault to be renamed',
  'setting to be reset',
  'share to be revoked',
  'access to be removed',
  'policy to be removed',
  'secret to be destroyed',
  'vault to be destroyed',
  'API key to be revoked',
  'secrets to be deleted',
  'account to be deleted',
]

ofScene.for(
  viewsNamed(
    dialogViews(() => scene),
    COMPLETED,
  ),
)('the dialog "%s", completed by keyboard, leaves the focus in the page', async ([_, open], { tab }) => {
  await open(tab.page)
  expect(await complete(tab.page)).not.toBe('nothing')
})

/** Opens a page, presses a button on it, and fills in the fields of the dialog. */
async function fillIn(page: Page, path: string, title: string | RegExp, name: string, fields: Readonly<Record<string, string>>) {
  const { server, person } = furnished
  await openSignedIn(page, server.url + path, person, title)
  await page.getByRole('button', { name, exact: true }).press('Enter')
  const dialog = page.getByRole('dialog')
  for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label).first().fill(text)
}

const inVault = (rest: string) => `/vaults/${furnished.vault}${rest}`

const FILLED: Views = {
  'new vault': page => fillIn(page, '/vaults', 'Vaults', 'New vault', { Name: 'another' }),
  'new secret': page => fillIn(page, inVault(''), /production/, 'New secret', { Path: 'new/one', Value: 'v' }),
  'new version': page => fillIn(page, inVault('/secrets/app/key'), 'app/key', 'New version', { Value: 'v' }),
  'new API key': page => fillIn(page, '/api-keys', 'API keys', 'New API key', { Name: 'laptop' }),
  'new IP rule': page => fillIn(page, '/ip-rules', 'IP rules', 'Add rule', { Addresses: '10.0.0.0/8' }),
  'new setting': page => fillIn(page, '/settings/server', 'Settings', 'New setting', { Setting: 'some.setting' }),
  'rotated secret': page => fillIn(page, inVault('/secrets/app/key'), 'app/key', 'Rotate', {}),
  'deleted secret': page => fillIn(page, inVault('/secrets/app/key'), 'app/key', 'Delete', {}),
  'first grant in a vault': async page => {
    const { id } = await furnished.client.call('vaults.create', { body: { name: 'without policies' } })
    await fillIn(page, `/vaults/${id}/policies`, 'without policies', 'Grant access', { Paths: '**' })
    await page.getByRole('dialog').getByLabel('Who').selectOption({ index: 1 })
  },
  'grant to a selection': async page => {
    const { server, person } = furnished
    await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
    await page.getByRole('checkbox', { name: /^Select bundle/ }).press('Space')
    await page.getByRole('button', { name: 'Grant access' }).press('Enter')
    await page.getByRole('dialog').getByLabel('Who').selectOption({ index: 1 })
  },
}

ofVault.for(Object.entries(FILLED))(
  'the dialog "%s", filled in by keyboard, leaves the focus in the page',
  async ([_, open], { tab }) => {
    await open(tab.page)
    expect(await complete(tab.page)).not.toBe('nothing')
  },
)

/** Whether the focused element, or the frame of its field, has an outline. */
const IS_OUTLINED = `(() => {
  const it = document.activeElement
  return [it, it.closest('.field-frame')].some(each => each && getComputedStyle(each).outlineStyle !== 'none')
})()`

ofVault('shows the focus on each part of a date, and on its button', async ({ page }) => {
  await fillIn(page, inVault(''), /production/, 'New secret', {})
  const expires = page.getByLabel('Expires (optional)')
  await expires.focus()
  const isInside = () =>
    page
      .locator('input[type=datetime-local]:focus')
      .count()
      .then(count => count > 0)
  let parts = 0
  for (; await isInside(); parts++) {
    expect(await page.evaluate(IS_OUTLINED), `part ${parts} is outlined`).toBe(true)
    await page.keyboard.press('Tab')
  }
  // Day, month, year, hour, minute, and the button that opens a calendar.
  expect(parts).toBeGreaterThanOrEqual(6)
})
