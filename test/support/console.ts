import { randomUUID } from 'node:crypto'
import type { Page } from 'playwright-core'
import { bearer } from '../../src/client/auth.ts'
import { type Client, createClient } from '../../src/client/client.ts'
import { fetchTransport } from '../../src/client/transport-fetch.ts'
import type { Contract } from '../../src/contract/all.ts'
import { OWN_PAGE } from './kept-session.ts'
import { mailbox } from './mailbox.ts'
import type { TestServer } from './server.ts'

const SESSION = '/v1/auth/console-session'

export const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:device_code'

export interface Person {
  readonly email: string
  readonly password: string
}

/** A unique person, with a password that the server accepts. */
export function newPerson(name = 'ada'): Person {
  return { email: `${name}-${randomUUID()}@example.com`, password: `${randomUUID()} of the console` }
}

/** Calls the server's API like a program; with a token, as its owner. */
export function apiOf(url: string, token?: string): Client {
  return createClient({ baseUrl: url, transport: fetchTransport(), auth: token === undefined ? undefined : bearer(token) })
}

/** Creates the account of a person; returns its token. */
export async function signUp(url: string, { email, password }: Person): Promise<string> {
  const { access_token: token } = await apiOf(url).call('auth.signup', { body: { email, password } })
  if (token === undefined) throw new Error('The server wants the address confirmed first.')
  return token
}

/** A person with an account, and a client. */
export interface Account {
  readonly person: Person
  readonly token: string
  readonly client: Client
}

/** A new person who has just signed up. */
export async function newAccount(url: string, name?: string): Promise<Account> {
  const person = newPerson(name)
  const token = await signUp(url, person)
  return { person, token, client: apiOf(url, token) }
}

export type DeviceCode = Contract['device.code']['reply']

/** Starts a device login like a terminal; with `email`, one that only the owner of that address can approve. */
export function askFromTerminal(url: string, email?: string): Promise<DeviceCode> {
  return apiOf(url).call('device.code', { body: { client_id: 'test-terminal', ...(email && { email }) } })
}

/** The reply to a terminal that polls for its token. */
export function pollFromTerminal(url: string, { device_code }: DeviceCode): Promise<Contract['device.token']['reply']> {
  return apiOf(url).call('device.token', { body: { device_code, grant_type: GRANT_TYPE } })
}

/** Fills in the sign-in form and sends it. */
export async function signInOn(page: Page, { email, password }: Person): Promise<void> {
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Waits until the view with this title is shown. */
export function view(page: Page, title: string | RegExp): Promise<void> {
  return page.getByRole('heading', { level: 1, name: title }).waitFor()
}

/** Another member of the organisation of a client's owner, who signed up with an invitation. */
export async function joined(server: TestServer, owner: Client, role: 'admin' | 'member', name = 'grace') {
  const person = newPerson(name)
  await owner.call('org.invite', { body: { email: person.email, role } })
  const { token: invite_token } = await mailbox(server.dataDir).newest('invitation', person.email)
  const { access_token: token } = await apiOf(server.url).call('auth.signup', { body: { ...person, invite_token } })
  const client = apiOf(server.url, token)
  return { person, client, id: (await client.call('account.me')).id }
}

/**
 * Opens a page of the console that requires a session. Without one in this browser, it starts one past the form, which
 * `sign-in.test.ts` tests; if that is not enough (a second factor, a session that was ended), it fills in the form.
 */
export async function openSignedIn(page: Page, address: string, person: Person, title: string | RegExp): Promise<void> {
  await beginSession(page, new URL(address).origin, person)
  await page.goto(address)
  const heading = page.getByRole('heading', { level: 1 })
  await heading.waitFor()
  if ((await heading.textContent()) === 'Sign in') await signInOn(page, person)
  await view(page, title)
}

/** Opens the menu of the signed-in person, which contains Sign out. */
export function openPersonMenu(page: Page): Promise<void> {
  return page.getByRole('button', { name: /^Your menu/ }).click()
}

export async function signOutOn(page: Page): Promise<void> {
  await openPersonMenu(page)
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
}

/** Starts a session like the page after a sign-in, and leaves its cookie in the browser. */
async function beginSession(page: Page, origin: string, { email, password }: Person): Promise<void> {
  const context = page.context()
  if ((await context.cookies(`${origin}${SESSION}`)).length > 0) return
  const { request } = context
  const login = await request.post(`${origin}/v1/auth/token`, { data: { email, password } })
  const { access_token } = (await login.json()) as { access_token?: string }
  if (access_token === undefined) return
  const userAgent = await page.evaluate(() => navigator.userAgent)
  const headers = { ...OWN_PAGE, authorization: `Bearer ${access_token}`, 'user-agent': userAgent }
  await request.post(`${origin}${SESSION}`, { headers })
}
