import { ExactEvmScheme as Paying } from '@x402/evm/exact/client'
import { ExactEvmScheme as Settling } from '@x402/evm/exact/facilitator'
import { createWalletClient, encodeFunctionData, http, publicActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { getAddress, padHex, toEventHash, toHex } from 'viem/utils'
import { describe, expect } from 'vitest'
import { deploy, send } from '../../support/contracts.ts'
import { anvilOf, chainTestsOn } from '../../support/fixtures.ts'
import { MONEY, MONEY_ABI } from '../../support/money-contract.ts'
import { ok } from '../../support/world.ts'

const CHAIN = 'test-31444'
const NETWORK = 'eip155:31444'
const TRANSFER = toEventHash('event Transfer(address,address,uint256)')
const SHOP = '0x00000000219ab540356cBB839Cbe05303d7705Fa'
const THIEF = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

const it = chainTestsOn('sqlite')
  .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_444 }))
  .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
  .extend('scene', { scope: 'file', auto: true }, async ({ world, anvil }) => {
    const money = getAddress(await deploy(anvil, MONEY))
    const agent = await world.signingAgent(anvil, {
      message_signing_enabled: true,
      eip712_domain_allowlist: [`Money@${money}`],
      tx_to_allowlist: [SHOP],
      tx_block_unlimited_approvals: true,
    })
    await send(anvil, money, encodeFunctionData({ abi: MONEY_ABI, functionName: 'mint', args: [agent.address, 1000n] }))
    return { money, agent }
  })
  .extend('calls', ({ world, anvil, scene: { money, agent } }) => {
    /** The account of the agent, in the form of a wallet for libraries. */
    const wallet = () => ({
      address: agent.address,
      async signTypedData(typed: object) {
        // As libraries do it: integers beyond the range of JSON are sent as text.
        const typed_data = JSON.parse(JSON.stringify(typed, (_, value) => (typeof value === 'bigint' ? String(value) : value)))
        const body = { intent_type: 'typed_data', chain: CHAIN, typed_data }
        return (await ok(world.call('POST', `/v1/agents/${agent.id}/sign`, { token: agent.token, body }))).body.signature
      },
    })
    const facilitator = () => {
      const chain = {
        id: 31_444,
        name: CHAIN,
        nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
        rpcUrls: { default: { http: [anvil.url] } },
      }
      const client = createWalletClient({ account: privateKeyToAccount(anvil.keys[0] ?? '0x'), chain, transport: http() }).extend(
        publicActions,
      )
      return new Settling({
        ...client,
        getAddresses: () => [client.account.address],
        async waitForTransactionReceipt({ hash }: { hash: `0x${string}` }) {
          const receipt = await client.waitForTransactionReceipt({ hash })
          // The token of the tests emits no events; the balances are checked below.
          const topics = [TRANSFER, padHex(agent.address), padHex(SHOP)]
          return { ...receipt, logs: [{ address: money, topics, data: toHex(250, { size: 32 }) }] }
        },
      } as never)
    }
    const wanted = (payTo: string) => ({
      scheme: 'exact',
      network: NETWORK,
      amount: '250',
      asset: money,
      payTo,
      maxTimeoutSeconds: 60,
      extra: { name: 'Money', version: '1' },
    })
    return { wallet, facilitator, wanted }
  })

describe('an agent with a key that it never sees', () => {
  it('pays by x402, with its client and its facilitator', async ({
    anvil,
    scene: { money, agent },
    calls: { wallet, facilitator, wanted },
  }) => {
    const requirements = wanted(SHOP) as never
    const { payload } = await new Paying(wallet()).createPaymentPayload(2, requirements)
    const payment = { x402Version: 2, accepted: requirements, resource: { url: 'https://shop.example' }, payload } as never
    expect(await facilitator().verify(payment, requirements)).toMatchObject({ isValid: true, payer: agent.address })
    expect(await facilitator().settle(payment, requirements)).toMatchObject({ success: true, payer: agent.address })
    const data = encodeFunctionData({ abi: MONEY_ABI, functionName: 'balanceOf', args: [SHOP] })
    expect(BigInt(await anvil.rpc('eth_call', { to: money, data }, 'latest'))).toBe(250n)
  })

  it('pays nobody else', async ({ calls: { wallet, wanted } }) => {
    await expect(new Paying(wallet()).createPaymentPayload(2, wanted(THIEF) as never)).rejects.toThrow(/tx_to_allowlist/)
  })
})
