import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { isUuid } from '../../uuid.ts'
import { agentIdOf } from '../input/vault.ts'
import { moment } from '../output/moment.ts'
import type { View } from '../output/view.ts'

export type Member = Reply<'org.members'>['members'][number]

export type SeenKeys = Reply<'org.member-agent-keys'>['agents']

export const MEMBER: View<Member> = {
  columns: {
    email: member => member.email,
    role: member => member.role,
    name: member => member.display_name,
    id: member => member.id,
    'signs in by': member => member.auth_method,
    since: member => moment(member.created_at),
  },
  name: member => member.id,
}

/** The id of a member that is given by id or e-mail address. Throws `resource.unknown`. */
export async function memberIdOf(client: Client, member: string): Promise<string> {
  if (isUuid(member)) return member
  const { members } = await client.call('org.members')
  const found = members.find(({ email }) => email === member.trim().toLowerCase())
  if (found) return found.id
  const { didYouMean } = await import('../input/suggest.ts')
  throw new Problem('resource.unknown', `There is no member ${JSON.stringify(member)}.`, {
    hint: didYouMean(
      member,
      members.map(({ email }) => email),
      'See `1claw org members`.',
    ),
  })
}

/** The id of a person in the caller's organisation: `me`, an id or an e-mail address. Throws `resource.unknown`. */
export async function userIdOf(client: Client, user: string): Promise<string> {
  return user === 'me' ? (await client.call('account.me')).id : memberIdOf(client, user)
}

/** The id of a person, or of an agent, which is given by id or name. Throws `resource.unknown`. */
export async function actorIdOf(client: Client, actor: string): Promise<string> {
  const isPerson = actor === 'me' || actor.includes('@')
  return isPerson ? userIdOf(client, actor) : agentIdOf(client, actor)
}

/** The agents whose current key a member has seen. */
export async function keysSeenBy(client: Client, memberId: string): Promise<SeenKeys> {
  return (await client.call('org.member-agent-keys', { params: { user_id: memberId } })).agents
}
