import { expect } from 'vitest'
import { apiOf, joined, openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'
import { started } from '../support/fixtures.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { stripeDouble } from '../support/stripe/double.ts'
import { webhookOf } from '../support/stripe/webhook.ts'

const it = guestTests({}, 'owner')
  .extend(
    'stripe',
    { scope: 'file' },
    started(stripeDouble, stripe => stripe.close()),
  )
  .extend('settings', { scope: 'file' }, ({ stripe }) => ({ stripe: stripe.config }))
  .extend('calls', ({ server, tab, person: owner, client }) => {
    const button = (name: string | RegExp) => tab.page.getByRole('button', { name, exact: true })
    const row = (text: string | RegExp) => tab.page.getByRole('row').filter({ hasText: text })
    const said = (text: string) => tab.page.getByRole('status').getByText(text).waitFor()
    const open = (path: string, person = owner) => openSignedIn(tab.page, server.url + path, person, 'Billing')
    const orgOf = async () => (await client.call('account.me')).org_id
    return { button, row, said, open, orgOf }
  })

// The first account of the server owns its platform, and is never limited.
it.beforeAll(async ({ server, stripe, platform }) => {
  stripe.events.to(webhookOf(server.url))
  await platform.client.call('admin.set-setting', { params: { key: 'billing.enforced' }, body: { value: 'true' } })
})
it.afterEach(({ stripe }) => {
  expect(stripe.asked.flatMap(({ faults }) => faults)).toEqual([])
})

it('shows every meter with its limit, and which are near it', async ({ tab, client, calls: { open } }) => {
  for (const name of ['one', 'two', 'three']) await client.call('vaults.create', { body: { name } })
  await open('/billing')
  const meters = tab.page.getByRole('table', { name: 'Usage of the plan' })
  const meterOf = (name: string) => meters.getByRole('row', { name: new RegExp(`^${name} `) })
  await meterOf('Vaults').getByText('Used up').waitFor()
  await expect.poll(() => meterOf('Vaults').textContent()).toBe('Vaults33Used up')
  for (const meter of ['Requests', 'Secrets', 'Agents', 'Members', 'Transactions', 'Shares']) await meterOf(meter).waitFor()
  expect(await faultsOfAllLooks(tab.page)).toEqual([])
})

it('shows the requests of a month by day, by caller and by route, as a chart and as a table', async ({
  server,
  tab,
  client,
  calls: { open, row, button },
}) => {
  const { agent, api_key: key } = await client.call('agents.register', { body: { name: 'reader of lists' } })
  for (let calls = 0; calls < 4; calls++) await apiOf(server.url, key).call('vaults.list')
  await open('/billing')
  await row('reader of lists').waitFor()
  await row('GET /v1/vaults').first().waitFor()
  const caption = (await tab.page.getByRole('img', { name: /requests, none of them paid for/ }).getAttribute('aria-label')) ?? ''
  const total = Number(caption.split(' ')[0])
  expect(total).toBeGreaterThan(4)
  await button('Show as table').click()
  const today = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date())
  const cells = await tab.page
    .getByRole('table', { name: 'Requests by day' })
    // On the 1st there are also rows of the 11th, 21st and 31st.
    .getByRole('row', { name: new RegExp(`^${today} `) })
    .getByRole('cell')
  await expect.poll(() => cells.allTextContents()).toEqual([String(total), '0'])
  await button('Earlier month').click()
  await tab.page.getByText('No requests were made.').waitFor()
  await expect.poll(() => tab.page.url()).toContain('month=')
  await button('Later month').click()
  await row('reader of lists').waitFor()
  expect(agent.name).toBe('reader of lists')
})

it('buys credits at the provider, comes back, and finds them in the ledger', async ({
  tab,
  calls: { open, button, said, row },
}) => {
  await open('/billing/credits')
  await tab.page.getByLabel('US dollars').fill('4')
  await button('Buy credits').click()
  await tab.page.getByText('Enter whole dollars, from 5 to 1,000.').waitFor()
  await tab.page.getByLabel('US dollars').fill('25')
  await button('Buy credits').click()
  await view(tab.page, 'Pay')
  await button('Pay').click()
  await view(tab.page, 'Billing')
  await said('Thank you.')
  expect(new URL(tab.page.url()).pathname).toBe('/billing/credits')
  await expect.poll(() => row('Top-up by card').textContent()).toMatch(/\+\$25\.00\$25\.00$/)
  expect(await faultsOfAllLooks(tab.page)).toEqual([])
})

