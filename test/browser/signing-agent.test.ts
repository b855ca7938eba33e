import type { Locator } from 'playwright-core'
import { describe, expect } from 'vitest'
import { apiOf, openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { anvilOf } from '../support/fixtures.ts'
import { ETHER } from '../support/intents.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { axeFaults } from '../support/picture.ts'

const BOB = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

const it = consoleTests()
  .extend('anvil', { scope: 'file' }, anvilOf())
  .extend('localChain', { scope: 'file' }, anvilOf({ chainId: 31_338 }))
  .extend('calls', ({ page }) => {
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const step = (name: string) => page.getByRole('heading', { level: 2, name })
    const trial = (title: string) =>
      page.getByRole('listitem').filter({ has: page.getByRole('heading', { level: 3, name: title }) })

    const hasFocus = (target: Locator) =>
      target
        .and(page.locator(':focus'))
        .count()
        .then(count => count > 0)

    /** Presses Tab until this element has the focus, like a person without a mouse. */
    async function tabTo(target: Locator): Promise<void> {
      await target.waitFor()
      for (let presses = 0; presses < 80; presses++) {
        if (await hasFocus(target)) return
        await page.keyboard.press('Tab')
      }
      throw new Error('The tabulator does not reach it.')
    }
    async function press(target: Locator, key = 'Enter'): Promise<void> {
      await tabTo(target)
      await page.keyboard.press(key)
    }
    async function type(label: string, text: string): Promise<void> {
      await tabTo(page.getByLabel(label))
      await page.keyboard.press('Control+a')
      await page.keyboard.type(text)
    }
    async function looksRight(): Promise<void> {
      expect(await faultsOfAllLooks(page)).toEqual([])
      // Faults that axe finds in one of two widths or schemes, it also finds in the other.
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [375, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme })
        expect.soft(await axeFaults(page), `${width} ${colorScheme}`).toEqual([])
      }
      await page.setViewportSize({ width: 1280, height: 800 })
    }
    return { button, step, trial, hasFocus, tabTo, press, type, looksRight }
  })

it.beforeAll(async ({ anvil, client }) => {
  await client.call('chains.create', {
    body: { name: 'local', display_name: 'Local chain', chain_id: anvil.chainId, rpc_url: anvil.url },
  })
})

