import { Secret, TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { apiOf, newPerson, openSignedIn, type Person, signInOn, signUp, view } from './console.ts'

/** How to reach a view of the console, by its name. */
export type Views = Readonly<Record<string, (page: Page) => Promise<void>>>

/** The views of signing in, accounts, members and the server, on a server whose platform the person owns. */
export function peopleViews(here: () => { readonly url: string; readonly person: Person }): Views {
  const url = () => here().url

  /** Opens a section of the signed-in console and waits until it is loaded. */
  async function section(page: Page, path: string, title: string) {
    await openSignedIn(page, url() + path, here().person, title)
    await page.locator('.loading').first().waitFor({ state: 'detached' })
  }

  return {
    'page with a missing part': async page => {
      await page.route('**/assets/sign-in-page-*', route => route.abort())
      await page.goto(url())
      await view(page, 'A part of this page is missing')
    },
    'page that fails': async page => {
      await page.route('**/v1/shares/inbound*', route => route.fulfill({ json: { shares: [{ id: 'a', expires_at: 'never' }] } }))
      await openSignedIn(page, `${url()}/shares`, here().person, 'This page cannot be shown')
    },
    'forgot password': async page => {
      await page.goto(`${url()}/forgot-password`)
      await view(page, 'Forgot your password?')
    },
    'forgot password, mailed': async page => {
      await page.goto(`${url()}/forgot-password`)
      await page.getByLabel('E-mail address').fill(here().person.email)
      await page.getByRole('button', { name: 'Send link' }).click()
      await view(page, 'Check your e-mail')
    },
    'not signed in by the issuer': async page => {
      await page.goto(`${url()}/sign-in/oidc`)
      await view(page, 'You are not signed in')
    },
    'second factor wanted': async page => {
      const grace = newPerson('grace')
      const client = apiOf(url(), await signUp(url(), grace))
      const { secret } = await client.call('mfa.setup')
      await client.call('mfa.verify-setup', { body: { code: new TOTP({ secret: Secret.fromBase32(secret) }).generate() } })
      await page.goto(url())
      await signInOn(page, grace)
      await view(page, 'Second factor')
      await page.getByRole('button', { name: 'Continue' }).click()
    },
    account: page => section(page, '/account', 'Account'),
    'account, second factor': async page => {
      await section(page, '/account', 'Account')
      await page.getByRole('button', { name: 'Turn on' }).click()
      await page.getByRole('button', { name: 'Turn on' }).click()
    },
    'account, deletion': async page => {
      await section(page, '/account', 'Account')
      await page.getByRole('button', { name: 'Delete account' }).click()
      await page.getByRole('button', { name: 'Delete permanently' }).click()
    },
    members: page => section(page, '/members', 'Members'),
    'members, invitation': async page => {
      await section(page, '/members', 'Members')
      await page.getByRole('button', { name: 'Invite', exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
    },
    'server status': page => section(page, '/server', 'Server'),
    'IP rules': page => section(page, '/ip-rules', 'IP rules'),
    'IP rules, new': async page => {
      await section(page, '/ip-rules', 'IP rules')
      await page.getByRole('button', { name: 'Add rule' }).click()
      await page.getByRole('button', { name: 'Add', exact: true }).click()
    },
    audit: async page => {
      await section(page, '/audit', 'Audit')
      await page.getByRole('button', { name: 'Verify' }).click()
      await page.getByText('Intact', { exact: true }).waitFor()
      await page.locator('table .row-toggle').first().click()
      await page.getByRole('button', { name: 'Other formats' }).click()
    },
    'audit, signed heads': async page => {
      await section(page, '/audit?heads=chart', 'Audit')
      await page
        .getByRole('group', { name: /signed head/ })
        .getByRole('link')
        .last()
        .focus()
    },
    'audit, what was denied': page => section(page, '/audit?outcome=denied,failed&q=nobody', 'Audit'),
    billing: page => section(page, '/billing', 'Billing'),
    'billing, as a table': page => section(page, '/billing?view=table', 'Billing'),
    'billing, a larger plan': async page => {
      await section(page, '/billing', 'Billing')
      await page.getByRole('button', { name: 'Choose a larger plan' }).click()
      await page.getByRole('button', { name: 'Continue to Stripe' }).click()
      await page.getByText('ONECLAW_STRIPE_SECRET_KEY').waitFor()
    },
    credits: async page => {
      await section(page, '/billing/credits?paid=1', 'Billing')
      await page.getByLabel('US dollars').fill('3')
      await page.getByRole('button', { name: 'Buy credits' }).click()
      await page.getByText('Enter whole dollars').waitFor()
    },
    'organisations of the server': page => section(page, '/billing/organisations', 'Billing'),
    settings: page => section(page, '/settings', 'Settings'),
    'settings of the server': page => section(page, '/settings/server', 'Settings'),
    'accounts of the server': page => section(page, '/settings/accounts', 'Settings'),
    'accounts of the server, limits': async page => {
      await section(page, '/settings/accounts', 'Settings')
      await page
        .getByRole('button', { name: /^Edit limits of/ })
        .first()
        .click()
    },
  }
}

/** Some of the views, by name. Throws if there is none with a name. */
export function viewsNamed(views: Views, names: readonly string[]): [string, (page: Page) => Promise<void>][] {
  return names.map(name => {
    const open = views[name]
    if (!open) throw new Error(`There is no view ${name}.`)
    return [name, open]
  })
}
