import type { Page } from 'playwright-core'
import { apiOf, askFromTerminal, newPerson, openSignedIn, signUp, view } from './console.ts'
import type { DialogScene } from './dialog-views.ts'
import { mailbox } from './mailbox.ts'
import type { Views } from './people-views.ts'

const NOBODYS = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

/** Replaces a reply of the server for views whose state would take an hour or a broken server. */
const answers = (page: Page, address: string, json: object, status = 200) =>
  page.route(address, route => route.fulfill({ status, json }))

/** The views behind the links that people receive, and the views after them. */
export function linkViews(here: () => DialogScene): Views {
  const url = () => here().server.url
  const mail = () => mailbox(here().server.dataDir)
  const enrolled = async () => {
    const { approval_url = '' } = await apiOf(url()).call('agents.enroll', { body: { name: 'newcomer' } })
    return approval_url
  }
  const invitation = async (email: string) => {
    await here().client.call('org.invite', { body: { email } })
    return `${url()}/invite/${(await mail().newest('invitation', email)).token}`
  }

  return {
    'invitation of somebody new': async page => {
      await page.goto(await invitation(newPerson('guest').email))
      await view(page, 'Create an account')
    },
    'invitation of somebody with an account': async page => {
      const guest = newPerson('guest')
      await signUp(url(), guest)
      await openSignedIn(page, await invitation(guest.email), guest, /^Join/)
    },
    'member now': async page => {
      const guest = newPerson('guest')
      await signUp(url(), guest)
      await openSignedIn(page, await invitation(guest.email), guest, /^Join/)
      await button(page, 'Join').click()
      await view(page, /^You are a member of/)
    },
    'invitation that could not be looked up': async page => {
      await answers(page, '**/v1/org/invitations/*', {}, 503)
      await page.goto(`${url()}/invite/some`)
      await view(page, 'The invitation could not be looked up')
    },
    'dead link': async page => {
      await page.goto(`${url()}/invite/nobody-was-sent-this`)
      await view(page, 'This link does not work')
    },
    'new password': async page => {
      await page.goto(`${url()}/reset-password/some`)
      await view(page, 'Set a new password')
    },
    'password set': async page => {
      const guest = newPerson('guest')
      await signUp(url(), guest)
      await apiOf(url()).call('auth.forgot-password', { body: { email: guest.email } })
      const { token } = await mail().newest('password-reset', guest.email)
      await page.goto(`${url()}/reset-password/${token}`)
      await page.getByLabel('Password', { exact: true }).fill(newPerson().password)
      await button(page, 'Save password').click()
      await view(page, 'Your password is set')
    },
    'second factor to be given up': async page => {
      await page.goto(`${url()}/reset-mfa/some`)
      await view(page, 'Turn off your second factor?')
    },
    'second factor off': async page => {
      await answers(page, '**/v1/auth/mfa/reset', { message: 'Off.' })
      await page.goto(`${url()}/reset-mfa/some`)
      await button(page, 'Turn off the second factor').click()
      await view(page, 'Your second factor is off')
    },
    'address to be confirmed': async page => {
      await page.goto(`${url()}/verify-email/some`)
      await view(page, 'Confirm your e-mail address')
    },
    'console to be opened': async page => {
      const { url: link } = await here().client.call('console-session.link')
      // On the person's own machine the page does not ask for confirmation; under this name it does not recognise the machine.
      await page.goto(link.replace(/127\.0\.0\.1|localhost/, 'console.localhost'))
      await view(page, 'Open the console?')
    },
    'console link that is used': async page => {
      await page.goto(`${url()}/open#no-such-link`)
      await view(page, 'This link does not work any more')
    },
    'agent to be approved': async page => {
      await openSignedIn(page, await enrolled(), here().person, 'Approve this agent?')
    },
    'agent to be declined': async page => {
      await openSignedIn(page, `${await enrolled()}?answer=deny`, here().person, 'Decline this agent?')
    },
    'agent approved': async page => {
      await openSignedIn(page, await enrolled(), here().person, 'Approve this agent?')
      await button(page, 'Approve').click()
      await view(page, 'Agent approved')
    },
    'agent declined': async page => {
      await openSignedIn(page, await enrolled(), here().person, 'Approve this agent?')
      await button(page, 'Decline').click()
      await page.getByRole('heading', { level: 1, name: /declined/i }).waitFor()
    },
    'no such agent to be approved': page => openSignedIn(page, `${url()}/enroll/${NOBODYS}`, here().person, 'Request not found'),
    'login of another account': async page => {
      const { user_code } = await askFromTerminal(url(), newPerson().email)
      await openSignedIn(page, `${url()}/cli/verify?code=${user_code}`, here().person, 'Approve this login?')
      await button(page, 'Approve').click()
      await view(page, 'Another account has to decide')
    },
    'login that could not be looked up': async page => {
      await answers(page, '**/v1/auth/device/**', {}, 503)
      await openSignedIn(page, `${url()}/cli/verify?code=BCDF-GHJK`, here().person, 'The login could not be looked up')
    },
    'sign-up by invitation, mailed': async page => {
      await page.goto(await invitation(newPerson('guest').email))
      await answers(page, '**/v1/auth/signup', { message: 'A link has been mailed.', email: 'guest@example.com' })
      await page.getByLabel('Password', { exact: true }).fill(newPerson().password)
      await button(page, 'Create account').click()
      await view(page, 'Check your e-mail')
    },
    'address confirmed': async page => {
      const { access_token } = await apiOf(url()).call('auth.token', { body: here().person })
      await answers(page, '**/v1/auth/verify-email', { access_token, token_type: 'Bearer', expires_in: 900 })
      await page.goto(`${url()}/verify-email/some`)
      await button(page, 'Confirm the address').click()
      await view(page, 'Your address is confirmed')
    },
    'agent that could not be looked up': async page => {
      await answers(page, '**/v1/agents/enrollments/*', {}, 503)
      await openSignedIn(page, `${url()}/enroll/${NOBODYS}`, here().person, 'The agent could not be looked up')
    },
    'code expired': async page => {
      await answers(page, '**/v1/auth/device/**', { status: 'expired' })
      await openSignedIn(page, `${url()}/cli/verify?code=BCDF-GHJK`, here().person, 'This code has expired')
    },
    'too many codes': async page => {
      await answers(page, '**/v1/auth/device/**', {}, 429)
      await openSignedIn(page, `${url()}/cli/verify?code=BCDF-GHJK`, here().person, 'Too many attempts')
    },
    'no such share for you': page => openSignedIn(page, `${url()}/v1/share/${NOBODYS}`, here().person, 'Share not found'),
    'no such share in the console': page => openSignedIn(page, `${url()}/shares/${NOBODYS}`, here().person, 'Share not found'),
    'share that could not be looked up': async page => {
      await answers(page, '**/v1/shares/*', {}, 503)
      await page.goto(here().share)
      await view(page, 'The share could not be looked up')
    },
    'share declined': async page => {
      const expires_at = new Date(Date.now() + 86_400_000).toISOString()
      const { client, person, secret, other } = here()
      const share = await other.call('shares.create', {
        params: { secret_id: secret },
        body: { recipient_type: 'user', recipient_id: (await client.call('account.me')).id, expires_at },
      })
      await openSignedIn(page, `${url()}/shares/${share.id}`, person, 'A secret is shared with you')
      await button(page, 'Decline').click()
      await view(page, 'You declined this share')
    },
    'share used up': async page => {
      await page.goto(here().share)
      await view(page, 'A secret is shared with you')
      await answers(page, '**/v1/share/**', {}, 410)
      await button(page, 'Reveal').click()
      await view(page, 'This share is used up')
    },
  }
}