it('leads a person who has used up the plan to the page where credits are bought', async ({
  server,
  tab,
  platform,
  calls: { orgOf, open, button },
}) => {
  const params = { org_id: await orgOf() }
  await platform.client.call('admin.set-limits', { params, body: { free_tier_override: 0 } })
  await open('/billing')
  await tab.page.getByRole('link', { name: 'Vaults', exact: true }).click()
  await tab.page.getByText('The 0 requests of this month on the free tier are used up').waitFor()
  await tab.page.getByRole('link', { name: 'Buy credits or see the plan' }).click()
  await button('Buy credits').click()
  await view(tab.page, 'Pay')
  await button('Pay').click()
  await view(tab.page, 'Billing')
  await tab.page.getByRole('link', { name: 'Vaults', exact: true }).click()
  await tab.page
    .getByText('There are no vaults yet')
    .or(tab.page.getByRole('button', { name: 'New vault' }))
    .first()
    .waitFor()
  expect(new URL(tab.page.url()).origin).toBe(server.url)
})

it('changes nothing when the person returns without paying', async ({ tab, calls: { open, button } }) => {
  await open('/billing/credits')
  await button('Buy credits').click()
  await view(tab.page, 'Pay')
  await tab.page.getByRole('link', { name: 'Go back' }).click()
  await view(tab.page, 'Billing')
  await tab.page.getByText('The ledger has no entries.').waitFor()
})

it('pages the ledger', async ({ stripe, calls: { orgOf, open, row, button } }) => {
  const org = await orgOf()
  for (let index = 1; index <= 27; index++) {
    const session = { metadata: { org_id: org, kind: 'topup' }, payment_status: 'paid', currency: 'usd', amount_subtotal: index }
    await stripe.events.tell(
      stripe.events.event('checkout.session.completed', { ...session, payment_intent: `pi_${org}_${index}` }),
    )
  }
  await open('/billing/credits')
  await row('+$0.27').waitFor()
  await button('Older').click()
  await row('+$0.01').waitFor()
  await expect.poll(() => row('Top-up by card').count()).toBe(2)
  await button('Newer').click()
  await row('+$0.27').waitFor()
})

it('switches how usage beyond the plan is paid', async ({ tab, client, calls: { open, button, said } }) => {
  await open('/billing/credits')
  await tab.page.getByLabel('How requests beyond the plan are paid for').selectOption('x402')
  await button('Save').click()
  await said('Requests beyond the plan ask for a payment by x402.')
  expect((await client.call('billing.subscription')).overage_method).toBe('x402')
})

it('subscribes at the provider, and manages the subscription there', async ({ tab, calls: { open, button } }) => {
  await open('/billing')
  await button('Choose a larger plan').click()
  await tab.page.getByRole('combobox', { name: 'Plan' }).selectOption('business')
  await tab.page.getByLabel('Paid', { exact: true }).selectOption('yearly')
  await button('Continue to Stripe').click()
  await view(tab.page, 'Pay')
  await button('Pay').click()
  await view(tab.page, 'Billing')
  await tab.page.getByText('business, paid yearly').waitFor()
  await tab.page.getByText('trial', { exact: true }).waitFor()
  await button('Cards and invoices').click()
  await view(tab.page, 'Manage your plan')
  await tab.page.getByRole('link', { name: 'Back' }).click()
  await view(tab.page, 'Billing')
})

it('shows members what is used and changes nothing for them', async ({ server, tab, client, calls: { orgOf, open, button } }) => {
  const { person, client: member } = await joined(server, client, 'member')
  expect((await member.call('account.me')).org_id).toBe(await orgOf())
  await open('/billing', person)
  await tab.page.getByText('Owners and admins change the plan.').waitFor()
  await expect.poll(() => button('Choose a larger plan').count()).toBe(0)
  await tab.page.getByRole('link', { name: 'Credits', exact: true }).click()
  await tab.page.getByText('Owners and admins buy credits.').waitFor()
  await expect.poll(() => button('Buy credits').count()).toBe(0)
  await tab.page.goto(`${server.url}/billing/organisations`)
  await tab.page.getByText('This view requires a platform administrator.').waitFor()
})

it('shows platform administrators what every organisation uses', async ({
  platform,
  tab,
  person: owner,
  client,
  calls: { open, row },
}) => {
  await client.call('vaults.list')
  await open('/billing/organisations', platform.person)
  await row(owner.email).getByText('free', { exact: true }).waitFor()
  await row('Platform').first().waitFor()
  expect(await faultsOfAllLooks(tab.page)).toEqual([])
  await tab.page.getByRole('link', { name: 'Plan and usage' }).click()
  await tab.page.getByText('Usage is only counted here').waitFor()
})

it('shows the page for unknown addresses below it', async ({ server, tab, person: owner }) => {
  await openSignedIn(tab.page, `${server.url}/billing/nothing`, owner, /.*/)
  await expect.poll(() => tab.page.getByRole('heading', { level: 1 }).textContent()).not.toBe('Billing')
})
