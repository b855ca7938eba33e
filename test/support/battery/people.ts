import { randomUUID } from 'node:crypto'
import { ok, type TestUser, type World } from '../world.ts'

/** The id of a new invitation to somebody's organisation. */
export async function invited({ world }: { readonly world: World }, by: TestUser, email: string): Promise<string> {
  await ok(world.call('POST', '/v1/org/invite', { token: by.token, body: { email } }))
  const { body } = await ok(world.call('GET', '/v1/org/invitations', { token: by.token }))
  return body.invitations.find((invitation: { email: string }) => invitation.email === email).id
}

/** The id of a new rule of somebody's organisation. */
export async function ruleOf({ world }: { readonly world: World }, by: TestUser): Promise<string> {
  const body = { rule_type: 'deny', cidr: '192.0.2.2', applies_to: 'agents' }
  return (await ok(world.call('POST', '/v1/security/ip-rules', { token: by.token, body }))).body.id
}

export const wanted = () => ({ secret_path_pattern: `some/${randomUUID()}`, reason: 'a test', duration_seconds: 60 })

/** Has made no request yet, because the number of open requests of a principal is limited. */
export const newcomer = ({ world, owner }: { readonly world: World; readonly owner: TestUser }) => world.agent(owner)

/** The id of a request for access to a vault, and the token of the requesting agent. */
export async function accessAsked(scene: {
  readonly world: World
  readonly owner: TestUser
  readonly vaultId: string
}): Promise<{ id: string; token: string }> {
  const { token } = await newcomer(scene)
  const asked = scene.world.call('POST', `/v1/vaults/${scene.vaultId}/access-requests`, { token, body: wanted() })
  return { id: (await ok(asked)).body.id, token }
}
