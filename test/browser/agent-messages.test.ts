import { describe, expect } from 'vitest'
import { openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'

const ADDRESS = '0x00000000219ab540356cBB839Cbe05303d7705Fa'

const it = consoleTests().extend('calls', ({ tab }) => {
  const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
  const said = (text: string | RegExp) => tab.page.getByText(text).first().waitFor()
  return { button, said }
})

describe('message signing by an agent', () => {
  it('is offered only for an agent that signs transactions', async ({ server, tab, person: owner }) => {
    await openSignedIn(tab.page, `${server.url}/agents/new`, owner, 'Register an agent')
    const messages = tab.page.getByLabel('Can have messages and typed data signed')
    await messages.waitFor({ state: 'hidden' })
    await tab.page.getByLabel('Can request transaction signatures').check()
    await messages.waitFor({ state: 'visible' })
    expect([tab.violations, tab.errors]).toEqual([[], []])
  })

  it('is set in the form, which warns in red of what no limit covers', async ({
    server,
    tab,
    person: owner,
    client,
    calls: { button, said },
  }) => {
    const limits = { tx_to_allowlist: [ADDRESS], tx_allowed_chains: ['base'], tx_max_value_eth: '1', tx_daily_limit_eth: '2' }
    const { agent: made } = await client.call('agents.register', {
      body: { name: 'messenger', intents_api_enabled: true, ...limits },
    })
    await openSignedIn(tab.page, `${server.url}/agents/${made.id}/edit`, owner, 'Edit the agent')
    const warning = tab.page.getByText(/^This agent can/)
    await tab.page.getByLabel('Can have messages and typed data signed').check()
    await tab.page.getByLabel('Typed data of these domains').fill(`USD Coin@${ADDRESS}\nUSD Coin@0x1`)
    await button('Save').click()
    await said('Line 2 is not a domain')
    await tab.page.getByLabel('Typed data of these domains').fill(`USD Coin@${ADDRESS}`)
    await tab.page.getByLabel('Typed data of other domains').selectOption({ label: 'is signed' })
    await tab.page.getByLabel('Sign transactions for later nonces, too').check()
    await expect.poll(() => warning.count()).toBe(0)
    await tab.page.getByLabel('Can have raw hashes signed').check()
    await expect.poll(() => warning.textContent()).toBe('This agent can sign raw hashes, which no limit can check.')
    await button('Save').click()
    await view(tab.page, 'messenger')
    const views = tab.page.getByRole('navigation', { name: 'Views of the agent' })
    await views.getByRole('link', { name: 'Access' }).click()
    await said(`USD Coin@${ADDRESS}`)
    await said('Raw hashes')
    expect(await client.call('agents.get', { params: { agent_id: made.id } })).toMatchObject({
      message_signing_enabled: true,
      eip712_domain_allowlist: [`USD Coin@${ADDRESS}`],
      eip712_default_policy: 'allow',
      raw_signing_enabled: true,
      tx_sign_any_nonce: true,
    })
    expect([tab.violations, tab.errors]).toEqual([[], []])
  })
})
