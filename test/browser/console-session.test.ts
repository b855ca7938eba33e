import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Request, Response } from 'playwright-core'
import { describe, expect } from 'vitest'
import { apiOf, newPerson, openSignedIn, signInOn, signOutOn, signUp, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const MINUTE = 60_000

const it = ownServerTests().extend('calls', ({ clock, tab }) => {
  const link = (name: string) => tab.page.getByRole('link', { name, exact: true })
  const asked = () => tab.page.waitForResponse(/console-session\/token$/)
  /** An hour passes for the server and the page, in which the page verifies the trail by itself. Returns the status of that. */
  async function pass(): Promise<number> {
    let status = 0
    const answered = (response: Response) => {
      // An expired token is refused first, and the same request is repeated with a new one.
      const isTold = response.ok() ? /audit\/verify/ : /session\/token/
      if (isTold.test(response.url())) status = response.status()
    }
    await atRest()
    tab.page.on('response', answered)
    clock.late += 60 * MINUTE
    await tab.page.clock.fastForward(60 * MINUTE)
    // The page makes one request at a time: if a turn came while it waited for a reply, the next one follows. Checked only once a second,
    // because a jump of the clock ends a request in transit.
    let looks = 0
    const look = async () => {
      await atRest()
      if (status === 0 && looks++ > 0) await tab.page.clock.fastForward(MINUTE / 2)
      return status
    }
    await expect.poll(look, { interval: 1_000 }).not.toBe(0)
    await atRest()
    tab.page.off('response', answered)
    return status
  }
  return { link, asked, pass }
})

it.beforeEach(async ({ tab }) => {
  underWay.clear()
  tab.page.on('request', request => underWay.add(request))
  tab.page.on('requestfinished', request => underWay.delete(request))
  tab.page.on('requestfailed', request => underWay.delete(request))
})

const underWay = new Set<Request>()

/** Waits until no request is running, because a jump of the clock would end it. */
async function atRest(): Promise<void> {
  await expect.poll(() => underWay.size).toBe(0)
}

describe('a session', () => {
  it('gets a new token when one is needed, and not before', async ({ clock, server, tab, person, calls: { link } }) => {
    await tab.page.clock.install()
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    let tokens = 0
    tab.page.on('request', request => request.url().endsWith('/console-session/token') && tokens++)
    clock.late = 16 * MINUTE
    await tab.page.clock.fastForward(16 * MINUTE)
    expect(tokens).toBe(0)
    await link('IP rules').click()
    await view(tab.page, 'IP rules')
    await tab.page.getByText('Every address is allowed').waitFor()
    expect(tokens).toBe(1)
  })

  it('gets a new token when the server refuses the old one', async ({ clock, server, tab, person, calls: { asked, link } }) => {
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    clock.late = 16 * MINUTE
    const renewed = asked()
    await link('IP rules').click()
    expect((await renewed).status()).toBe(200)
    await tab.page.getByText('Every address is allowed').waitFor()
  })

  it('ends after twelve hours without use, and says so', async ({ clock, server, tab, person, calls: { link } }) => {
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    clock.late = 12 * 60 * MINUTE
    await link('IP rules').click()
    await view(tab.page, 'Sign in')
    await expect.poll(() => tab.page.getByRole('alert').textContent()).toContain('Your session has ended')
    await signInOn(tab.page, person)
    await view(tab.page, 'IP rules')
  })

  it('that ends in the middle of a form keeps what was typed until the next sign-in', async ({
    clock,
    server,
    tab: { page },
    person,
    client,
  }) => {
    await client.call('vaults.create', { body: { name: 'prod' } })
    await openSignedIn(page, `${server.url}/vaults/prod`, person, 'prod')
    await page.getByRole('button', { name: 'New secret' }).click()
    await page.getByLabel('Path').fill('app/key')
    await page.getByLabel('Value', { exact: true }).fill('typed by hand')
    clock.late = 12 * 60 * MINUTE
    await page.getByRole('button', { name: 'Save secret' }).click()
    await view(page, 'Sign in')
    await page.getByText('Your session has ended. Sign in again to continue.').waitFor()
    await signInOn(page, person)
    await expect.poll(() => page.getByLabel('Value', { exact: true }).inputValue()).toBe('typed by hand')
    await page.getByRole('button', { name: 'Save secret' }).click()
    await view(page, 'app/key')
  })

  it('ends after twelve hours without use, even if an open page refreshes itself', async ({
    clock,
    server,
    tab,
    person,
    calls: { pass },
  }) => {
    await tab.page.clock.install()
    await openSignedIn(tab.page, server.url, person, 'Overview')
    const asks: string[] = []
    tab.page.on('request', request => request.url().includes('/console-session/token') && asks.push(request.url()))
    const signedOut = tab.page.getByRole('heading', { level: 1, name: 'Sign in' })
    // The first requests of the page are not refreshes.
    expect(await pass()).toBe(200)
    asks.splice(0)
    while (clock.late < 11 * 60 * MINUTE) expect(await pass()).toBe(200)
    expect(asks.length).toBeGreaterThanOrEqual(10)
    expect(asks.filter(url => !url.endsWith('?background=true'))).toEqual([])
    while (clock.late < 12 * 60 * MINUTE) await pass()
    // The first requests, which are a use, may have come only after the clock of the server was an hour late.
    clock.late += 60 * MINUTE
    // A jump of the clock may have cut the refusal short: the page then asks once more.
    const look = async () => {
      await atRest()
      if (!(await signedOut.isVisible())) await tab.page.clock.fastForward(MINUTE / 2)
      return signedOut.isVisible()
    }
    await expect.poll(look, { interval: 1_000 }).toBe(true)
    await expect.poll(() => tab.page.getByRole('alert').textContent()).toContain('Your session has ended')
  })

  it('lasts while it is used, also by a page that refreshes itself', async ({
    clock,
    server,
    tab,
    person,
    calls: { pass, link },
  }) => {
    await tab.page.clock.install()
    await openSignedIn(tab.page, server.url, person, 'Overview')
    while (clock.late < 14 * 60 * MINUTE) {
      for (let times = 0; times < 4; times++) expect(await pass()).toBe(200)
      await link('Members').click()
      await tab.page.getByRole('rowheader', { name: person.email }).waitFor()
      await link('Overview').click()
      await view(tab.page, 'Overview')
    }
  })

  it('is the same in every tab, and ends in every tab', async ({ server, tab, person }) => {
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    const other = await tab.context.newPage()
    await other.goto(`${server.url}/ip-rules`)
    await view(other, 'IP rules')
    await signOutOn(tab.page)
    await view(tab.page, 'Sign in')
    await view(other, 'Sign in')
  })

  it('of another person in another tab is shown, and never used silently', async ({ server, tab, person, calls: { link } }) => {
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    const second = newPerson('bob')
    await signUp(server.url, second)
    // A tab that does not get the message: it shows Ada, and its next call would be Bob's.
    await tab.page.evaluate('BroadcastChannel.prototype.dispatchEvent = () => true')
    const other = await tab.context.newPage()
    await other.addInitScript('BroadcastChannel.prototype.postMessage = () => undefined')
    await other.goto(server.url)
    await signOutOn(other)
    await signInOn(other, second)
    await view(other, 'Overview')
    const calls: string[] = []
    tab.page.on('request', request => {
      const path = new URL(request.url()).pathname
      if (/ip-rules|auth.me/.test(path)) calls.push(`${subjectOf(request.headers()['authorization'])} ${path}`)
    })
    await link('IP rules').click()
    await tab.page.getByText(second.email).first().waitFor()
    await tab.page.getByText('Every address is allowed').waitFor()
    const [ada, bob] = [...new Set(calls.map(call => call.split(' ')[0]))]
    expect(ada).not.toBe(bob)
    expect(calls).toEqual([`${ada} /v1/security/ip-rules`, `${bob} /v1/auth/me`, `${bob} /v1/security/ip-rules`])
    await expect.poll(() => tab.page.getByText(person.email).count()).toBe(0)
  })

  it('ends when the password is changed elsewhere', async ({ server, tab, person, calls: { link } }) => {
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    const { access_token: token } = await apiOf(server.url).call('auth.token', { body: person })
    const body = { current_password: person.password, new_password: newPerson().password }
    await apiOf(server.url, token).call('auth.change-password', { body })
    await link('IP rules').click()
    await view(tab.page, 'Sign in')
    await tab.page.reload()
    await view(tab.page, 'Sign in')
  })

  it('cannot be ended or used by another site that its reader visits', async ({ server, tab, person }) => {
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    const attacker = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<h1>Kittens</h1>'))
    await new Promise<void>(resolve => attacker.listen(0, resolve))
    const { port } = attacker.address() as AddressInfo
    // The first is another site, the second another origin of the same site, to which browsers do send the cookie.
    for (const host of ['localhost', '127.0.0.1']) {
      const other = await tab.context.newPage()
      await other.goto(`http://${host}:${port}`)
      const reply = other.waitForResponse(/console-session\/token$/)
      const url = `${server.url}/v1/auth/console-session/token`
      await other.evaluate(`fetch('${url}', { method: 'POST', mode: 'no-cors', credentials: 'include' })`)
      expect((await reply).status()).toBe(403)
      const tries = `Promise.all(['POST', 'DELETE'].map(method =>
        fetch('${url}', { method, credentials: 'include', headers: { 'x-1claw-console': '1' } }).then(() => 'read', () => 'refused')))`
      expect(await other.evaluate(tries)).toEqual(['refused', 'refused'])
      await other.close()
    }
    await new Promise(resolve => attacker.close(resolve))
    await tab.page.reload()
    await view(tab.page, 'Members')
  })

  it('that the server could not be asked about can be asked about again, without a password', async ({ server, tab, person }) => {
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    await tab.page.route(/\/v1\//, route => route.abort())
    await tab.page.reload()
    await tab.page.getByText('The server could not be reached.').waitFor()
    await tab.page.unroute(/\/v1\//)
    await tab.page.getByRole('button', { name: 'Try again' }).click()
    await view(tab.page, 'Members')
  })

  it('is kept in memory where the browser accepts no cookies', async ({ server, tab, person }) => {
    await tab.page.route(/console-session/, route => route.fulfill({ status: 403, json: { status: 403, title: 'Forbidden' } }))
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await view(tab.page, 'Members')
    await tab.page.getByRole('rowheader', { name: person.email }).waitFor()
  })
})

/** The subject of a bearer token. */
function subjectOf(authorization = ''): string {
  const claims = JSON.parse(Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString()) as { sub: string }
  return claims.sub
}
