import { describe, expect } from 'vitest'
import { apiOf, joined, openSignedIn, view } from '../support/console.ts'
import { agentTests } from '../support/scenes/agent-pages.ts'

const it = agentTests()

const NAME = '<img src=x onerror="document.title=1">'

const ADDRESS = '0x00000000219ab540356cBB839Cbe05303d7705Fa'

describe('registering an agent', () => {
  it('shows its key once, with a first policy that applies and commands that work', async ({
    server,
    tab,
    person: owner,
    vault,
    calls: { button, said, agentNow },
  }) => {
    await openSignedIn(tab.page, `${server.url}/agents`, owner, 'Agents')
    await tab.page.getByRole('link', { name: 'Register an agent' }).click()
    await view(tab.page, 'Register an agent')
    await tab.page.getByLabel('Name').fill(NAME)
    await tab.page.getByLabel('Token lifetime').selectOption({ label: '5 minutes' })
    await tab.page.getByLabel('Paths', { exact: true }).fill('prod//db')
    await button('Register').click()
    await said('must use only letters, digits, - _ . and single slashes')
    await expect.poll(() => tab.page.locator(':focus').getAttribute('name')).toBe('pattern')
    await tab.page.getByLabel('Paths', { exact: true }).fill('prod/db')
    await button('Register').click()

    await view(tab.page, 'Agent registered')
    const key = (await tab.page.locator('.shared-value').textContent()) ?? ''
    expect(key).toMatch(/^ocv_/)
    await tab.page.getByRole('heading', { name: `The key of ${NAME}` }).waitFor()
    // The page contains the whole key once; the lines to copy contain only its beginning.
    expect((await tab.page.content()).split(key)).toHaveLength(2)
    const me = await apiOf(server.url, key).call('agents.me')
    expect(me.name).toBe(NAME)
    expect(await agentNow(me.id)).toMatchObject({ token_ttl_seconds: 300, auth_method: 'api_key' })
    const read = await apiOf(server.url, key).call('secrets.get', { params: { vault_id: vault, path: 'prod/db' } })
    expect(read.value).toBe('the value')

    await tab.page.getByRole('link', { name: 'Agents' }).first().click()
    await view(tab.page, 'Agents')
    expect(await tab.page.content()).not.toContain(key)
    await tab.page.goBack()
    await view(tab.page, 'Register an agent')
    expect(await tab.page.content()).not.toContain(key)
    expect(await tab.page.title()).toBe('Register an agent · 1claw')
  })

  it('copies and saves the key, and empties the clipboard after itself', async ({
    server,
    tab,
    person: owner,
    calls: { button, said },
  }) => {
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await tab.page.clock.install()
    await openSignedIn(tab.page, `${server.url}/agents/new`, owner, 'Register an agent')
    await tab.page.getByLabel('Name').fill('Nightly Build!')
    await button('Register').click()
    await view(tab.page, 'Agent registered')
    const key = (await tab.page.locator('.shared-value').textContent()) ?? ''
    const clipboard = () => tab.page.evaluate<string>('navigator.clipboard.readText()')
    await button('Copy the key').click()
    await said('The clipboard is emptied in 45 seconds')
    await expect.poll(() => clipboard()).toBe(key)
    await button('Copy the lines: Command line').click()
    await expect.poll(() => clipboard()).toContain(`export ONECLAW_AGENT_API_KEY=${key}\n`)
    await tab.page.clock.fastForward(46_000)
    await expect.poll(clipboard).toBe('')

    const download = tab.page.waitForEvent('download')
    await button('Download the key').click()
    const file = await download
    expect(file.suggestedFilename()).toBe('nightly-build.env')
    const lines = await streamed(await file.createReadStream())
    expect(lines).toBe(`ONECLAW_API_URL=${server.url}\nONECLAW_AGENT_API_KEY=${key}\n`)
  })

  it('shows in red which limits a transaction-signing agent lacks', async ({
    server,
    tab,
    person: owner,
    client,
    calls: { button, said },
  }) => {
    await openSignedIn(tab.page, `${server.url}/agents/new`, owner, 'Register an agent')
    await tab.page.getByLabel('Name').fill('trader')
    const warning = tab.page.locator('p.alert')
    await expect.poll(() => warning.count()).toBe(0)
    await tab.page.getByLabel('Can request transaction signatures').check()
    await expect
      .poll(() => warning.textContent())
      .toContain('on any chain, to any address, of any amount, and without a daily limit')
    await tab.page.getByLabel('Base (8453)').check()
    await tab.page.getByLabel('Max per transaction').fill('0.1')
    await expect
      .poll(() => warning.textContent())
      .toContain('to any address and without a daily limit. An empty field means no limit.')
    await tab.page.getByLabel('Only to these addresses').fill(`${ADDRESS}\nvitalik.eth`)
    await tab.page.getByLabel('Max in 24 hours').fill('1e18')
    await button('Register').click()
    await said('Line 2 is not an address')
    await said('Write a number like 0.25')
    await tab.page.getByLabel('Only to these addresses').fill(ADDRESS)
    await tab.page.getByLabel('Max in 24 hours').fill('1')
    await expect.poll(() => tab.page.getByText('An empty field means no limit.').count()).toBe(0)
    await button('Register').click()
    await view(tab.page, 'Agent registered')
    const { agents } = await client.call('agents.list')
    expect(agents.find(({ name }) => name === 'trader')).toMatchObject({
      intents_api_enabled: true,
      tx_allowed_chains: ['base'],
      tx_to_allowlist: [ADDRESS.toLowerCase()].map(() => expect.stringMatching(new RegExp(ADDRESS, 'i'))),
      tx_max_value_eth: '0.1',
      tx_daily_limit_eth: '1',
      tx_block_unlimited_approvals: true,
    })
  })

  it('gives no key to an agent that signs in by other means', async ({
    server,
    tab,
    person: owner,
    client,
    vault,
    calls: { button, said },
  }) => {
    await openSignedIn(tab.page, `${server.url}/agents/new`, owner, 'Register an agent')
    await tab.page.getByLabel('Name').fill('github')
    await tab.page.getByLabel('Authentication').selectOption({ label: 'OIDC token' })
    await button('Register').click()
    await said('Enter the address of the issuer.')
    await tab.page.getByLabel('Issuer').fill('https://ci.example.com')
    await tab.page.getByLabel('Client id').fill('repo:a/b')
    await tab.page.getByLabel('production').check()
    await tab.page.getByLabel('Limit to paths').fill('prod/**\n\nteam:ops')
    await button('Register').click()
    await view(tab.page, 'Agent registered')
    await said('client_assertion')
    const { agents } = await client.call('agents.list')
    expect(agents.find(({ name }) => name === 'github')).toMatchObject({
      auth_method: 'oidc_client_credentials',
      oidc_issuer: 'https://ci.example.com',
      oidc_client_id: 'repo:a/b',
      vault_ids: [vault],
      scopes: ['prod/**', 'team:ops'],
    })
  })

  it('keeps showing the key when the first policy is refused', async ({
    server,
    tab,
    client,
    vault,
    calls: { button, said },
  }) => {
    const member = await joined(server, client, 'member')
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: {
        secret_path_pattern: 'prod/*',
        principal_type: 'user',
        principal_id: member.id,
        permissions: ['read'],
      },
    })
    await openSignedIn(tab.page, `${server.url}/agents/new`, member.person, 'Register an agent')
    await tab.page.getByLabel('Name').fill('mine')
    await tab.page.getByLabel('Paths', { exact: true }).fill('prod/db')
    await button('Register').click()
    await view(tab.page, 'Agent registered')
    await said('its first policy could not be created. Only owners, admins and people who manage the vault can grant')
    await expect.poll(() => tab.page.locator('.shared-value').textContent()).toMatch(/^ocv_/)
  })
})

