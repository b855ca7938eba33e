import { enforce, enforcing, exhaust } from '../billing.ts'
import { ok, type TestUser, type World } from '../world.ts'
import { PAY_TO, type StandIn } from './stand-in.ts'

export interface PricedWorld {
  /** Its token is an API key, which stays valid when the clock moves. */
  readonly user: { readonly token: string }
  readonly vault: string
  /** Address of a secret whose value is `the value`. */
  readonly secret: string
}

/**
 * A world that accepts payments by x402 through the stand-in, with a user who has used up all requests of the month. `admin`: the first
 * user, if there is one.
 */
export async function pricedWorld(world: World, facilitator: StandIn, admin?: TestUser): Promise<PricedWorld> {
  if (admin) await enforce(world, admin)
  const { token } = admin ?? (await enforcing(world))
  const { chains } = (await ok(world.call('GET', '/v1/admin/chains', { token }))).body
  const base = chains.find(({ chain_id }: { chain_id: number }) => chain_id === 8453)
  await ok(world.call('PUT', `/v1/admin/chains/${base.id}`, { token, body: { rpc_url: facilitator.rpcUrl } }))
  const body = { pay_to: PAY_TO, network: 'base', scheme: 'exact', facilitator_url: facilitator.url }
  await ok(world.call('PUT', '/v1/admin/x402', { token, body }))
  const owner = await world.signUp()
  const key = await ok(world.call('POST', '/v1/auth/api-keys', { token: owner.token, body: { name: 'payer' } }))
  const user = { token: key.body.api_key as string }
  const vault = await world.vault(owner)
  await world.put(owner, vault, 'a/b', 'the value')
  await exhaust(world, owner.orgId)
  return { user, vault, secret: `/v1/vaults/${vault}/secrets/a/b` }
}
