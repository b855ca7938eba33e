import { describe, expect } from 'vitest'
import { apiOf, askFromTerminal, newPerson, pollFromTerminal, signInOn, signUp, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const it = ownServerTests().extend('calls', ({ server, tab }) => {
  const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
  /** The page of a login, with its person signed in. */
  async function openAsked(email?: string) {
    const person = newPerson()
    const token = await signUp(server.url, person)
    const login = await askFromTerminal(server.url, email ?? person.email)
    await tab.page.goto(login.verification_uri_complete)
    const asked = tab.page.waitForRequest(/\/auth\/me$/)
    await signInOn(tab.page, person)
    await view(tab.page, 'Approve this login?')
    const pageToken = (await (await asked).headerValue('authorization'))?.replace('Bearer ', '')
    return { person, token, login, pageToken }
  }
  return { button, openAsked }
})

describe('a person at the page of a device login', () => {
  it('sees which terminal asks and for which account, and approves it', async ({ server, tab, calls: { openAsked, button } }) => {
    const { person, login } = await openAsked()
    const text = await tab.page.getByRole('main').textContent()
    for (const fact of [login.user_code, 'test-terminal', '127.0.0.1', 'Just now', person.email]) expect(text).toContain(fact)
    expect(await pollFromTerminal(server.url, login)).toEqual({ error: 'authorization_pending' })

    await button('Approve').click()
    await view(tab.page, 'Login approved')
    await expect.poll(() => tab.page.getByRole('main').textContent()).toContain('go back to your terminal')

    const reply = await pollFromTerminal(server.url, login)
    expect(reply).toMatchObject({ email: person.email, token_type: 'Bearer' })
    expect((await apiOf(server.url, reply.access_token).call('account.me')).email).toBe(person.email)
  })

  it('denies it, and the terminal reports that', async ({ server, tab, calls: { openAsked, button } }) => {
    const { login } = await openAsked()
    await button('Decline').click()
    await view(tab.page, 'Login declined')
    expect(await pollFromTerminal(server.url, login)).toEqual({ error: 'access_denied' })
  })

  it('can create an account on the way', async ({ server, tab, calls: { button } }) => {
    const person = newPerson('grace')
    const login = await askFromTerminal(server.url)
    await tab.page.goto(login.verification_uri_complete)
    await button('Create an account').click()
    await tab.page.getByLabel('Your name (optional)').fill('Grace Hopper')
    await tab.page.getByLabel('E-mail address').fill(person.email)
    await tab.page.getByLabel('Password', { exact: true }).fill(person.password)
    await button('Create account').click()
    await view(tab.page, 'Approve this login?')
    await button('Approve').click()
    await view(tab.page, 'Login approved')

    const { access_token } = await pollFromTerminal(server.url, login)
    expect(await apiOf(server.url, access_token).call('account.me')).toMatchObject({
      email: person.email,
      display_name: 'Grace Hopper',
    })
  })

  it('can type the code in any form', async ({ server, tab }) => {
    const person = newPerson()
    await signUp(server.url, person)
    const login = await askFromTerminal(server.url)
    await tab.page.goto(login.verification_uri)
    await signInOn(tab.page, person)
    await view(tab.page, 'Approve a terminal sign-in')
    await tab.page.getByLabel('Code from your terminal').fill(` ${login.user_code.replace('-', ' ').toLowerCase()}`)
    await tab.page.keyboard.press('Enter')
    await view(tab.page, 'Approve this login?')
    await expect.poll(() => tab.page.getByText(login.user_code).isVisible()).toBe(true)
  })

  it('presses Approve twice and decides once', async ({ server, tab, calls: { openAsked, button } }) => {
    const { login } = await openAsked()
    let sent = 0
    tab.page.on('request', request => request.url().endsWith('/device/approve') && sent++)
    await button('Approve').dblclick()
    await view(tab.page, 'Login approved')
    expect(sent).toBe(1)
    expect(await pollFromTerminal(server.url, login)).toHaveProperty('access_token')
  })

  it('mistyped the code, and tries another', async ({ server, tab, calls: { openAsked, button } }) => {
    const { login } = await openAsked()
    await tab.page.goto(`${server.url}/cli/verify?code=BBBB-BBBB`)
    await view(tab.page, 'No login has this code')
    await tab.page.getByRole('link', { name: 'Enter another code' }).click()
    await tab.page.getByLabel('Code from your terminal').fill(login.user_code)
    await button('Continue').click()
    await view(tab.page, 'Approve this login?')
  })

  it('is locked out after five wrong codes, and told for how long', async ({ server, tab, calls: { openAsked, button } }) => {
    const { login } = await openAsked()
    for (let failures = 0; failures < 5; failures++) {
      await apiOf(server.url)
        .call('device.status', { params: { user_code: 'BBBB-BBBB' } })
        .catch(() => undefined)
    }
    await button('Approve').click()
    await view(tab.page, 'Too many attempts')
    await expect.poll(() => tab.page.getByRole('main').textContent()).toContain('Try again in 15 minutes')
    expect(await pollFromTerminal(server.url, login)).toEqual({ error: 'authorization_pending' })
  })

  it('finds it approved already', async ({ server, tab, calls: { openAsked, button } }) => {
    const { login, token } = await openAsked()
    await apiOf(server.url, token).call('device.approve', { body: { user_code: login.user_code } })
    await button('Decline').click()
    await view(tab.page, 'Already approved')
  })

  it('finds it denied already', async ({ server, tab, calls: { openAsked } }) => {
    const { login, token } = await openAsked()
    await apiOf(server.url, token).call('device.deny', { body: { user_code: login.user_code } })
    await tab.page.reload()
    await view(tab.page, 'Already declined')
  })

  it('is told that the code has expired', async ({ clock, server, tab, calls: { openAsked, button } }) => {
    const { login } = await openAsked()
    clock.late = 11 * 60_000
    await button('Approve').click()
    await view(tab.page, 'This code has expired')
    expect(await pollFromTerminal(server.url, login)).toEqual({ error: 'expired_token' })
    await tab.page.reload()
    await view(tab.page, 'This code has expired')
  })

  it('cannot approve a login for another address, while its owner can', async ({ server, tab, calls: { openAsked, button } }) => {
    const owner = newPerson('owner')
    await signUp(server.url, owner)
    const { login } = await openAsked(owner.email)
    await button('Approve').click()
    await view(tab.page, 'Another account has to decide')
    expect(await pollFromTerminal(server.url, login)).toEqual({ error: 'authorization_pending' })

    await button('Use another account').click()
    await signInOn(tab.page, owner)
    await view(tab.page, 'Approve this login?')
    await button('Approve').click()
    await view(tab.page, 'Login approved')
  })

  it('must enter the password first after an older sign-in', async ({ clock, server, tab, calls: { openAsked, button } }) => {
    const { person, login } = await openAsked()
    // Longer than a sign-in counts as recent, and shorter than the code is valid: the login was requested in between.
    clock.late = 14 * 60_000
    const later = await askFromTerminal(server.url, person.email)
    clock.late = 16 * 60_000
    await tab.page.goto(later.verification_uri_complete)
    await view(tab.page, 'Approve this login?')
    await button('Approve').click()
    await tab.page.getByText('This requires a sign-in within the last 15 minutes').waitFor()
    await tab.page.getByLabel('Password', { exact: true }).fill('not the password')
    await button('Approve').click()
    await tab.page.getByText('is wrong').waitFor()
    await tab.page.getByLabel('Password', { exact: true }).fill(person.password)
    await button('Approve').click()
    await view(tab.page, 'Login approved')
    expect(await pollFromTerminal(server.url, later)).toMatchObject({ email: person.email })
    expect(login.user_code).not.toBe(later.user_code)
  })

  it('signs in again when the session has ended, and continues', async ({ server, tab, calls: { openAsked, button } }) => {
    const { login, person, pageToken } = await openAsked()
    await apiOf(server.url, pageToken).call('auth.revoke')

    await button('Approve').click()
    await view(tab.page, 'Sign in')
    await expect.poll(() => tab.page.getByRole('alert').textContent()).toContain('Your session has ended')
    expect(await pollFromTerminal(server.url, login)).toEqual({ error: 'authorization_pending' })
    await signInOn(tab.page, person)
    await button('Approve').click()
    await view(tab.page, 'Login approved')
  })

  it('can answer later when the server cannot be reached', async ({ tab, calls: { openAsked, button } }) => {
    await openAsked()
    await tab.context.setOffline(true)
    await button('Approve').click()
    await tab.page.getByText('The server could not be reached').waitFor()
    await tab.context.setOffline(false)
    await button('Approve').click()
    await view(tab.page, 'Login approved')
  })
})