describe('an agent', () => {
  it('that signs transactions shows them with everything else', async ({ tab, calls: { agent, openAgent, said } }) => {
    const made = await agent('signer', { intents_api_enabled: true, tx_daily_limit_eth: '2' })
    await openAgent(made, '')
    await said('on any chain, to any address, and of any amount')
    await tab.page.getByRole('link', { name: 'Transactions' }).last().click()
    await view(tab.page, 'signer')
    await said('No transactions yet.')
    await said('on any chain, to any address, and of any amount')
    await expect
      .poll(() => tab.page.getByRole('link', { name: 'Transactions', exact: true }).last().getAttribute('aria-current'))
      .toBe('page')
    await tab.page.getByRole('link', { name: 'Overview' }).last().click()
    await said('0 of 2 ETH in 24 hours')
  })

  it('is edited field by field, keeping what others changed at the same time', async ({
    tab,
    client,
    calls: { agent, openAgent, button, agentNow },
  }) => {
    const made = await agent('to-edit', { description: 'before', tx_allowed_chains: ['8453'], token_ttl_seconds: 777 })
    await openAgent(made)
    await tab.page.getByRole('link', { name: 'Edit' }).click()
    await view(tab.page, 'Edit the agent')
    await client.call('agents.update', { params: { agent_id: made.id }, body: { description: 'of somebody else' } })
    await tab.page.getByLabel('Name').fill('edited')
    await tab.page.getByLabel('Expires (optional)').fill('2999-12-31')
    await button('Save').click()
    await view(tab.page, 'edited')
    expect(await agentNow(made.id)).toMatchObject({
      name: 'edited',
      description: 'of somebody else',
      tx_allowed_chains: ['8453'],
      token_ttl_seconds: 777,
      expires_at: '2999-12-31T23:59:59.000Z',
    })
  })

  it('gets a new key, which is shown once, and new identity keys', async ({
    server,
    tab,
    client,
    calls: { openAgent, button, dialog, said, agentNow },
  }) => {
    const { agent: made, api_key: old = '' } = await client.call('agents.register', { body: { name: 'rotated' } })
    await openAgent(made)
    await button('Rotate the key').click()
    await dialog().getByLabel('The old key').selectOption('Stops working now')
    await dialog().getByText('stops working at once').waitFor()
    await dialog().getByRole('button', { name: 'Rotate' }).click()
    await tab.page.getByRole('heading', { name: 'The new key of rotated' }).waitFor()
    const key = (await tab.page.locator('.shared-value').textContent()) ?? ''
    await expect(apiOf(server.url, old).call('agents.me')).rejects.toMatchObject({ status: 401 })
    expect((await apiOf(server.url, key).call('agents.me')).id).toBe(made.id)
    await button('I’ve saved it').click()
    expect(await tab.page.content()).not.toContain(key)

    await tab.page.getByText('Identity keys').first().click()
    await said(made.ssh_public_key ?? '')
    await button('Rotate the identity keys').click()
    await dialog().getByRole('button', { name: 'Rotate' }).click()
    await said('has new identity keys')
    const { ssh_public_key: now = '' } = await agentNow(made.id)
    expect(now).not.toBe(made.ssh_public_key)
    await said(now)
  })

  it('is paused and resumed, each with one click that can be undone', async ({
    calls: { agent, openAgent, button, agentNow },
  }) => {
    const made = await agent('to-pause')
    await openAgent(made)
    await button('Pause').click()
    await button('Resume').waitFor()
    expect((await agentNow(made.id)).is_active).toBe(false)
    await button('Undo').click()
    await button('Pause').waitFor()
    expect((await agentNow(made.id)).is_active).toBe(true)
    await button('Pause').click()
    await button('Resume').click()
    await button('Pause').waitFor()
    expect((await agentNow(made.id)).is_active).toBe(true)
  })

  it('is granted access and has it withdrawn, across vaults', async ({
    tab,
    client,
    calls: { agent, openAgent, button, dialog, said },
  }) => {
    const made = await agent('granted')
    const { id: other } = await client.call('vaults.create', { body: { name: 'other & more' } })
    await openAgent(made, '/access')
    await button('Grant access').click()
    await dialog().getByLabel('Vault', { exact: true }).selectOption({ label: 'other & more' })
    await dialog().getByLabel('read: list').uncheck()
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await said('Enter a path or a pattern.')
    await dialog().getByLabel('Paths', { exact: true }).fill('a/**')
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    await said('Choose at least one.')
    await dialog().getByLabel('write: new').check()
    await dialog().getByRole('button', { name: 'Grant access' }).click()
    const row = tab.page.getByRole('row', { name: /a\/\*\*/ })
    await expect.poll(() => row.textContent()).toContain('other & more')
    const { policies } = await client.call('policies.list', { params: { vault_id: other } })
    expect(policies).toMatchObject([{ principal_id: made.id, permissions: ['write'] }])
    await row.getByRole('button', { name: 'Remove access' }).click()
    await dialog().getByRole('button', { name: 'Remove access' }).click()
    await said('No access yet.')
    expect((await client.call('policies.list', { params: { vault_id: other } })).policies).toEqual([])
  })
})

async function streamed(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
