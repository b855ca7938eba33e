import { Flags } from '@oclif/core'
import type { Client, Input } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { isUuid } from '../../uuid.ts'
import { memberIdOf } from '../people/members.ts'
import { agentIdOf } from './vault.ts'

type Recipient = Pick<Input<'shares.create'>['body'], 'recipient_type' | 'recipient_id' | 'email'>

export const recipientFlags = {
  link: Flags.boolean({ description: 'Share with anyone who has the link.' }),
  email: Flags.string({
    helpValue: '<address>',
    description: 'Share with the person who has this e-mail address, in any organisation.',
  }),
  user: Flags.string({ helpValue: '<e-mail or id>', description: 'Share with a member of your organisation.' }),
  agent: Flags.string({ helpValue: '<name or id>', description: 'Share with an agent of your organisation.' }),
  creator: Flags.boolean({ description: 'Share with the person who created this agent.' }),
}

interface RecipientFlags {
  readonly link?: boolean | undefined
  readonly email?: string | undefined
  readonly user?: string | undefined
  readonly agent?: string | undefined
  readonly creator?: boolean | undefined
}

/** The recipient of a share. Throws `usage` unless exactly one is given. */
export async function recipientOf(client: Client, { link, email, user, agent, creator }: RecipientFlags): Promise<Recipient> {
  const named = [link, email !== undefined, user !== undefined, agent !== undefined, creator].filter(Boolean)
  if (named.length !== 1)
    throw new Problem('usage', 'No recipient given: pass one of --link, --email, --user, --agent, --creator.')
  if (email !== undefined) return { recipient_type: 'external_email', email }
  if (agent !== undefined) return { recipient_type: 'agent', recipient_id: await agentIdOf(client, agent) }
  if (user === undefined) return { recipient_type: link ? 'anyone_with_link' : 'creator' }
  if (!user.includes('@') && !isUuid(user))
    throw new Problem('usage', '--user must be the e-mail address or id of a member; see `1claw org members`.')
  return { recipient_type: 'user', recipient_id: await memberIdOf(client, user) }
}
