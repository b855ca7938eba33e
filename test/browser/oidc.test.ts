import { randomUUID } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { describe, expect } from 'vitest'
import { apiOf, askFromTerminal, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { started } from '../support/fixtures.ts'
import { type OidcPerson, oidcIssuer } from '../support/oidc-issuer.ts'

/** The redirect address of the issuer. The server starts after the issuer, because its settings name the issuer. */
const origin = { url: '' }

const it = consoleTests()
  .extend(
    'issuer',
    { scope: 'file' },
    started(
      () => oidcIssuer(() => `${origin.url}/sign-in/oidc`),
      issuer => issuer.close(),
    ),
  )
  .extend('settings', { scope: 'file' }, ({ issuer }) => ({
    oidc: { issuer: issuer.issuer, clientId: issuer.clientId, jwksUri: undefined },
  }))
  .extend('calls', ({ tab, issuer }) => {
    /** From the console to the issuer's own page, and back. */
    async function throughTheIssuer(who: OidcPerson): Promise<void> {
      issuer.expect(who)
      await tab.page.getByRole('button', { name: `Continue with ${new URL(issuer.issuer).host}` }).click()
      await tab.page.getByRole('heading', { name: 'Issuer' }).waitFor()
      await tab.page.getByRole('button', { name: /Sign in as/ }).click()
    }
    return { throughTheIssuer }
  })

it.beforeAll(({ server }) => {
  origin.url = server.url
})

function someone(): OidcPerson {
  const sub = randomUUID()
  return { sub, email: `${sub}@example.com`, email_verified: true, name: 'Grace Hopper' }
}

describe('signing in with the issuer', () => {
  it('creates an account the first time, and removes the token from the address', async ({
    server,
    tab,
    calls: { throughTheIssuer },
  }) => {
    await tab.page.goto(server.url)
    await throughTheIssuer(someone())
    await view(tab.page, 'Hello, Grace Hopper')
    expect(tab.page.url()).toBe(`${server.url}/`)
    await tab.page.goBack()
    expect(tab.page.url()).not.toContain('id_token')
    await tab.page.goto(server.url)
    await view(tab.page, 'Hello, Grace Hopper')
  })

  it('leads back to the page where the person started', async ({ server, tab, calls: { throughTheIssuer } }) => {
    const { user_code } = await askFromTerminal(server.url)
    await tab.page.goto(`${server.url}/cli/verify?code=${user_code}`)
    await throughTheIssuer(someone())
    await view(tab.page, 'Approve this login?')
  })

  it('uses the nonce that it checks, and sends the reply once', async ({ server, tab, issuer, calls: { throughTheIssuer } }) => {
    await tab.page.goto(server.url)
    const asked = tab.page.waitForRequest(request => request.url().startsWith(`${issuer.issuer}/auth?`))
    const sent = tab.page.waitForRequest(/\/auth\/google$/)
    await throughTheIssuer(someone())
    const nonce = new URL((await asked).url()).searchParams.get('nonce')
    const body = (await sent).postDataJSON() as { id_token: string; nonce: string }
    expect(body.nonce).toBe(nonce)
    await view(tab.page, 'Hello, Grace Hopper')
    const again = await fetch(`${server.url}/v1/auth/google`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(again.status).toBe(401)
  })

  it('asks for the second factor if the person has one, and continues from there', async ({
    server,
    tab,
    issuer,
    calls: { throughTheIssuer },
  }) => {
    const grace = someone()
    const { access_token: token } = await apiOf(server.url).call('auth.google', {
      body: { id_token: await issuer.idToken(grace) },
    })
    const owner = apiOf(server.url, token)
    const { secret } = await owner.call('mfa.setup')
    const totp = new TOTP({ secret: Secret.fromBase32(secret) })
    const { recovery_codes: codes } = await owner.call('mfa.verify-setup', { body: { code: totp.generate() } })
    await tab.page.goto(`${server.url}/members`)
    await throughTheIssuer(grace)
    await view(tab.page, 'Second factor')
    await tab.page.getByRole('button', { name: 'Use a recovery code' }).click()
    await tab.page.getByLabel('Recovery code').fill(codes[0] ?? '')
    await tab.page.getByRole('button', { name: 'Continue', exact: true }).click()
    await view(tab.page, 'Members')
  })

  it('rejects a reply that this tab did not ask for, so that nobody is signed in as someone else', async ({
    server,
    tab,
    issuer,
  }) => {
    const stolen = await issuer.idToken(someone())
    for (const state of ['', '&state=guessed']) {
      await tab.page.goto(`${server.url}/sign-in/oidc#id_token=${stolen}${state}`)
      await view(tab.page, 'You are not signed in')
      await expect.poll(() => tab.page.url()).toBe(`${server.url}/sign-in/oidc`)
      await tab.page.goto(server.url)
      await view(tab.page, 'Sign in')
    }
  })

  it('reports that it was cancelled, and leads back', async ({ server, tab, issuer }) => {
    await tab.page.goto(server.url)
    await tab.page.route(`${issuer.issuer}/auth?**`, async route => {
      const { searchParams } = new URL(route.request().url())
      const location = `${searchParams.get('redirect_uri')}#error=access_denied&state=${searchParams.get('state')}`
      await route.fulfill({ status: 303, headers: { location } })
    })
    await tab.page.getByRole('button', { name: /^Continue with/ }).click()
    await view(tab.page, 'You are not signed in')
    await tab.page.getByText('The sign-in was cancelled.').waitFor()
    await tab.page.getByRole('link', { name: 'Go to the sign-in page' }).click()
    await view(tab.page, 'Sign in')
  })
})
