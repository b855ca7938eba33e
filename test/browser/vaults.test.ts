import { describe, expect } from 'vitest'
import { askFromTerminal, joined, openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'
import { rowsOf } from '../support/rows.ts'

const it = guestTests().extend('calls', ({ page, client }) => {
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const dialog = () => page.getByRole('dialog')
  const main = () => page.getByRole('main')
  const vault = async (name: string) => (await client.call('vaults.create', { body: { name } })).id
  return { button, dialog, main, vault }
})

describe('the vaults', () => {
  it('are created, opened, and deleted only after typing their name', async ({
    server,
    page,
    person,
    client,
    calls: { button },
  }) => {
    await openSignedIn(page, `${server.url}/vaults`, person, 'Vaults')
    await button('New vault').click()
    await page.getByLabel('Name').fill('<b>prod</b>')
    await button('Create').click()
    await view(page, '<b>prod</b>')
    await page.getByText('No secrets yet').waitFor()
    await expect.poll(() => page.locator('main b').count()).toBe(0)

    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Vaults' }).click()
    await button('Delete the vault <b>prod</b>').click()
    await button('Delete').click()
    await page.getByText('Type <b>prod</b> exactly as shown.').waitFor()
    await page.getByLabel('Type <b>prod</b> to confirm').fill('<B>PROD</B>')
    await button('Delete').click()
    expect((await client.call('vaults.list')).vaults).toHaveLength(1)
    await page.getByLabel('Type <b>prod</b> to confirm').fill('<b>prod</b>')
    await page.keyboard.press('Enter')
    await page.getByText('No vaults yet.').waitFor()
    expect((await client.call('vaults.list')).vaults).toEqual([])
    await button('Undo').click()
    await page.getByRole('link', { name: '<b>prod</b>' }).waitFor()
    expect((await client.call('vaults.list')).vaults).toHaveLength(1)
  })

  it('say how many secrets are in them, and are renamed on their own page', async ({
    server,
    page,
    person,
    client,
    calls: { vault, button },
  }) => {
    const id = await vault('prod')
    for (const path of ['db/url', 'db/password', 'token']) {
      await client.call('secrets.put', { params: { vault_id: id, path }, body: { value: 'v', type: 'generic' } })
    }
    await openSignedIn(page, `${server.url}/vaults/prod`, person, 'prod')
    await page.getByText('3 secrets, last written just now.').waitFor()
    await button('Edit the vault').click()
    await page.getByLabel('Name').fill('production')
    await button('Save').click()
    await view(page, 'production')
    await page.waitForURL(`${server.url}/vaults/production`)
    await page.getByRole('link', { name: 'db/' }).click()
    await page.getByText('2 secrets, last written just now.').waitFor()
    await expect.poll(() => button('Edit the vault').count()).toBe(0)
  })

  it('that are deleted or unknown are reported as such', async ({ server, page, person, client, calls: { vault } }) => {
    const id = await vault('prod')
    await openSignedIn(page, `${server.url}/vaults`, person, 'Vaults')
    await client.call('vaults.delete', { params: { vault_id: id } })
    await page.getByRole('link', { name: 'prod' }).click()
    await view(page, 'There is no such vault')
    for (const address of ['/vaults/not-an-id', `/vaults/${id}/nothing`]) {
      await openSignedIn(page, server.url + address, person, 'There is no such vault')
    }
  })

  it('that were deleted elsewhere are reported as gone on a write', async ({
    server,
    page,
    person,
    client,
    calls: { vault, button, dialog },
  }) => {
    const id = await vault('prod')
    await openSignedIn(page, `${server.url}/vaults/${id}`, person, 'prod')
    await button('New secret').click()
    await client.call('vaults.delete', { params: { vault_id: id } })
    await page.getByLabel('Path', { exact: true }).fill('x')
    await page.getByRole('textbox', { name: 'Value' }).fill('x')
    await button('Save secret').click()
    await dialog().getByText('There is no vault with this id.').waitFor()
  })

  it('are loaded again when the server did not answer', async ({ server, page, person, calls: { vault, button } }) => {
    await vault('prod')
    await openSignedIn(page, server.url, person, 'Overview')
    await page.getByRole('link', { name: 'View audit log' }).waitFor()
    await page.route(/\/v1\/vaults(\?|$)/, route => route.abort())
    await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Vaults' }).click()
    await page.getByText('The server could not be reached.').waitFor()
    await page.unroute(/\/v1\/vaults(\?|$)/)
    await button('Try again').click()
    await page.getByRole('link', { name: 'prod' }).waitFor()
  })
})

describe('the overview', () => {
  it('of an empty organisation shows how to start', async ({ server, page, person, calls: { vault } }) => {
    await openSignedIn(page, server.url, person, 'Overview')
    await page.getByText('Get started').waitFor()
    await page.getByText('Your account has no second factor.').first().waitFor()
    await expect.poll(() => page.getByLabel('Code from your terminal').count()).toBe(0)
    await vault('prod')
    await openSignedIn(page, server.url, person, 'Overview')
    await page.getByRole('link', { name: '1 vault' }).waitFor()
  })

  it('shows what is waiting (a share to accept, an agent that expires) and who did what', async ({
    server,
    page,
    client,
    calls: { vault, main, button },
  }) => {
    const id = await vault('prod')
    const colleague = await joined(server, client, 'admin')
    const { id: secret_id } = await client.call('secrets.put', {
      params: { vault_id: id, path: 'app/_b_' },
      body: { value: 'canary' },
    })
    const share = (expires_at: string) =>
      client.call('shares.create', {
        params: { secret_id },
        body: { recipient_type: 'user', recipient_id: colleague.id, expires_at },
      })
    await share('2999-01-01T00:00:00Z')
    const soon = new Date(Date.now() + 3 * 86_400_000).toISOString()
    await client.call('agents.register', { body: { name: '<i>bot</i>', expires_at: soon } })
    await client.call('agents.register', { body: { name: 'lasting' } })
    await colleague.client.call('secrets.get', { params: { vault_id: id, path: 'app/_b_' } }).catch(() => undefined)

    await openSignedIn(page, server.url, colleague.person, 'Overview')
    await main()
      .getByText(/^The agent <i>bot<\/i>.*expires in 3 days/i)
      .first()
      .waitFor()
    await expect.poll(() => main().getByText('The agent lasting').count()).toBe(0)
    await main().getByText(`${colleague.person.email} was denied once: read app/_b_ in prod`).first().waitFor()
    await main()
      .getByRole('button', { name: /^Grant/ })
      .first()
      .waitFor()
    await main().getByText('Signed up to no.').waitFor()
    await main().getByText('Service: ok').waitFor()
    await main().getByRole('link', { name: '2 active agents' }).waitFor()
    const refused = page.getByRole('table', { name: 'Recent activity' }).getByRole('row', { name: 'secret.read' })
    await expect.poll(() => refused.textContent()).toContain('app/_b_')
    await expect.poll(() => refused.textContent()).toContain(colleague.person.email)
    await expect.poll(() => refused.textContent()).toContain('Denied')

    await main().getByRole('link', { name: 'A secret is shared with you: app/_b_' }).click()
    await view(page, 'A secret is shared with you')
    await button('Accept').click()
    await button('Reveal').click()
    await page.getByText('canary').waitFor()
  })

  it('counts what others create while it is open', async ({ server, page, person, client, calls: { main } }) => {
    await page.clock.install()
    await openSignedIn(page, server.url, person, 'Overview')
    const agents = main().getByRole('link', { name: /active agents?$/ })
    const before = Number.parseInt((await agents.textContent()) ?? '', 10)
    await client.call('agents.register', { body: { name: 'newcomer' } })
    const later = async () => {
      await page.clock.fastForward(31_000)
      return Number.parseInt((await agents.textContent()) ?? '', 10)
    }
    await expect.poll(later, { interval: 1_000 }).toBe(before + 1)
  })

  it('names what ends within 14 days, of every kind, and nothing that ends later', async ({
    server,
    page,
    person,
    client,
    calls: { vault, main, dialog },
  }) => {
    const id = await vault('prod')
    const { agent } = await client.call('agents.register', { body: { name: 'deployer' } })
    const colleague = await joined(server, client, 'member')
    await client.call('org.invite', { body: { email: 'invited@example.com', role: 'member' } })
    for (const [days, name] of [
      [13, 'soon'],
      [15, 'later'],
    ] as const) {
      const expires_at = new Date(Date.now() + days * 86_400_000).toISOString()
      const params = { vault_id: id }
      const { id: secret_id } = await client.call('secrets.put', {
        params: { ...params, path: name },
        body: { value: 'x', expires_at },
      })
      const share = { recipient_type: 'user', recipient_id: colleague.id, expires_at } as const
      await client.call('shares.create', { params: { secret_id }, body: share })
      await client.call('api-keys.create', { body: { name, expires_at } })
      const policy = { principal_type: 'agent' as const, principal_id: agent.id, permissions: ['read' as const], expires_at }
      await client.call('policies.create', { params, body: { ...policy, secret_path_pattern: `app/${name}` } })
    }

    await openSignedIn(page, server.url, person, 'Overview')
    const lines = main().locator('.needs li')
    const soon = (text: string) => lines.filter({ hasText: `${text} · expires in ` }).first()
    await soon('soon in prod').waitFor()
    await soon('deployer can read app/soon in prod').waitFor()
    await soon('Your API key soon').waitFor()
    await soon('The invitation of invited@example.com').waitFor()
    await soon('Your share of soon').waitFor()
    await expect.poll(() => lines.filter({ hasText: 'later' }).count()).toBe(0)

    await soon('deployer can read app/soon in prod').getByRole('link', { name: 'Extend' }).click()
    await view(page, 'prod')
    await dialog().getByText('app/soon').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await dialog().waitFor({ state: 'detached' })
    await page.getByRole('row', { name: 'app/later' }).waitFor()
  })

  it('lists waiting requests, each with a link to its decision', async ({
    server,
    page,
    person,
    client,
    calls: { vault, main },
  }) => {
    const id = await vault('prod')
    await client.call('secrets.put', { params: { vault_id: id, path: 'db/url' }, body: { value: 'x' } })
    const colleague = await joined(server, client, 'member')
    await colleague.client.call('access-requests.create', {
      params: { vault_id: id },
      body: { secret_path_pattern: 'db/url', reason: 'a look', duration_seconds: 3600 },
    })
    await client.call('agents.enroll', { body: { name: 'newcomer', human_email: person.email } })
    await askFromTerminal(server.url, person.email)

    await openSignedIn(page, server.url, person, 'Overview')
    await main().getByText(`${colleague.person.email} asks to read db/url in prod`).first().waitFor()
    await main().getByText('test-terminal asks to sign in').first().waitFor()
    await main().getByRole('link', { name: 'Review newcomer asks to be enrolled' }).click()
    await view(page, 'Approve this agent?')
  })

  it('reports first that the audit log is not intact', async ({ server, page, person, calls: { main } }) => {
    await rowsOf(
      { dataDir: server.dataDir, config: { databaseUrl: undefined } },
      "UPDATE audit_events SET actor_id = 'somebody' WHERE seq = 1",
    )
    await openSignedIn(page, server.url, person, 'Overview')
    const first = main().locator('.needs li').first()
    await first.getByText('The audit log is not intact.').first().waitFor()
    await first.getByRole('link', { name: 'Verify' }).click()
    await view(page, 'Audit')
    await main().getByText('not intact').first().waitFor()
  })
})
