import { describe, expect } from 'vitest'
import { keptBy } from '../support/browser.ts'
import { apiOf, askFromTerminal, newPerson, openPersonMenu, signInOn, signOutOn, signUp, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const it = ownServerTests().extend('calls', ({ tab }) => {
  const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
  const password = () => tab.page.getByLabel('Password', { exact: true })
  /** Waits until the field with this name is marked as faulty and has the focus. */
  async function focusedOn(name: string) {
    const field = tab.page.locator(`input[name="${name}"][aria-invalid="true"]:focus`)
    await field.waitFor()
    return field
  }
  return { button, password, focusedOn }
})

it.beforeEach(async ({ server, tab }) => {
  await tab.page.goto(server.url)
})

describe('signing in', () => {
  it('shows who is signed in, and signing out ends the session everywhere', async ({ server, tab }) => {
    const person = newPerson()
    await signUp(server.url, person)
    const me = tab.page.waitForRequest(/\/auth\/me$/)
    await signInOn(tab.page, person)
    await view(tab.page, 'Overview')
    await tab.page.getByRole('main').getByText(person.email).first().waitFor()

    const token = (await (await me).headerValue('authorization'))?.replace('Bearer ', '')
    expect((await apiOf(server.url, token).call('account.me')).email).toBe(person.email)
    await signOutOn(tab.page)
    await view(tab.page, 'Sign in')
    await expect
      .poll(() =>
        apiOf(server.url, token)
          .call('account.me')
          .then(
            () => 'alive',
            ({ status }) => status,
          ),
      )
      .toBe(401)
  })

  it('survives a reload with a cookie that no script can read, and keeps the token only in memory', async ({ server, tab }) => {
    const person = newPerson()
    await signUp(server.url, person)
    await signInOn(tab.page, person)
    await view(tab.page, 'Overview')
    await expect.poll(() => keptBy(tab)).toEqual([])
    await tab.page.reload()
    await view(tab.page, 'Overview')
    const cookies = await tab.context.cookies(`${server.url}/v1/auth/console-session/token`)
    expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict', path: '/v1/auth/console-session' })])
    // The page does not wait for the reply that clears the cookie.
    const ended = tab.page.waitForResponse(reply => reply.request().method() === 'DELETE')
    await signOutOn(tab.page)
    await view(tab.page, 'Sign in')
    await ended
    await tab.page.reload()
    await view(tab.page, 'Sign in')
    expect(await tab.context.cookies()).toEqual([])
  })

  it('answers the same for an unknown address and a wrong password', async ({ server, tab }) => {
    const person = newPerson()
    await signUp(server.url, person)
    const said: string[] = []
    for (const wrong of [{ ...person, password: 'not the password' }, newPerson('nobody')]) {
      await signInOn(tab.page, wrong)
      await tab.page.getByRole('alert').getByText('do not match').waitFor()
      said.push((await tab.page.getByRole('main').textContent()) ?? '')
      await tab.page.reload()
    }
    expect(said[0]).toBe(said[1])
  })

  it('is locked out after five wrong passwords, and told for how long', async ({ server, tab }) => {
    const person = newPerson()
    await signUp(server.url, person)
    for (let failures = 0; failures < 5; failures++) {
      await apiOf(server.url)
        .call('auth.token', { body: { ...person, password: 'not the password' } })
        .catch(() => undefined)
    }
    await signInOn(tab.page, person)
    await tab.page.getByRole('alert').getByText('Too many attempts. Try again in 15 minutes.').waitFor()
  })

  it('continues to a waiting terminal without a second sign-in', async ({ server, tab, calls: { button } }) => {
    const person = newPerson()
    await signUp(server.url, person)
    const { user_code } = await askFromTerminal(server.url)
    await signInOn(tab.page, person)
    await openPersonMenu(tab.page)
    await tab.page.getByRole('link', { name: 'Approve a terminal sign-in' }).click()
    await tab.page.getByLabel('Code from your terminal').fill(user_code)
    await button('Continue').click()
    await view(tab.page, 'Approve this login?')
    expect(new URL(tab.page.url()).pathname).toBe('/cli/verify')
    await tab.page.goBack()
    await view(tab.page, 'Approve a terminal sign-in')
    await tab.page.goBack()
    await view(tab.page, 'Overview')
  })

  it('reports that the server cannot be reached', async ({ tab, calls: { button } }) => {
    await button('Sign in').waitFor()
    await tab.context.setOffline(true)
    await signInOn(tab.page, newPerson())
    await tab.page.getByRole('alert').getByText('could not be reached').waitFor()
  })
})

describe('the form', () => {
  it('moves the focus to the first faulty field', async ({ tab, calls: { button } }) => {
    await button('Sign in').click()
    const email = tab.page.getByLabel('E-mail address')
    await expect.poll(() => email.getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => tab.page.locator(':focus').getAttribute('name')).toBe('email')
    await email.fill('ada@example.com')
    await button('Sign in').click()
    await expect.poll(() => email.getAttribute('aria-invalid')).toBeNull()
    await expect.poll(() => tab.page.locator(':focus').getAttribute('name')).toBe('password')
  })

  it('shows the password only on demand', async ({ calls: { password, button } }) => {
    await password().fill('only for my eyes')
    await expect.poll(() => password().getAttribute('type')).toBe('password')
    await button('Show password').click()
    await expect.poll(() => password().getAttribute('type')).toBe('text')
    await button('Hide password').click()
    await expect.poll(() => password().getAttribute('type')).toBe('password')
    await expect.poll(() => password().inputValue()).toBe('only for my eyes')
  })

  it('labels its fields for password managers', async ({ tab, calls: { button } }) => {
    const fill = (label: string) => tab.page.getByLabel(label, { exact: true }).getAttribute('autocomplete')
    expect([await fill('E-mail address'), await fill('Password')]).toEqual(['username', 'current-password'])
    await button('Create an account').click()
    expect([await fill('E-mail address'), await fill('Password')]).toEqual(['username', 'new-password'])
  })

  it('has an address for new accounts, and Back leads to the sign-in form', async ({
    server,
    tab: { page },
    calls: { button, password },
  }) => {
    await page.getByText('1claw is a secrets manager for people and AI agents.').waitFor()
    await button('Create an account').click()
    await view(page, 'Create an account')
    expect(page.url()).toBe(`${server.url}/?account=new`)
    await page.goBack()
    await view(page, 'Sign in')
    await page.goForward()
    await view(page, 'Create an account')
    await page.getByLabel('E-mail address').fill(newPerson().email)
    await password().fill('too short')
    await button('Create account').click()
    await page.getByText('Use at least 12 characters.').waitFor()
    await password().fill('long enough, this one is')
    await page.getByText('Use at least 12 characters.').waitFor({ state: 'detached' })
    await expect.poll(() => password().getAttribute('aria-invalid')).toBeNull()
    await button('Create account').click()
    await view(page, 'Overview')
    expect(page.url()).toBe(`${server.url}/`)
  })

  it('shows what the server rejects in a password', async ({ tab, calls: { button, password, focusedOn } }) => {
    await button('Create an account').click()
    await tab.page.getByLabel('E-mail address').fill(newPerson().email)
    await password().fill('passwordpassword')
    await button('Create account').click()
    const description = (await (await focusedOn('password')).getAttribute('aria-describedby'))?.split(' ').at(-1)
    await expect.poll(() => tab.page.locator(`[id="${description}"]`).textContent()).toContain('This is too easy to guess')
  })

  it('reports next to the field that an address is taken', async ({ server, tab, calls: { button, password, focusedOn } }) => {
    const person = newPerson()
    await signUp(server.url, person)
    await button('Create an account').click()
    await tab.page.getByLabel('E-mail address').fill(person.email)
    await password().fill(person.password)
    await button('Create account').click()
    await focusedOn('email')
    await expect.poll(() => tab.page.getByRole('main').textContent()).toContain('already an account')
  })
})
