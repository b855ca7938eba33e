import { keccak256, recoverTransactionAddress } from 'viem'
import { describe, expect } from 'vitest'
import { cases, chainTestsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

/** The chains of the vectors have no node here: nonce, gas and fee are given, so nothing has to be requested. */
const it = chainTestsOn('sqlite').extend('agent', { scope: 'file' }, async ({ world, owner, vaultId }) => {
  const body = { name: 'calaveras', display_name: 'Calaveras', chain_id: 7822 }
  await ok(world.call('POST', '/v1/admin/chains', { token: owner.token, body }))
  const agent = await world.agent(owner, { intents_api_enabled: true, tx_sign_any_nonce: true })
  await world.policy(owner, vaultId, agent, 'keys/*', ['read'])
  const keys = {
    eip155: '0x4646464646464646464646464646464646464646464646464646464646464646',
    eip1559: '0x8f2a55949038a9610f50fb23b5883af3b4ecb3c3bb792cbcefbd1542c692be63',
  }
  for (const [name, key] of Object.entries(keys)) await world.put(owner, vaultId, `keys/${name}`, key, { type: 'private_key' })
  return agent
})

describe('a signed transaction', () => {
  it('equals the example of EIP-155', async ({ world, agent }) => {
    const { body } = await ok(
      world.sign(agent, {
        to: '0x3535353535353535353535353535353535353535',
        value: '1',
        chain: '1',
        nonce: 9,
        gas_price: '20000000000',
        gas_limit: 21_000,
        signing_key_path: 'keys/eip155',
      }),
    )
    expect(body).toMatchObject({
      status: 'sign_only',
      from: '0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F',
      chain: 'ethereum',
      nonce: 9,
      value_wei: '1000000000000000000',
      gas_price: '20000000000',
      signed_tx:
        '0xf86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a76400008025a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83',
    })
    expect(body.tx_hash).toBe(keccak256(body.signed_tx))
  })

  // The vectors that Besu and ethereumjs share.
  it.for(
    cases([
      [
        819,
        '43203529',
        35_552,
        '75853',
        '121212',
        '02f870821e8e8203338301284d8301d97c828ae094000000000000000000000000000000000000aaaa8402933bc980c080a0d067f2167008c59219652f91cbf8788dbca5f771f6e91e2b7657e85b78b472e0a01d305af9fe81fdba43f0dfcd400ed24dcace0a7e30d4e85701dcaaf484cd079e',
      ],
      [
        353,
        '61901619',
        32_593,
        '38850',
        '136295',
        '02f86f821e8e8201618297c283021467827f5194000000000000000000000000000000000000aaaa8403b08b3380c001a004205678f13fc1d7b10feea6513dfa76e24418b6e08097d95c6f93a3b64e536da01d45ad61bfece43862de2cce7d2575a8c1d08c26c87f3cb5f26d7b0be54a91b2',
      ],
      [
        119,
        '65456115',
        62_341,
        '24721',
        '107729',
        '02f86d821e8e778260918301a4d182f38594000000000000000000000000000000000000aaaa8403e6c7f380c001a0e38e239770801eb995498c821e55ac9c19ae09184bb27b34be105e02fe3b7615a067c64ca6bd6d9107e85fd581ab2e70a14b637eb36505bb40861ef9d6e800cab6',
      ],
    ]),
  )(
    'equals the vector of EIP-1559: nonce %i',
    async ([nonce, wei, gas_limit, max_priority_fee_per_gas, max_fee_per_gas, raw], { world, agent }) => {
      const { body } = await ok(
        world.sign(agent, {
          to: '0x000000000000000000000000000000000000aaaa',
          value: `0.${wei.padStart(18, '0')}`,
          chain: 'calaveras',
          nonce,
          gas_limit,
          max_priority_fee_per_gas,
          max_fee_per_gas,
          signing_key_path: 'keys/eip1559',
        }),
      )
      expect(body.signed_tx).toBe(`0x${raw}`)
      expect(await recoverTransactionAddress({ serializedTransaction: body.signed_tx })).toBe(body.from)
    },
  )
})
