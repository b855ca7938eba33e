import { Flags } from '@oclif/core'
import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { userIdOf } from '../people/members.ts'
import { agentIdOf } from './vault.ts'

export const principalFlags = {
  agent: Flags.string({ helpValue: '<name or id>', exclusive: ['user'], description: 'Agent it applies to.' }),
  user: Flags.string({ helpValue: '<e-mail or id>', description: 'User it applies to, or `me` for yourself.' }),
}

interface PrincipalFlags {
  readonly agent?: string | undefined
  readonly user?: string | undefined
}

/** The principal of a policy. Throws `usage` when none is named. */
export async function principalOf(client: Client, flags: PrincipalFlags) {
  if (flags.agent !== undefined) return { principal_type: 'agent' as const, principal_id: await agentIdOf(client, flags.agent) }
  if (flags.user === undefined)
    throw new Problem('usage', 'No agent or user given: pass --agent <name or id> or --user <e-mail or id>.')
  return { principal_type: 'user' as const, principal_id: await userIdOf(client, flags.user) }
}
