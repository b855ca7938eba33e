import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { getAddress } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { describe, expect } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { apiOf, signInOn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { call, deploy, FAILING, ROUTER, send, TOKEN } from '../support/contracts.ts'
import { anvilOf } from '../support/fixtures.ts'
import { ETHER } from '../support/intents.ts'
import { faultsOf } from '../support/page-audit.ts'

const BOB = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const EXPLORER = 'https://explorer.example'
const FAR_OFF = 4_102_444_800n
/** Known, so that the sums are too: 21 000 gas at 10 gwei are 0.00021. */
const FEE = { gas_limit: 21_000, max_fee_per_gas: '10000000000', max_priority_fee_per_gas: '1000000000' }

const it = consoleTests()
  .extend('anvil', { scope: 'file' }, anvilOf())
  .extend('scene', { scope: 'file', auto: true }, async ({ server, anvil, client: owner }) => {
    const chain = {
      name: 'local',
      display_name: 'Local chain',
      chain_id: anvil.chainId,
      rpc_url: anvil.url,
      explorer_url: EXPLORER,
    }
    await owner.call('chains.create', { body: chain })
    const [token, router, failing] = [await deploy(anvil, TOKEN), await deploy(anvil, ROUTER), await deploy(anvil, FAILING)]
    await send(anvil, router, '0x', 10n * ETHER)
    const { address, agentId, key } = await tradingAgent(owner)
    await anvil.rpc('anvil_setBalance', address, `0x${(5n * ETHER).toString(16)}`)
    await send(anvil, token, call('mint', address, 1_000_000_000n))
    return { agentId, agent: apiOf(server.url, key), address, token, router, failing }
  })
  .extend('calls', ({ server, page, person, scene: { agent, agentId } }) => {
    const submit = (body: object) =>
      agent.call('intents.submit', { params: { agent_id: agentId }, body: { chain: 'local', to: BOB, value: '0', ...body } })

    async function open(): Promise<Page> {
      await page.goto(`${server.url}/agents/${agentId}`)
      await signInOn(page, person)
      await page.getByRole('navigation', { name: 'Views of the agent' }).getByRole('link', { name: 'Transactions' }).click()
      await page.getByText('Remaining now').waitFor()
      return page
    }

    const row = (page: Page, text: string | RegExp) => page.getByRole('row').filter({ hasText: text })

    /** Sends the form; returns the region with the outcome. */
    async function simulate(page: Page, { to, value = '0', data = '' }: { to: string; value?: string; data?: string }) {
      await page.getByLabel('To', { exact: true }).fill(to)
      await page.getByLabel('Value', { exact: true }).fill(value)
      await page.getByLabel('Data (optional)').fill(data)
      await page.getByRole('button', { name: 'Simulate', exact: true }).click()
      return page.locator('.transaction-outcome')
    }
    return { submit, open, row, simulate }
  })

async function tradingAgent(owner: Client) {
  const { id: vault_id } = await owner.call('vaults.create', { body: { name: 'trading' } })
  const key = `0x${randomBytes(32).toString('hex')}` as const
  const params = { vault_id, path: 'keys/local-signer' }
  await owner.call('secrets.put', { params, body: { value: key, type: 'private_key' } })
  const guardrails = { tx_allowed_chains: ['local'], tx_max_value_eth: '1', tx_daily_limit_eth: '2' }
  const { agent: made, api_key } = await owner.call('agents.register', {
    body: { name: 'trader', intents_api_enabled: true, message_signing_enabled: true, ...guardrails },
  })
  const policy = {
    secret_path_pattern: 'keys/*',
    principal_type: 'agent',
    principal_id: made.id,
    permissions: ['read'],
  } as const
  await owner.call('policies.create', { params: { vault_id }, body: { ...policy, permissions: ['read'] } })
  return { address: privateKeyToAddress(key), agentId: made.id, key: api_key }
}

describe("the page of an agent's transactions", () => {
  it('reports that there is none, then announces each one as it arrives and progresses', async ({
    anvil,
    tab,
    calls: { submit, open, row },
  }) => {
    const page = await open()
    await page.getByText('No transactions yet.').waitFor()
    await anvil.rpc('evm_setAutomine', false)
    const sent = await submit({ value: '0.4', ...FEE })
    const line = row(page, `Send 0.4 ETH to ${BOB}.`)
    await line.getByText('Sent', { exact: true }).waitFor()
    await page.getByText('1.59979 ETH', { exact: true }).waitFor()
    const link = line.getByRole('link')
    await expect.poll(() => link.getAttribute('href')).toBe(`${EXPLORER}/tx/${sent.tx_hash}`)
    await expect.poll(() => link.getAttribute('rel')).toBe('noopener noreferrer')
    await anvil.rpc('evm_setAutomine', true)
    await anvil.rpc('evm_mine')
    await line.getByText('In a block').waitFor()
    await page.getByRole('status').getByText(`In a block: Send 0.4 ETH to ${BOB}.`).waitFor()
    expect([tab.violations, tab.errors]).toEqual([[], []])
  })

  it('shows what messages were signed, and what was refused, in words', async ({
    tab,
    scene: { agentId, agent },
    calls: { open },
  }) => {
    const sign = (body: object) =>
      agent.call('intents.sign-message', { params: { agent_id: agentId }, body: { chain: 'local', ...body } as never })
    await sign({ intent_type: 'personal_sign', message: 'Sign in to example.com' })
    await expect(sign({ intent_type: 'eip712_digest', hash: `0x${'1'.repeat(64)}` })).rejects.toMatchObject({ status: 403 })
    // Nothing in it could be signed; only the log records it.
    await expect(sign({ message: 'Of no kind' })).rejects.toMatchObject({ status: 400 })
    const page = await open()
    const messages = page.getByRole('table', { name: 'Messages that were signed' })
    await messages
      .getByRole('row')
      .filter({ hasText: 'Sign the text "Sign in to example.com".' })
      .getByText('Message', { exact: true })
      .waitFor()
    await messages.getByText(/^Denied: Sign the hash 0x1{64}.*The agent cannot have raw hashes signed\.$/).waitFor()
    await expect.poll(() => messages.getByRole('rowheader').count()).toBe(2)
    expect([tab.violations, tab.errors]).toEqual([[], []])
  })

  it('narrows to a status, and shows all of one, by keyboard alone', async ({ calls: { submit, open, row } }) => {
    const refused = await submit({ value: '0.00001', gas_limit: 21_000, max_fee_per_gas: '1', max_priority_fee_per_gas: '1' })
    expect(refused.status).toBe('failed')
    const page = await open()
    await row(page, 'Send 0.4 ETH').waitFor()
    await page.getByLabel('Status', { exact: true }).focus()
    await page.keyboard.type('Failed')
    await row(page, 'Send 0.00001 ETH').getByText('Failed').waitFor()
    await row(page, 'Send 0.4 ETH').waitFor({ state: 'detached' })
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByText('The chain refused it:').waitFor()
    await expect.poll(() => dialog.getByRole('heading').textContent()).toBe(`Send 0.00001 ETH to ${BOB}.`)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    const focused = page.locator(':focus')
    await expect.poll(() => focused.textContent()).toContain('Send 0.00001 ETH')
  })

  it('simulates balance changes, reverts and refusals by guardrails', async ({
    tab,
    scene: { address, token, router, failing },
    calls: { submit, open, row, simulate },
  }) => {
    await submit({ to: token, data: call('approve', router, 300_000_000n) })
    const page = await open()
    await page.getByRole('button', { name: 'Simulate a transaction' }).click()
    const swap = call('swapExactTokensForETH', 250_000_000n, 0n, [token], address, FAR_OFF)
    const outcome = await simulate(page, { to: router, data: swap })
    await outcome.getByText('Swap by swapExactTokensForETH').waitFor()
    await outcome.getByText('Succeeds').waitFor()
    await outcome.getByText('Allowed').waitFor()
    const changes = outcome.getByRole('table', { name: 'Balance changes' })
    await expect
      .poll(() => changes.getByRole('row').filter({ hasText: address }).filter({ hasText: '-250 TST' }).textContent())
      .toContain(`-250 TST${getAddress(token)}1000750`)
    await changes.getByText('+0.25 ETH').waitFor()

    await simulate(page, { to: failing, data: call('text') })
    await outcome.getByText('It would revert: not today.').waitFor()
    await simulate(page, { to: BOB, value: '1.5' })
    await outcome.getByText('Denied').waitFor()
    await outcome.getByText('by Max per transaction: 1.5 ETH is more than the maximum of 1 ETH per transaction.').waitFor()
    await simulate(page, { to: token, data: call('approve', BOB, 2n ** 256n - 1n) })
    await outcome.getByText('It allows someone to take tokens without a limit.').waitFor()
    await submit({ to: router, data: swap })
    await row(page, 'Swap by swapExactTokensForETH').getByText('In a block').waitFor()
    // The simulation is still shown.
    await outcome.getByText('It allows someone to take tokens without a limit.').waitFor()
    expect([tab.violations, tab.errors]).toEqual([[], []])
  })

  it('shows next to the field what is wrong with an entry', async ({ calls: { open, simulate } }) => {
    const page = await open()
    await page.getByRole('button', { name: 'Simulate a transaction' }).click()
    const at = (label: string) => page.getByLabel(label, { exact: true })
    await simulate(page, { to: '' })
    await page.getByText('Enter an address, or data to create a contract.').waitFor()
    await simulate(page, { to: BOB.replace('C', 'c') })
    await page.getByText('This has a wrong checksum (EIP-55); one of its characters is mistyped.').waitFor()
    await expect.poll(() => at('To').getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => page.locator(':focus').getAttribute('name')).toBe('to')
    await simulate(page, { to: BOB, value: '1e18' })
    await page.getByText('This must be a decimal number like 0.25').waitFor()
    await simulate(page, { to: BOB, data: '0xabc' })
    await page.getByText('This must be 0x and an even number of hexadecimal digits.').waitFor()
    await at('Path of the signing key (optional)').fill('prod/password')
    await simulate(page, { to: BOB })
    await page.getByText('This must be keys/*, wallets/* or').waitFor()
    await at('Path of the signing key (optional)').fill('keys/none')
    await simulate(page, { to: BOB })
    await page.getByRole('alert').getByText('There is no signing key at keys/none.').waitFor()
  })

  it('has no fault, wide or narrow, light or dark', async ({
    tab,
    scene: { token, router },
    calls: { submit, open, row, simulate },
  }) => {
    await submit({ to: token, data: call('approve', router, 2n ** 256n - 1n) })
    const page = await open()
    await row(page, 'Unlimited approval').waitFor()
    await page.getByRole('button', { name: 'Simulate a transaction' }).click()
    const outcome = await simulate(page, { to: BOB, value: '1.234567890123456789' })
    await outcome.getByText('Denied').waitFor()
    const look = async (what: string) => {
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [375, 'dark'],
        [320, 'light'],
      ] as const) {
        await page.setViewportSize({ width, height: 720 })
        await page.emulateMedia({ colorScheme })
        expect(await faultsOf(page), `${what}, ${width} px, ${colorScheme}`).toEqual([])
      }
    }
    await look('the page')
    await page.getByRole('button', { name: /^Let 0x.*unlimited/ }).click()
    await page.getByRole('dialog').waitFor()
    await look('the dialog')
    expect([tab.violations, tab.errors]).toEqual([[], []])
  })

  it('reports that the chain cannot be reached, and keeps showing what is known', async ({
    anvil,
    calls: { open, row, simulate },
  }) => {
    const page = await open()
    await row(page, 'Send 0.4 ETH').waitFor()
    await page.getByRole('button', { name: 'Simulate a transaction' }).click()
    await anvil.stop()
    await simulate(page, { to: BOB, value: '0.1' })
    await page.getByRole('alert').getByText('Local chain (chain 31337) could not be asked: no connection.').waitFor()
    await row(page, 'Send 0.4 ETH').waitFor()
  })
})
