import type { Engine } from '../../../server/db/database.ts'
import { rotated } from '../customer-keys.ts'
import { keptSession, sessionOf } from '../kept-session.ts'
import { makeWorld, ok, type TestAgent, type TestUser, type World } from '../world.ts'
import { accessAsked, invited, ruleOf } from './people.ts'
import { signingAgent, transactionOf } from './signing-agent.ts'

/** Two organisations on one server: the battery acts in one, and must not reach the other. */
export interface Scene {
  readonly world: World
  readonly owner: TestUser
  /** A member of the same organisation, without rights in it. */
  readonly member: TestUser
  /** An agent of the same organisation, without a policy. */
  readonly agent: TestAgent
  readonly vaultId: string
  /** The owner of the other organisation. */
  readonly stranger: TestUser
  /** Ids of the other organisation, by the name of the parameter. */
  readonly foreign: Readonly<Record<string, string>>
}

export async function setScene(engine: Engine): Promise<Scene> {
  const world = await makeWorld(engine)
  const [owner, stranger] = [await world.signUp(), await world.signUp()]
  const member = await world.colleague(owner)
  const agent = await world.agent(owner)
  const vaultId = await world.vault(owner)
  const theirs = { vault_id: await world.vault(stranger), agent_id: (await world.agent(stranger)).id }
  const secret = await world.put(stranger, theirs.vault_id, 'some/path', 'theirs')
  const share = await ok(
    world.call('POST', `/v1/secrets/${secret.body.id}/share`, {
      token: stranger.token,
      body: { recipient_type: 'user', recipient_id: stranger.id, expires_at: '2999-01-01T00:00:00Z' },
    }),
  )
  const policy_id = await world.policy(stranger, theirs.vault_id, { id: theirs.agent_id }, '**', ['read'])
  const key = await ok(world.call('POST', '/v1/auth/api-keys', { token: stranger.token, body: { name: 'theirs' } }))
  return {
    world,
    owner,
    member,
    agent,
    vaultId,
    stranger,
    foreign: {
      ...theirs,
      policy_id,
      secret_id: secret.body.id,
      share_id: share.body.id,
      key_id: key.body.key.id,
      user_id: stranger.id,
      invitation_id: await invited({ world }, stranger, 'theirs@example.com'),
      session_id: await sessionOf(world, (await keptSession(world)).token),
      request_id: (await accessAsked({ world, vaultId: theirs.vault_id, owner: stranger })).id,
      rule_id: await ruleOf({ world }, stranger),
      job_id: (await rotated({ world, owner: stranger })).id,
      tx_id: await transactionOf(world, await signingAgent(world, owner, stranger)),
    },
  }
}
