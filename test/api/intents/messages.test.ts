import { hashMessage, hashTypedData, parseSignature, parseTransaction, toHex, verifyMessage, verifyTypedData } from 'viem'
import { decodeFunctionResult, encodeFunctionData, getAddress, recoverAddress } from 'viem/utils'
import { describe, expect } from 'vitest'
import { deploy } from '../../support/contracts.ts'
import { anvilOf, cases, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { type SigningAgent, until } from '../../support/intents.ts'
import { MONEY, MONEY_ABI } from '../../support/money-contract.ts'
import { allEvents } from '../../support/rows.ts'
import { permit2Of, permitOf, transferByAuthorization } from '../../support/typed-data.ts'
import { type CallOptions, ok } from '../../support/world.ts'

const CHAIN = 'test-31337'
const FRIEND = '0x00000000219ab540356cBB839Cbe05303d7705Fa'
const STRANGER = '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'
const UNLIMITED = String(2n ** 256n - 1n)
const NONCE = `0x${'7'.repeat(64)}`

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf())
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
    .extend('scene', { scope: 'file', auto: true }, async ({ anvil, world }) => {
      const money = getAddress(await deploy(anvil, MONEY))
      const at = { chainId: anvil.chainId, token: money }
      const agent = await world.signingAgent(anvil, {
        message_signing_enabled: true,
        eip712_domain_allowlist: [`Money@${money}`],
      })
      return { money, at, agent }
    })
    .extend('calls', ({ anvil, world, scene: { money } }) => {
      const sign = (by: SigningAgent, body: object, options: CallOptions = {}) =>
        world.call('POST', `/v1/agents/${by.id}/sign`, { token: by.token, body: { chain: CHAIN, ...body }, ...options })
      const typed = (by: SigningAgent, typed_data: object) => sign(by, { intent_type: 'typed_data', typed_data })
      const refusal = async (pending: ReturnType<typeof sign>) => {
        const { status, body } = await pending
        return `${status} ${/^Refused by (\w+)/.exec(body.detail)?.[1] ?? body.detail}`
      }
      const read = async (functionName: 'balanceOf' | 'allowance', args: readonly string[]) => {
        const data = encodeFunctionData({ abi: MONEY_ABI, functionName, args: args as never })
        const result = await anvil.rpc('eth_call', { to: money, data }, 'latest')
        return decodeFunctionResult({ abi: MONEY_ABI, functionName, data: result })
      }
      const carry = async (functionName: 'permit' | 'transferWithAuthorization' | 'mint', args: readonly unknown[]) => {
        const [from] = await anvil.rpc('eth_accounts')
        const data = encodeFunctionData({ abi: MONEY_ABI, functionName, args: args as never })
        await anvil.rpc('eth_call', { from, to: money, data }, 'latest')
        const hash = await anvil.rpc('eth_sendTransaction', { from, to: money, data })
        await until(async () => (await anvil.rpc('eth_getTransactionReceipt', hash)) !== null, 'it is mined')
      }
      return { sign, typed, refusal, read, carry }
    }),
)

