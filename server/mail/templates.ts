import { randomUUID } from 'node:crypto'
import type { NewOutboxRow } from '../stores/outbox.ts'
import { accessTemplates } from './access-templates.ts'
import { type MailText, mailOf } from './layout.ts'
import { type Mail, WITH_KEY } from './mail.ts'
import { quoted } from './quoted.ts'
import { minute } from './times.ts'

/** Seals the mails in the outbox; see `DataBox`. */
export interface Sealer {
  seal(purpose: string, id: string, plaintext: Uint8Array): Uint8Array
  open(purpose: string, id: string, sealed: Uint8Array): Uint8Array
}

export interface TemplateDeps {
  readonly box: Sealer
  /** Base of links to our own pages, without a trailing slash. */
  readonly publicUrl: () => string
  readonly clock: () => number
}

/** Added to a password reset for an address that was never confirmed. */
const FRESH_START =
  'This address was never confirmed, so someone else could have created the account. With the new password it starts empty: without the vaults, agents and keys that are in it now. If they are yours and you can still sign in, change the password there instead.'

export type MailTemplates = ReturnType<typeof templates>

const PURPOSE = 'mail'
const DAY_MS = 24 * 3_600_000

/** Every mail the server writes, as a row for the outbox: `await outbox.add(templates.welcome(email))` inside a unit of work. */
export function templates({ box, publicUrl, clock }: TemplateDeps) {
  /** Without `to`, the row looks and costs the same, but it is discarded. */
  function row(kind: string, to: string | undefined, mailText: MailText, lifetimeMs = 3 * DAY_MS): NewOutboxRow {
    const id = randomUUID()
    const now = clock()
    const mail = mailOf(kind, to ?? '', mailText)
    const sealed = box.seal(PURPOSE, id, Buffer.from(JSON.stringify(mail)))
    return { id, kind, sealed, attempts: 0, created_at: now, due_at: now, expires_at: now + lifetimeMs }
  }

  const page = (path: string) => `${publicUrl()}${path}`

  return {
    /** Undefined for a row that must be discarded. */
    read({ id, sealed }: { id: string; sealed: Uint8Array }): Mail | undefined {
      const mail = JSON.parse(Buffer.from(box.open(PURPOSE, id, sealed)).toString('utf8')) as Mail
      return mail.to === '' ? undefined : mail
    },

    welcome: (to: string) =>
      row('welcome', to, {
        subject: 'Welcome to 1claw',
        before: ['Your account is ready.'],
        link: { label: 'Open the console', url: page('/') },
        after: ['Turn on a second factor there: it protects your account even if someone learns the password.'],
      }),

    verification: (to: string | undefined, token: string, lifetimeMs: number) =>
      row(
        'verification',
        to,
        {
          subject: 'Confirm your e-mail address',
          before: ['Someone, probably you, is creating a 1claw account with this address.'],
          link: { label: 'Confirm the address', url: page(`/verify-email/${token}`) },
          after: ['The link works once, within 24 hours. If it was not you, do nothing: no account is created without it.'],
        },
        lifetimeMs,
      ),

    alreadyRegistered: (to: string | undefined, lifetimeMs: number) =>
      row(
        'already-registered',
        to,
        {
          subject: 'You already have a 1claw account',
          before: ['Someone, probably you, tried to create a 1claw account with this address. One already exists.'],
          link: { label: 'Sign in, or set a new password', url: page('/') },
          after: ['If it was not you, do nothing: nothing has changed.'],
        },
        lifetimeMs,
      ),

    passwordReset: (
      to: string | undefined,
      { token, lifetimeMs, proven }: { token: string; lifetimeMs: number; proven: boolean },
    ) =>
      row(
        'password-reset',
        to,
        {
          subject: 'Set a new password',
          before: ['Someone, probably you, asked to set a new password for this 1claw account.'],
          link: { label: 'Set a new password', url: page(`/reset-password/${token}`) },
          after: [
            'The link works once, within an hour. If it was not you, do nothing: the password is not changed.',
            ...(proven ? [] : [FRESH_START]),
          ],
        },
        lifetimeMs,
      ),

    passwordChanged: (to: string) =>
      row('password-changed', to, {
        subject: 'Your password was changed',
        before: [
          'The password of your 1claw account was changed, and everything that was signed in has been signed out.',
          'Your API keys and the invitations that you have sent no longer work; create new ones where you need them.',
        ],
        link: { label: 'If it was not you, set a new password now', url: page('/') },
      }),

    locked: (to: string | undefined) =>
      row('locked', to, {
        subject: 'Five failed attempts to sign in as you',
        before: [
          'Five attempts in a row with your e-mail address failed, so nobody can sign in with it for the next 15 minutes.',
          'If it was you, wait and try again. If it was not, your account is safe; a long password and a second factor keep it safe.',
        ],
        link: { label: 'Open the console', url: page('/') },
      }),

    shareLocked: (to: string | undefined, path: string) =>
      row('share-locked', to, {
        subject: 'Five failed attempts to open your share',
        before: [
          `Five attempts in a row to open the share of ${quoted(path)} had a wrong passphrase, so nobody can open it for the next 15 minutes.`,
          'If you do not know who that was, revoke the share and send the secret to the recipient in another way.',
        ],
        link: { label: 'Open the console', url: page('/shares') },
      }),

    mfaChanged: (to: string, state: 'on' | 'off') =>
      row('mfa-changed', to, {
        subject: state === 'on' ? 'Your second factor is on' : 'Your second factor was turned off',
        before: [
          state === 'on'
            ? 'From now on, signing in to your 1claw account requires a code from your authenticator.'
            : 'From now on, signing in to your 1claw account requires only the password.',
        ],
        link: { label: 'If it was not you, set a new password now', url: page('/') },
      }),

    mfaReset: (to: string, { by, org, token, lifetimeMs }: { by: string; org: string; token: string; lifetimeMs: number }) =>
      row(
        'mfa-reset',
        to,
        {
          subject: 'Turn off your lost second factor?',
          before: [
            `${quoted(by)}, an admin of ${quoted(org)}, asks to turn off the second factor of your 1claw account because you have lost it.`,
          ],
          link: { label: 'Review the request', url: page(`/reset-mfa/${token}`) },
          after: ['The link works once, within 24 hours. If you have not lost it, do nothing, and tell the admin.'],
        },
        lifetimeMs,
      ),

    apiKeyCreated: (to: string, key: { name: string; key_prefix: string }) =>
      row('api-key-created', to, {
        subject: 'A new API key for your account',
        before: [`The API key ${quoted(key.name)} (${key.key_prefix}…) was created for your 1claw account.`],
        link: { label: 'If it was not you, revoke it now', url: page('/') },
      }),

    invitation: (to: string, { org, by, token, lifetimeMs }: { org: string; by: string; token: string; lifetimeMs: number }) =>
      row(
        'invitation',
        to,
        {
          subject: `You are invited to ${quoted(org)} on 1claw`,
          before: [`${by} invites you to the organisation ${quoted(org)} on 1claw.`],
          link: { label: 'Accept the invitation', url: page(`/invite/${token}`) },
          after: ['The link works once, within 7 days. If you do not know the sender, do nothing.'],
        },
        lifetimeMs,
      ),

    secretShared: (to: string, { id, by, path, until }: { id: string; by: string; path: string; until: number }) =>
      row(
        'secret-shared',
        to,
        {
          subject: 'A secret is shared with you on 1claw',
          before: [`${by} shares the secret ${quoted(path)} with you.`],
          link: { label: 'Open the share', url: page(`/v1/share/${id}`) },
          after: [
            `Sign in with this address, accept it, and open it before ${minute(until)}. If you do not know the sender, do nothing.`,
          ],
        },
        Math.min(3 * DAY_MS, Math.max(0, until - clock())),
      ),

    shareOpened: (
      to: string,
      { path, at, from, count, max }: { path: string; at: number; from: string; count: number; max: number },
    ) =>
      row('share-opened', to, {
        subject: 'A secret that you shared was opened',
        before: [
          `The share of the secret ${quoted(path)} was opened at ${minute(at)} from ${from}.`,
          max > 0 ? `That was time ${count} of ${max}.` : `That was time ${count}.`,
        ],
        link: { label: 'If this was not intended, revoke it now', url: page('/') },
      }),

    enrollment: (
      to: string | undefined,
      asked: { name: string; description: string | undefined; ip: string; token: string; lifetimeMs: number },
    ) =>
      row(
        'enrollment',
        to,
        {
          subject: 'An agent asks to work for you on 1claw',
          before: [
            `An agent that calls itself ${quoted(asked.name)} asks to become one of yours. It asked from ${asked.ip}.`,
            ...(asked.description ? [`It describes itself as: ${quoted(asked.description)}`] : []),
          ],
          links: [
            { label: 'Allow it', url: page(`/enroll/${asked.token}?answer=allow`) },
            { label: 'Deny it', url: page(`/enroll/${asked.token}?answer=deny`) },
          ],
          after: [
            'Each link opens a page that asks for confirmation. The links work for 7 days. If you do not expect an agent, deny it or do nothing.',
          ],
        },
        asked.lifetimeMs,
      ),

    ...accessTemplates(row, page),

    agentCredentials: (to: string, { name, id, apiKey }: { name: string; id: string; apiKey: string }) =>
      row(WITH_KEY, to, {
        subject: `The credentials of your agent ${quoted(name)}`,
        before: [
          `You allowed the agent ${quoted(name)}.`,
          `Agent ID: ${id}`,
          `API key: ${apiKey}`,
          'Give them to the agent and delete this mail. Anyone who has the key can act as the agent.',
        ],
        link: { label: 'Open the console', url: page('/') },
      }),

    creditsExpiring: (to: string, { amount, until }: { amount: string; until: number }) =>
      row('credits-expiring', to, {
        subject: `Credits worth $${amount} expire soon`,
        before: [`Credits of your organisation worth $${amount} expire on ${minute(until)}.`],
        link: { label: 'See your credits', url: page('/billing/credits') },
        after: ['Requests beyond your plan use the credits that expire first. What is left on that date is lost.'],
      }),

    accountDeleted: (to: string) =>
      row('account-deleted', to, {
        subject: 'Your account was deleted',
        before: ['Your 1claw account, and everything that only it could reach, has been deleted.'],
      }),
  }
}
