import { readFile } from 'node:fs/promises'
import { Secret, TOTP } from 'otpauth'
import { describe, expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { openSignedIn, signInOn, signOutOn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'
import { faultsOf } from '../support/page-audit.ts'
import { scanned } from '../support/picture.ts'

const it = ownServerTests().extend('calls', ({ clock, server, tab, person }) => {
  const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
  /** Turns the second factor on as a person with an authenticator does. */
  async function turnOn() {
    await openSignedIn(tab.page, `${server.url}/account`, person, 'Account')
    await button('Turn on').click()
    const scannedUri = await scanned(tab.page.locator('.qr-code'))
    const secret = (await tab.page.locator('.once').textContent())?.replaceAll(' ', '') ?? ''
    expect(scannedUri).toContain(`secret=${secret}`)
    const totp = new TOTP({ secret: Secret.fromBase32(secret) })
    /** The code of a step that was not used before. */
    const nextCode = () => {
      clock.late += 30_000
      return totp.generate({ timestamp: Date.now() + clock.late })
    }
    await tab.page.getByLabel('Code', { exact: true }).fill('000000')
    await button('Turn on').click()
    await tab.page.getByText('This code is wrong.').waitFor()
    await tab.page.getByLabel('Code', { exact: true }).fill(nextCode())
    await button('Turn on').click()
    await tab.page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor()
    const codes = await tab.page.locator('.recovery-codes li').allTextContents()
    return { nextCode, codes, secret }
  }
  async function challenged() {
    await signOutOn(tab.page)
    await signInOn(tab.page, person)
    await view(tab.page, 'Second factor')
  }
  /** The same from the page that is already open. */
  async function turnOnAgain() {
    await signOutOn(tab.page)
    return turnOn()
  }
  return { button, turnOn, challenged, turnOnAgain }
})

describe('a second factor', () => {
  it('is set up by a QR code that says what the key does, and gives recovery codes once', async ({
    server,
    tab,
    person,
    calls: { button, turnOnAgain },
  }) => {
    await openSignedIn(tab.page, `${server.url}/account`, person, 'Account')
    await button('Turn on').click()
    await tab.page.getByRole('img', { name: /QR code/ }).waitFor()
    expect(await faultsOf(tab.page)).toEqual([])
    await button('Cancel').click()
    const { codes } = await turnOnAgain()
    expect(new Set(codes).size).toBe(8)
    const saved = tab.page.waitForEvent('download')
    await button('Download the recovery codes').click()
    const text = await readFile((await (await saved).path()) ?? '', 'utf8')
    for (const code of codes) expect(text).toContain(code)
    expect(await faultsOf(tab.page)).toEqual([])
    await button('I’ve saved them').click()
    await tab.page.getByText('Signing in asks for a code').waitFor()
    expect(await tab.page.content()).not.toContain(codes[0])
  })

  it('is required at the sign-in, by the authenticator or a recovery code, each once', async ({
    tab,
    calls: { turnOn, challenged, button },
  }) => {
    const { nextCode, codes } = await turnOn()
    await challenged()
    const code = nextCode()
    await tab.page.getByLabel('Code', { exact: true }).fill(` ${code.slice(0, 3)} ${code.slice(3)}`)
    await button('Continue').click()
    await view(tab.page, 'Account')

    await challenged()
    await tab.page.getByLabel('Code', { exact: true }).fill(code)
    await button('Continue').click()
    await tab.page.getByText('This code is wrong or was used before').waitFor()
    await button('Use a recovery code').click()
    await tab.page.getByLabel('Recovery code').fill(codes[3] ?? '')
    await button('Continue').click()
    await view(tab.page, 'Account')

    await challenged()
    await button('Use a recovery code').click()
    await tab.page.getByLabel('Recovery code').fill(codes[3] ?? '')
    await button('Continue').click()
    await tab.page.getByText('This code is wrong or was used before').waitFor()
    await button('Start over').click()
    await view(tab.page, 'Sign in')
  })

  it('locks after five wrong codes, and says for how long', async ({ tab, calls: { turnOn, challenged, button } }) => {
    const { nextCode } = await turnOn()
    await challenged()
    for (let failures = 0; failures < 5; failures++) {
      await tab.page.getByLabel('Code', { exact: true }).fill(`00000${failures}`)
      const answered = tab.page.waitForResponse(/mfa\/verify$/)
      await button('Continue').click()
      await answered
    }
    await tab.page.getByLabel('Code', { exact: true }).fill(nextCode())
    await button('Continue').click()
    await tab.page.getByRole('alert').getByText('Too many attempts. Try again in 15 minutes.').waitFor()
  })

  it('is turned off with a code, and ends other sessions when it is turned on', async ({
    browser,
    server,
    tab,
    person,
    calls: { turnOn, button },
  }) => {
    const elsewhere = await openTab(browser)
    await openSignedIn(elsewhere.page, `${server.url}/members`, person, 'Members')
    const { nextCode } = await turnOn()
    await elsewhere.page.reload()
    await view(elsewhere.page, 'Sign in')
    await elsewhere.context.close()

    await button('I’ve saved them').click()
    await button('Turn off').click()
    await tab.page.getByLabel('Code of your authenticator, or a recovery code').fill(nextCode())
    await button('Turn off').click()
    await button('Turn on').waitFor()
    await signOutOn(tab.page)
    await signInOn(tab.page, person)
    await view(tab.page, 'Account')
  })
})