describe.each(engines)('signing messages, on $engine', ({ it }) => {
  it('signs texts and bytes as wallets do (EIP-191)', async ({ scene: { agent }, calls: { sign } }) => {
    for (const [message, raw] of [
      ['Sign in to example.com, nonce 1 ✓', undefined],
      ['0xdeadbeef', '0xdeadbeef'],
      ['0xabc', undefined],
    ] as const) {
      const { body } = await ok(sign(agent, { intent_type: 'personal_sign', message }))
      const signed = raw === undefined ? message : { raw }
      expect(body).toMatchObject({ intent_type: 'personal_sign', chain: CHAIN, from: agent.address })
      expect(body.message_hash).toBe(hashMessage(signed))
      expect(await verifyMessage({ address: agent.address, message: signed, signature: body.signature })).toBe(true)
      expect(await recoverAddress({ hash: body.message_hash, signature: body.signature })).toBe(agent.address)
    }
  })

  it('signs typed data that a token accepts as a transfer (EIP-3009), and describes it in words', async ({
    world,
    scene: { agent, at, money },
    calls: { carry, typed, read },
  }) => {
    await carry('mint', [agent.address, 1000n])
    const message = { from: agent.address, to: FRIEND, value: '250', nonce: NONCE }
    const data = transferByAuthorization(at, message)
    const { body } = await ok(typed(agent, data))
    expect(body.typed_data_hash).toBe(hashTypedData(data as never))
    expect(await verifyTypedData({ address: agent.address, signature: body.signature, ...data } as never)).toBe(true)
    expect(body.summary).toMatchObject({
      text: `Send 250 base units of ${money} to ${FRIEND}.`,
      primary_type: 'TransferWithAuthorization',
      parties: [FRIEND],
    })
    const { r, s, v } = parseSignature(body.signature)
    await carry('transferWithAuthorization', [agent.address, FRIEND, 250n, 0n, 4102444800n, NONCE, Number(v), r, s])
    expect(await read('balanceOf', [FRIEND])).toBe(250n)
    const event = (await allEvents(world)).findLast(({ action }) => action === 'message.sign')
    expect(event).toMatchObject({
      actor_id: agent.id,
      details: { intent_type: 'typed_data', summary: body.summary.text, hash: body.typed_data_hash },
    })
  })

  it('signs a permit that the token accepts (EIP-2612), without the type of the domain', async ({
    scene: { at, agent },
    calls: { typed, carry, read },
  }) => {
    const data = permitOf(at, { owner: agent.address, spender: FRIEND, value: '77' })
    const { body } = await ok(typed(agent, data))
    const { r, s, v } = parseSignature(body.signature)
    await carry('permit', [agent.address, FRIEND, 77n, 4102444800n, Number(v), r, s])
    expect(await read('allowance', [agent.address, FRIEND])).toBe(77n)
  })

  it('signs transactions too, and never sends them', async ({ anvil, scene: { agent }, calls: { sign } }) => {
    const body = { intent_type: 'transaction', to: FRIEND, value: '0.5' }
    const reply = (await ok(sign(agent, body))).body
    expect(reply).toMatchObject({ intent_type: 'transaction', from: agent.address, tx_type: 'eip1559' })
    expect(parseTransaction(reply.signed_tx)).toMatchObject({ value: 5n * 10n ** 17n, chainId: anvil.chainId })
    expect(await anvil.rpc('eth_getTransactionByHash', reply.tx_hash)).toBeNull()
    expect((await sign(agent, { intent_type: 'transaction', value: '1' })).body.fields).toHaveProperty('to')
  })

  it('signs nothing but transactions unless a person has allowed it', async ({
    anvil,
    world,
    scene: { at, agent },
    calls: { refusal, sign, typed },
  }) => {
    const plain = await world.signingAgent(anvil)
    const hash = toHex(1, { size: 32 })
    expect(await refusal(sign(plain, { intent_type: 'personal_sign', message: 'hello' }))).toBe('403 message_signing_enabled')
    expect(await refusal(typed(plain, permitOf(at, { owner: FRIEND, spender: FRIEND, value: '1' })))).toBe(
      '403 message_signing_enabled',
    )
    expect(await refusal(sign(agent, { intent_type: 'eip712_digest', hash }))).toBe('403 raw_signing_enabled')
    const raw = await world.signingAgent(anvil, { raw_signing_enabled: true })
    const { body } = await ok(sign(raw, { intent_type: 'eip712_digest', hash }))
    expect(await recoverAddress({ hash, signature: body.signature })).toBe(raw.address)
    const person = await world.call('POST', `/v1/agents/${agent.id}/sign`, {
      token: world.owner.token,
      body: { intent_type: 'personal_sign', message: 'hello', chain: CHAIN },
    })
    expect(person.status).toBe(403)
  })

  it('signs only for the domains on the list', async ({ anvil, world, scene: { at, agent }, calls: { refusal, typed } }) => {
    const other = permitOf({ ...at, token: STRANGER }, { owner: agent.address, spender: FRIEND, value: '1' })
    expect(await refusal(typed(agent, other))).toBe('403 eip712_domain_allowlist')
    const named = await world.signingAgent(anvil, { message_signing_enabled: true, eip712_domain_allowlist: ['Money'] })
    expect((await typed(named, other)).status).toBe(200)
    // If the type leaves the contract out, the signature does not cover it.
    const { domain, ...rest } = permitOf(at, { owner: agent.address, spender: FRIEND, value: '1' })
    const types = { ...rest.types, EIP712Domain: [{ name: 'name', type: 'string' }] }
    expect(await refusal(typed(agent, { ...rest, domain, types }))).toBe('403 eip712_domain_allowlist')
    const open = await world.signingAgent(anvil, { message_signing_enabled: true, eip712_default_policy: 'allow' })
    expect((await typed(open, other)).status).toBe(200)
    const shown = (await world.call('GET', `/v1/agents/${open.id}`, { token: world.owner.token })).body
    expect(shown).toMatchObject({ message_signing_enabled: true, eip712_default_policy: 'allow' })
    expect(Object.keys(shown)).not.toContain('raw_signing_enabled')
  })

  it('applies the guardrails of transactions to what moves tokens', async ({
    anvil,
    world,
    scene: { at },
    calls: { typed, refusal, sign },
  }) => {
    const bound = await world.signingAgent(anvil, {
      message_signing_enabled: true,
      eip712_default_policy: 'allow',
      tx_to_allowlist: [FRIEND],
      tx_block_unlimited_approvals: true,
      tx_allowed_chains: [CHAIN],
      tx_max_value_eth: '1',
    })
    const owner = bound.address
    const transfer = (to: string) => transferByAuthorization(at, { from: owner, to, value: '5', nonce: NONCE })
    expect((await typed(bound, transfer(FRIEND))).status).toBe(200)
    expect(await refusal(typed(bound, transfer(STRANGER)))).toBe('403 tx_to_allowlist')
    expect(await refusal(typed(bound, permitOf(at, { owner, spender: STRANGER, value: '5' })))).toBe('403 tx_to_allowlist')
    expect(await refusal(typed(bound, permit2Of(at, { spender: STRANGER, amount: '5' })))).toBe('403 tx_to_allowlist')
    expect(await refusal(typed(bound, permitOf(at, { owner, spender: FRIEND, value: UNLIMITED })))).toBe(
      '403 tx_block_unlimited_approvals',
    )
    expect(await refusal(typed(bound, permit2Of(at, { spender: FRIEND, amount: UNLIMITED })))).toBe(
      '403 tx_block_unlimited_approvals',
    )
    const order = {
      domain: { name: 'Seaport', version: '1.6', chainId: at.chainId, verifyingContract: STRANGER },
      types: {
        OrderComponents: [
          { name: 'offerer', type: 'address' },
          { name: 'consideration', type: 'Item[]' },
        ],
        Item: [{ name: 'recipient', type: 'address' }],
      },
      primaryType: 'OrderComponents',
      message: { offerer: owner, consideration: [{ recipient: owner }] },
    }
    expect(await refusal(typed(bound, order))).toBe('403 tx_to_allowlist')
    const { chainId, ...anywhere } = transfer(FRIEND).domain
    const types = { TransferWithAuthorization: transfer(FRIEND).types.TransferWithAuthorization }
    expect(await refusal(typed(bound, { ...transfer(FRIEND), types, domain: anywhere }))).toBe('403 tx_allowed_chains')
    expect(await refusal(sign(bound, { intent_type: 'personal_sign', message: hashMessage('x') }))).toBe(
      '403 raw_signing_enabled',
    )
    expect(await refusal(sign(bound, { intent_type: 'transaction', to: STRANGER, value: '0' }))).toBe('403 tx_to_allowlist')
    expect(chainId).toBe(anvil.chainId)
  })

  it.for(
    cases([
      [{ domain: { chainId: 1 } }, 'typed_data.domain.chainId'],
      [{ primaryType: 'Nothing' }, 'typed_data.primaryType'],
      [{ types: { Permit: [{ name: 'a,b', type: 'uint256' }] } }, 'typed_data.types.Permit[0].name'],
      [{ types: { Permit: [{ name: 'a', type: 'uint999x' }] } }, 'typed_data.message.a'],
      [{ message: { owner: 'me' } }, 'typed_data.message.owner'],
      [{ types: { Permit: [{ name: 'value', type: 'uint8' }] }, message: { value: 256 } }, 'typed_data.message.value'],
      [{ types: { Permit: [{ name: 'value', type: 'uint256' }] }, message: { value: 2 ** 60 } }, 'typed_data.message.value'],
      [{ types: { Permit: [{ name: 'next', type: 'constructor' }] }, message: { next: {} } }, 'typed_data.message.next'],
      [{ types: { Permit: [{ name: 'next', type: 'Permit' }] }, message: { next: {} } }, 'typed_data.message.next.next'],
    ]),
  )('refuses what is not typed data: %j', async ([wrong, field], { scene: { at, agent }, calls: { typed } }) => {
    const good = permitOf(at, { owner: agent.address, spender: FRIEND, value: '1' })
    const { status, body } = await typed(agent, { ...good, ...wrong })
    expect({ status, fields: Object.keys(body.fields) }).toEqual({ status: 400, fields: [field] })
  })

  it('answers a repetition with the same signature, and counts each use of a counted key', async ({
    anvil,
    world,
    calls: { sign },
  }) => {
    const counted = await world.signingAgent(anvil, { message_signing_enabled: true })
    await world.put(world.owner, counted.vaultId, counted.keyPath, `0x${'5'.repeat(64)}`, {
      type: 'private_key',
      max_access_count: 1,
    })
    const body = { intent_type: 'personal_sign', message: 'once' }
    const headers = { 'idempotency-key': 'a' }
    const first = await ok(sign(counted, body, { headers }))
    expect((await ok(sign(counted, body, { headers }))).body).toEqual(first.body)
    expect((await sign(counted, { ...body, message: 'twice' }, { headers })).status).toBe(422)
    expect((await sign(counted, body)).status).toBe(410)
  })
})
