import { Flags } from '@oclif/core'
import type { Client, Input } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { agentIdOf, isUuid } from './vault.ts'

type Recipient = Pick<Input<'shares.create'>['body'], 'recipient_type' | 'recipient_id' | 'email'>

export const recipientFlags = {
  link: Flags.boolean({ description: 'For anybody who has the link.' }),
  email: Flags.string({ helpValue: '<address>', description: 'For the person with this address, whatever organisation.' }),
  user: Flags.string({ helpValue: '<id>', description: 'For a member of your organisation.' }),
  agent: Flags.string({ helpValue: '<name or id>', description: 'For an agent of your organisation.' }),
  creator: Flags.boolean({ description: 'For the person who made the agent that you are.' }),
}

interface RecipientFlags {
  readonly link?: boolean | undefined
  readonly email?: string | undefined
  readonly user?: string | undefined
  readonly agent?: string | undefined
  readonly creator?: boolean | undefined
}

/** Whom a share is for. Throws `usage` unless exactly one is named. */
export async function recipientOf(client: Client, { link, email, user, agent, creator }: RecipientFlags): Promise<Recipient> {
  const named = [link, email !== undefined, user !== undefined, agent !== undefined, creator].filter(Boolean)
  if (named.length !== 1) throw new Problem('usage', 'Say whom it is for: one of --link, --email, --user, --agent, --creator.')
  if (email !== undefined) return { recipient_type: 'external_email', email }
  if (agent !== undefined) return { recipient_type: 'agent', recipient_id: await agentIdOf(client, agent) }
  if (user === undefined) return { recipient_type: link ? 'anyone_with_link' : 'creator' }
  if (!isUuid(user)) throw new Problem('usage', '--user takes the id of a user; see `1claw org members`.')
  return { recipient_type: 'user', recipient_id: user }
}