describe('a signing agent in four steps', () => {
  it('is created from a new account, with simulated transactions and a key, by keyboard alone', async ({
    server,
    page,
    anvil,
    person,
    client: owner,
    calls: { button, step, trial, hasFocus, tabTo, press, type, looksRight },
  }) => {
    await openSignedIn(page, `${server.url}/agents`, person, 'Agents')
    await press(page.getByRole('link', { name: 'New signing agent' }))
    await view(page, 'New signing agent')
    await press(button('Create the key'))
    await page.getByText('Enter a name.').waitFor()
    await looksRight()
    await page.keyboard.type('trader')
    await tabTo(page.getByLabel('Chain', { exact: true }))
    await page.keyboard.type('Local')
    await expect.poll(() => page.getByLabel('Chain', { exact: true }).inputValue()).toBe('local')
    await press(button('Create the key'))

    await button('Continue to limits').waitFor()
    await page.getByText('0 ETH. Pay in to the address').waitFor()
    const address = (await page.locator('dd code').first().textContent()) ?? ''
    await looksRight()
    await anvil.rpc('anvil_setBalance', address, `0x${(3n * ETHER).toString(16)}`)
    await page.getByText('3 ETH', { exact: true }).waitFor()
    await press(button('Continue to limits'))

    await expect.poll(() => hasFocus(step('2. Limits'))).toBe(true)
    await press(button('Register the agent'))
    await page.getByText('Enter at least one address, or choose any address.').waitFor()
    await looksRight()
    await expect.poll(() => page.getByLabel('Max per transaction, in ETH').inputValue()).toBe('0.1')
    await expect.poll(() => page.getByLabel('Max in 24 hours, in ETH').inputValue()).toBe('0.5')
    await type('Only to these addresses', BOB)
    await press(button('Register the agent'))

    await press(button('Simulate'))
    await trial('Within the limits').getByText('It would succeed on the chain.').waitFor()
    await trial('Too much').getByText('Max per transaction').waitFor()
    await trial('Too much').getByText('0.2 ETH is more than the maximum of 0.1 ETH per transaction.').waitFor()
    await trial('Wrong address').getByText('Addresses', { exact: true }).waitFor()
    await expect.poll(() => page.getByRole('listitem').getByText('Denied', { exact: true }).count()).toBe(2)
    await looksRight()
    await press(button('Show the key'))

    await step('4. Key and commands').waitFor()
    await looksRight()
    const key = (await page.locator('.shared-value').textContent()) ?? ''
    const { agents } = await owner.call('agents.list')
    const agent = agents.find(({ name }) => name === 'trader')
    expect(agent).toMatchObject({
      tx_allowed_chains: ['local'],
      tx_to_allowlist: [BOB],
      tx_max_value_eth: '0.1',
      tx_daily_limit_eth: '0.5',
      tx_block_unlimited_approvals: true,
    })
    const params = { agent_id: agent?.id ?? '' }
    const sent = await apiOf(server.url, key).call('intents.submit', {
      params,
      body: { chain: 'local', to: BOB, value: '0.001' },
    })
    expect(sent.status).toBe('broadcast')
    await press(button('I’ve saved it; go to the agent'))
    await view(page, 'trader')
    await page.getByRole('heading', { name: 'Spending' }).waitFor()
    await page.getByRole('img', { name: /^0\.001 ETH sent in 14 days, most of it on .*: 0\.001 ETH\.$/ }).waitFor()
    await page.locator('.chart-day').last().click()
    await page.getByText(/^Only those of \d{4}-\d\d-\d\d \(UTC\)\./).waitFor()
    await page.getByRole('row', { name: 'Send 0.001 ETH' }).waitFor()
  })

  it('goes from nothing to a simulated and a sent transaction on a local chain, on its page alone', async ({
    server,
    page,
    localChain,
    person,
    client: owner,
    calls: { button, trial },
  }) => {
    await openSignedIn(page, `${server.url}/agents/new/signing`, person, 'New signing agent')
    await button('Add chain').click()
    const dialog = page.getByRole('dialog', { name: 'Add chain' })
    await dialog.getByRole('button', { name: 'Add' }).click()
    await dialog.getByText('Enter the chain id, a whole number such as 31337.').waitFor()
    await dialog.getByLabel('Name').fill('my-anvil')
    await dialog.getByLabel('Chain id').fill(String(localChain.chainId))
    await dialog.getByLabel('URL of a node').fill(localChain.url)
    await dialog.getByRole('button', { name: 'Add' }).click()
    await expect.poll(() => page.getByLabel('Chain', { exact: true }).inputValue()).toBe('my-anvil')
    await page.getByLabel('Name of the agent').fill('first')
    await button('Create the key').click()
    await button('Continue to limits').waitFor()
    const address = (await page.locator('dd code').first().textContent()) ?? ''
    await localChain.rpc('anvil_setBalance', address, `0x${ETHER.toString(16)}`)
    await page.getByText('1 ETH', { exact: true }).waitFor()
    await button('Continue to limits').click()
    // Without a list of addresses, what is tried and sent goes to the agent itself: nobody loses anything.
    await page.getByLabel('Any address').check()
    await button('Register the agent').click()
    await button('Simulate').click()
    await trial('Within the limits').getByText(address).waitFor()
    await trial('Within the limits').getByText('It would succeed on the chain.').waitFor()
    await button('Show the key').click()
    await page.getByText('The commands send 0.001 ETH to its own address.').waitFor()
    await button('Send 0.001 ETH as first').click()
    await page.getByText('first signs it now and sends it on my-anvil to its own address').waitFor()
    expect(Number(await localChain.rpc('eth_getTransactionCount', address, 'latest'))).toBe(0)
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await page.getByRole('status').getByText('Sent', { exact: true }).waitFor()
    await expect.poll(async () => Number(await localChain.rpc('eth_getTransactionCount', address, 'latest'))).toBe(1)
    await button('I’ve saved it; go to the agent').click()
    await view(page, 'first')
    const agent = (await owner.call('agents.list')).agents.find(({ name }) => name === 'first')
    const { transactions } = await owner.call('intents.list', { params: { agent_id: agent?.id ?? '' } })
    expect(transactions).toMatchObject([{ chain: 'my-anvil', to: address, status: 'broadcast' }])
  })

  it('says that its key was not accepted when it is paused in the meantime, and keeps the person signed in', async ({
    server,
    page,
    person,
    client: owner,
    calls: { button },
  }) => {
    await openSignedIn(page, `${server.url}/agents/new/signing`, person, 'New signing agent')
    await page.getByLabel('Name of the agent').fill('stopped')
    await page.getByLabel('Chain', { exact: true }).selectOption('local')
    await button('Create the key').click()
    await button('Continue to limits').click()
    await page.getByLabel('Only to these addresses').fill(BOB)
    await button('Register the agent').click()
    await button('Simulate').click()
    await button('Show the key').click()
    const agent = (await owner.call('agents.list')).agents.find(({ name }) => name === 'stopped')
    await owner.call('agents.deactivate', { params: { agent_id: agent?.id ?? '' } })
    await button('Send 0.001 ETH as stopped').click()
    await page.getByRole('dialog').getByRole('button', { name: 'Send' }).click()
    await page.getByRole('dialog').getByText('The key of stopped was not accepted. Is it paused?').waitFor()
  })

  it('is paused with one click, and resumed with another', async ({ server, page, person, client: owner, calls: { button } }) => {
    const { agent, api_key: key } = await owner.call('agents.register', { body: { name: 'mover' } })
    await openSignedIn(page, `${server.url}/agents/${agent.id}`, person, 'mover')
    await button('Pause').click()
    await page.getByText('paused', { exact: true }).first().waitFor()
    await expect(apiOf(server.url, key).call('vaults.list')).rejects.toMatchObject({ status: 401 })
    await button('Resume').click()
    await button('Pause').waitFor()
    await apiOf(server.url, key).call('vaults.list')
    await button('Pause').click()
    await button('Undo').click()
    await page.getByText('mover is active again').waitFor()
    await button('Pause').waitFor()
    await apiOf(server.url, key).call('vaults.list')
  })

  it('is unlimited only by choice, which is shown in red with what no guardrail stops', async ({
    server,
    page,
    person,
    client: owner,
    calls: { button, trial },
  }) => {
    await openSignedIn(page, `${server.url}/agents/new/signing`, person, 'New signing agent')
    await page.getByLabel('Name of the agent').fill('free')
    await page.getByLabel('Chain', { exact: true }).selectOption('local')
    await button('Create the key').click()
    await button('Continue to limits').click()
    await page.getByLabel('Max per transaction, in ETH').fill('')
    await button('Register the agent').click()
    await page.getByText('Enter an amount, or choose no limit.').waitFor()
    for (const choice of ['Any address', 'No limit per transaction', 'No limit for 24 hours'])
      await page.getByLabel(choice).check()
    await page.getByText('This agent can sign transactions to any address, of any amount, and without a daily limit.').waitFor()
    await button('Register the agent').click()
    await button('Simulate').click()
    await trial('Too much').getByText('No guardrail blocks it.').waitFor()
    await trial('Within the limits').getByText('not have enough of the native currency').waitFor()
    // Goes back to change them: the same agent then has the new limits.
    await button('Edit limits').click()
    await page.getByLabel('Any address').uncheck()
    await page.getByLabel('Only to these addresses').fill(BOB)
    await button('Save the limits').click()
    await button('Simulate').click()
    await trial('Wrong address').getByText('Denied').waitFor()
    const free = (await owner.call('agents.list')).agents.filter(({ name }) => name === 'free')
    expect(free.map(({ tx_to_allowlist }) => tx_to_allowlist)).toEqual([[BOB]])
  })

  it('does not replace an existing key', async ({ server, page, person, client: owner, calls: { button } }) => {
    const { id: vault_id } = await owner.call('vaults.create', { body: { name: 'shared' } })
    const { address } = await owner.call('intents.create-key', { params: { vault_id, path: 'keys/local-signer' } })
    await openSignedIn(page, `${server.url}/agents/new/signing`, person, 'New signing agent')
    await page.getByLabel('Name of the agent').fill('second')
    await page.getByLabel('Chain', { exact: true }).selectOption('local')
    await page.getByLabel('Vault of its key').selectOption('shared')
    await button('Create the key').click()
    await page.getByText('The vault shared has a key for Local chain already').waitFor()
    const { versions } = await owner.call('secrets.versions', { params: { vault_id, path: 'keys/local-signer' } })
    expect(versions.map(({ metadata }) => metadata?.['address'])).toEqual([address])
    await page.getByLabel('Vault of its key').selectOption('A new vault, for this key alone')
    await expect.poll(() => button('Use the existing key').count()).toBe(0)
    await button('Create the key').click()
    await button('Continue to limits').waitFor()
  })

  it('continues after an abandoned registration with another vault, or with the key of the earlier one', async ({
    server,
    page,
    person,
    client: owner,
    calls: { button },
  }) => {
    const { id: vault_id } = await owner.call('vaults.create', { body: { name: 'again keys' } })
    const { address } = await owner.call('intents.create-key', { params: { vault_id, path: 'keys/local-signer' } })
    await openSignedIn(page, `${server.url}/agents/new/signing`, person, 'New signing agent')
    await page.getByLabel('Name of the agent').fill('again')
    await page.getByLabel('Chain', { exact: true }).selectOption('local')
    await button('Create the key').click()
    await page.getByText('keys/local-signer in again keys 2').waitFor()
    await page.reload()
    await page.getByLabel('Name of the agent').fill('again')
    await page.getByLabel('Chain', { exact: true }).selectOption('local')
    await page.getByLabel('Vault of its key').selectOption('again keys')
    await button('Create the key').click()
    await button('Use the existing key').click()
    await page.getByText('keys/local-signer in again keys', { exact: true }).waitFor()
    await expect.poll(() => page.locator('dd code').first().textContent()).toBe(address)
  })
})
