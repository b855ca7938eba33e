import type { Anvil } from '../anvil.ts'
import { apiOf, newPerson, signUp } from '../console.ts'
import { BASE_SEPOLIA_USDC, type RealFacilitator } from './real-facilitator.ts'

export interface PaidScene {
  /** The key of an agent whose organisation has no free requests. */
  readonly token: string
  /** URL of a secret whose value is `the value`. */
  readonly secret: string
  readonly vault: string
  /** The recipient of the payments. */
  readonly payTo: string
  readonly agent: string
  /** The account of a key that the server keeps for the agent; the agent can pay with it. */
  readonly kept: string
}

const PAY_TO = `0x${'5e'.repeat(20)}`

/** A server that accepts payments in a dollar token on its own chain, and an agent that must pay for its reads. */
export async function paidScene(
  url: string,
  anvil: Anvil,
  { url: facilitator_url, dollar }: RealFacilitator,
): Promise<PaidScene> {
  const admin = apiOf(url, await signUp(url, newPerson('admin')))
  const set = (key: string, value: string) => admin.call('admin.set-setting', { params: { key }, body: { value } })
  if (dollar !== BASE_SEPOLIA_USDC) await set('billing.x402_asset', `${dollar},USDC,2`)
  await admin.call('admin.set-x402', { body: { pay_to: PAY_TO, network: 'eip155:84532', scheme: 'exact', facilitator_url } })
  const { chains } = await admin.call('chains.admin-list')
  const chain = chains.find(({ chain_id }) => chain_id === 84_532)
  await admin.call('chains.update', { params: { chain_id: chain?.id ?? '' }, body: { rpc_url: anvil.url } })

  const owner = apiOf(url, await signUp(url, newPerson('owner')))
  const { id: vault_id } = await owner.call('vaults.create', { body: { name: 'paid' } })
  await owner.call('secrets.put', { params: { vault_id, path: 'a/b' }, body: { value: 'the value', type: 'generic' } })
  const { agent, api_key } = await owner.call('agents.register', {
    body: {
      name: 'payer',
      intents_api_enabled: true,
      message_signing_enabled: true,
      eip712_domain_allowlist: [`USDC@${dollar}`],
      tx_to_allowlist: [PAY_TO],
    },
  })
  const key = await owner.call('intents.create-key', { params: { vault_id, path: `keys/${chain?.name}-signer` } })
  await owner.call('policies.create', {
    params: { vault_id },
    body: { secret_path_pattern: '**', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
  })
  const { org_id } = await owner.call('account.me')
  await owner.call('billing.set-overage', { body: { method: 'x402' } })
  await admin.call('admin.set-limits', { params: { org_id }, body: { free_tier_override: 0 } })
  await set('billing.enforced', 'true')
  return {
    token: api_key ?? '',
    secret: `${url}/v1/vaults/${vault_id}/secrets/a/b`,
    vault: vault_id,
    payTo: PAY_TO,
    agent: agent.id,
    kept: key.address,
  }
}
