import { ExactEvmScheme } from '@x402/evm'
import { ExactEvmSchemeV1 } from '@x402/evm/exact/v1/client'
import { decodePaymentResponseHeader, type Network, wrapFetchWithPaymentFromConfig } from '@x402/fetch'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { describe, expect, test } from 'vitest'
import { anvilOf, started } from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import { paidScene } from '../../support/x402/paid-scene.ts'
import { realFacilitator } from '../../support/x402/real-facilitator.ts'

/** The price of a read by x402, in the smallest unit of the dollar token. */
const PRICE = 1500n

const it = test
  .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 84_532 }))
  .extend('facilitator', { scope: 'file' }, async ({ anvil }, { onCleanup }) => {
    const facilitator = await realFacilitator(anvil, anvil.keys[0] as `0x${string}`)
    onCleanup(() => facilitator.close())
    return facilitator
  })
  .extend(
    'server',
    { scope: 'file' },
    started(startServer, server => server.close()),
  )
  .extend('scene', { scope: 'file', auto: true }, ({ server, anvil, facilitator }) => paidScene(server.url, anvil, facilitator))
  // Each test starts with a facilitator that works.
  .extend('behaving', { auto: true }, ({ facilitator }) => {
    facilitator.settles('well')
  })
  .extend('calls', ({ facilitator, scene }) => {
    /** An account with this amount of dollars. */
    async function payer(amount: bigint) {
      const account = privateKeyToAccount(generatePrivateKey())
      await facilitator.mint(account.address, amount)
      const network = 'eip155:84532'
      const v2 = wrapFetchWithPaymentFromConfig(noting, {
        schemes: [{ network, client: new ExactEvmScheme(account) }],
        spendControls: false,
      })
      const v1 = wrapFetchWithPaymentFromConfig(firstVersionOnly, {
        schemes: [{ network: 'base-sepolia' as Network, client: new ExactEvmSchemeV1(account), x402Version: 1 }],
        spendControls: false,
      })
      return { address: account.address, v1, v2, has: () => facilitator.balanceOf(account.address) }
    }
    const headers = () => ({ authorization: `Bearer ${scene.token}`, accept: 'application/json' })
    const earned = () => facilitator.balanceOf(scene.payTo)
    return { payer, headers, earned }
  })

describe('x402 clients from their own packages', () => {
  it.for(['v2', 'v1'] as const)(
    'pays for a read, and the money moves: %s',
    async (version, { facilitator, scene, calls: { payer, headers, earned } }) => {
      const { has, [version]: pay } = await payer(10n * PRICE)
      const before = await earned()
      const reply = await pay(scene.secret, { headers: headers() })
      expect(reply.status).toBe(200)
      expect(await reply.json()).toMatchObject({ value: 'the value' })
      const said = reply.headers.get(version === 'v1' ? 'x-payment-response' : 'payment-response') ?? ''
      const { success, transaction } = decodePaymentResponseHeader(said)
      expect(success).toBe(true)
      expect((await facilitator.receipt(transaction)).status).toBe('success')
      expect(await has()).toBe(9n * PRICE)
      expect((await earned()) - before).toBe(PRICE)
    },
  )

  it('pays for each request once', async ({ scene, calls: { payer, headers } }) => {
    const { has, v2 } = await payer(10n * PRICE)
    for (let reads = 0; reads < 3; reads++) expect((await v2(scene.secret, { headers: headers() })).status).toBe(200)
    expect(await has()).toBe(7n * PRICE)
  })

  it('gets nothing without money', async ({ scene, calls: { payer, headers } }) => {
    const { has, v2 } = await payer(PRICE - 1n)
    const reply = await v2(scene.secret, { headers: headers() })
    expect(reply.status).toBe(402)
    expect(await reply.text()).not.toContain('the value')
    expect(await has()).toBe(PRICE - 1n)
  })

  it('is not charged for failed requests', async ({ scene, calls: { payer, headers } }) => {
    const { has, v2 } = await payer(PRICE)
    expect((await v2(`${scene.secret}/none`, { headers: headers() })).status).toBe(404)
    expect(await has()).toBe(PRICE)
  })

  it('gets the reply when the facilitator moves the money without reporting it', async ({
    facilitator,
    scene,
    calls: { payer, headers },
  }) => {
    const { has, v2 } = await payer(PRICE)
    facilitator.settles('breaks off after')
    const reply = await v2(scene.secret, { headers: headers() })
    expect(reply.status).toBe(200)
    expect(await has()).toBe(0n)
  })

  it('pays once for a repeated request when the facilitator broke off before moving the money', async ({
    facilitator,
    scene,
    calls: { payer, headers },
  }) => {
    const { has, v2 } = await payer(PRICE)
    facilitator.settles('breaks off before')
    expect((await v2(scene.secret, { headers: headers() })).status).toBe(402)
    expect(await has()).toBe(PRICE)
    facilitator.settles('well')
    const payment = signed.at(-1) ?? ''
    const again = await fetch(scene.secret, { headers: { ...headers(), 'payment-signature': payment } })
    expect(again.status).toBe(200)
    expect(await again.json()).toMatchObject({ value: 'the value' })
    expect(await has()).toBe(0n)
    expect((await fetch(scene.secret, { headers: { ...headers(), 'payment-signature': payment } })).status).toBe(402)
    expect(await has()).toBe(0n)
  })
})

/** Payments that clients have signed, as they sent them. */
const signed: string[] = []

async function noting(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const request = new Request(input, init)
  const payment = request.headers.get('payment-signature')
  if (payment !== null) signed.push(payment)
  return fetch(request)
}

/** A server from before the second version of the protocol, without its header. */
async function firstVersionOnly(input: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
  const reply = await fetch(input, init)
  const headers = new Headers(reply.headers)
  headers.delete('payment-required')
  return new Response(reply.body, { status: reply.status, headers })
}
