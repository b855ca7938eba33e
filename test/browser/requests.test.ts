import { expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { apiOf, askFromTerminal, joined, openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'

const it = consoleTests().extend('vault', { scope: 'file', auto: true }, async ({ client }) => {
  const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
  await client.call('secrets.put', {
    params: { vault_id: vault, path: 'stripe/key' },
    body: { value: 'sk_live', type: 'api_key' },
  })
  return vault
})

it('a denied person asks for access on the page, an owner approves, and the person reads the secret', async ({
  browser,
  server,
  person: owner,
  client,
  vault,
}) => {
  const member = await joined(server, client, 'member')
  const theirs = await openTab(browser)
  const secret = `${server.url}/vaults/${vault}/secrets/stripe/key`
  await openSignedIn(theirs.page, secret, member.person, 'This vault is not open to you')
  await theirs.page.getByRole('button', { name: 'Request access' }).click()
  const dialog = theirs.page.getByRole('dialog')
  await expect.poll(() => dialog.getByLabel('Paths').inputValue()).toBe('stripe/key')
  await dialog.getByRole('button', { name: 'Request access' }).click()
  await dialog.getByText('Enter a reason.').waitFor()
  await dialog.getByLabel('What you need it for').fill('refund of order 17')
  await dialog.getByRole('button', { name: 'Request access' }).click()
  await theirs.page.getByText('You asked for access.').waitFor()

  const ours = await openTab(browser)
  await openSignedIn(ours.page, `${server.url}/vaults`, owner, 'Vaults')
  await ours.page.getByRole('link', { name: 'Requests 1 waiting' }).click()
  await view(ours.page, 'Requests')
  await ours.page.getByText('refund of order 17').waitFor()
  await ours.page.getByText(`${member.person.email} can read stripe/key in production, for 1 day.`).waitFor()
  await ours.page.getByLabel('How long, for').selectOption('1 hour')
  await ours.page.getByRole('button', { name: 'Approve for 1 hour' }).click()
  await ours.page.getByText('No requests are waiting for you.').waitFor()
  await ours.page.getByRole('link', { name: 'Requests', exact: true }).waitFor()

  // The page that denied it shows the secret by itself.
  await view(theirs.page, 'stripe/key')
  await theirs.page.getByRole('button', { name: /^Reveal/ }).click()
  await theirs.page.getByText('sk_live').waitFor()
  for (const tab of [ours, theirs]) {
    expect(tab.violations).toEqual([])
    await tab.context.close()
  }
})

it('a person who waits sees on the open page that a request was declined', async ({ browser, server, client, vault }) => {
  const member = await joined(server, client, 'member')
  const body = { secret_path_pattern: 'stripe/key', reason: 'curious', duration_seconds: 3600 }
  const { id } = await member.client.call('access-requests.create', { params: { vault_id: vault }, body })
  const { page, context } = await openTab(browser)
  await openSignedIn(page, `${server.url}/requests`, member.person, 'Requests')
  await page.getByText('pending', { exact: true }).waitFor()
  await client.call('access-requests.decline', { params: { request_id: id }, body: { note: 'Ask Grace first' } })
  await page.getByText('declined', { exact: true }).waitFor()
  await page.getByText('“Ask Grace first”').waitFor()
  await context.close()
})

it('a request is declined with a reason, which the requester reads', async ({ browser, server, person, client, vault }) => {
  const member = await joined(server, client, 'member')
  const ask = async (reason: string, secret_path_pattern: string) => {
    const body = { secret_path_pattern, reason, duration_seconds: 3600 }
    return (await member.client.call('access-requests.create', { params: { vault_id: vault }, body })).id
  }
  const [curious, bored] = [await ask('curious', 'stripe/key'), await ask('bored', 'stripe/*')]
  const { page, context } = await openTab(browser)
  await openSignedIn(page, `${server.url}/requests`, person, 'Requests')
  const dialog = page.getByRole('dialog', { name: `Decline the request of ${member.person.email}?` })
  const decline = async (reason: string) => {
    await page
      .getByRole('listitem')
      .filter({ hasText: reason })
      .getByRole('button', { name: /^Decline/ })
      .click()
    return dialog.getByRole('button', { name: 'Decline' })
  }
  await decline('curious')
  await dialog.getByLabel('Reason (optional)').fill(' Ask Grace first ')
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'hidden' })
  await (await decline('bored')).click()
  await page.getByText('No requests are waiting for you.').waitFor()
  const settled = (id: string) => member.client.call('access-requests.get', { params: { request_id: id } })
  expect(await settled(curious)).toMatchObject({ status: 'declined', note: 'Ask Grace first' })
  expect(await settled(bored)).toMatchObject({ status: 'declined' })
  expect(await settled(bored)).not.toHaveProperty('note')
  await context.close()
})

it('granted access leads to the secret from the list of requests, which says when it has ended', async ({
  browser,
  server,
  client,
  vault,
}) => {
  const member = await joined(server, client, 'member')
  const ask = async (duration_seconds: number) => {
    const body = { secret_path_pattern: 'stripe/key', reason: 'refund', duration_seconds }
    const { id } = await member.client.call('access-requests.create', { params: { vault_id: vault }, body })
    return (await client.call('access-requests.approve', { params: { request_id: id }, body: {} })).access_expires_at ?? ''
  }
  const end = Date.parse(await ask(60))
  const { page, context } = await openTab(browser, { width: 375 })
  await page.clock.install()
  await openSignedIn(page, `${server.url}/requests`, member.person, 'Requests')
  const own = page.getByRole('table', { name: 'Your requests' })
  await own.getByText('expires').waitFor()
  // On a narrow page, too, its end stands with the status, and not in the column of the titles.
  const [status, ends] = await Promise.all(['approved', 'expires'].map(text => own.getByText(text).boundingBox()))
  expect(ends?.x).toBeGreaterThanOrEqual(status?.x ?? Number.POSITIVE_INFINITY)
  await own.getByRole('link', { name: 'stripe/key' }).click()
  await view(page, 'stripe/key')
  await page.goBack()
  await page.clock.setFixedTime(end + 120_000)
  await page.reload()
  await own.getByText(/ended .* ago/).waitFor()
  await expect.poll(() => own.getByRole('link').count()).toBe(0)
  await context.close()
})

it('the page lists agents and terminals that name the person, and links to the decision', async ({
  browser,
  server,
  person: owner,
}) => {
  await apiOf(server.url).call('agents.enroll', {
    body: { name: 'newcomer', human_email: owner.email, description: 'Brings it out' },
  })
  const { user_code } = await askFromTerminal(server.url, owner.email)
  const { page, context } = await openTab(browser)
  await openSignedIn(page, `${server.url}/requests`, owner, 'Requests')
  await page.getByText('Brings it out').waitFor()
  await page.getByText(user_code).first().waitFor()
  await page.getByRole('link', { name: 'Review the agent newcomer' }).click()
  await view(page, 'Approve this agent?')
  await page.getByRole('button', { name: 'Decline' }).click()
  await page.goto(`${server.url}/requests`)
  await page.getByRole('link', { name: /^Review the terminal/ }).waitFor()
  await expect.poll(() => page.getByText('newcomer').count()).toBe(0)
  await context.close()
})
