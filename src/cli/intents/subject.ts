import { Problem } from '../../problem.ts'
import { agentIdOf, vaultIdOf } from '../input/vault.ts'
import { subjectOf } from '../session/denial.ts'
import type { SignedIn } from '../session/signed-in.ts'

/** Whose transactions a run is about: the agent that is named, or the one that is signed in. Throws `usage`. */
export async function subjectId({ client, credential }: SignedIn, agent: string | undefined): Promise<string> {
  if (agent !== undefined) return agentIdOf(client, agent)
  if (credential.kind === 'agent-key') return credential.agentId ?? (await client.call('agents.me')).id
  if (credential.kind === 'token' && credential.token.startsWith('ocv_')) return (await client.call('agents.me')).id
  const id = credential.kind === 'token' ? /^agent:(.+)$/.exec(subjectOf(credential.token))?.[1] : undefined
  if (id) return id
  throw new Problem('usage', 'No agent given.', {
    hint: 'Pass --agent; see `1claw agents list`.',
  })
}

/**
 * The agent that asks for a signature. Only it may: a person who could would not need the key to be kept from anybody.
 * Throws `policy.denied` before anything is asked of anyone.
 */
export async function signerId(session: SignedIn, agent: string | undefined): Promise<string> {
  const { credential } = session
  const isPerson = credential.kind === 'user-key' || (credential.kind === 'token' && /^user:/.test(subjectOf(credential.token)))
  if (!isPerson) return subjectId(session, agent)
  throw new Problem('policy.denied', 'Only an agent can have transactions signed, with its own credential.', {
    hint: 'Simulate a transaction of an agent with `1claw intents simulate --agent <name>`.',
  })
}

/** Only a vault named on the line itself: the one that a profile has chosen is for secrets, and the key is found in any. */
export async function keyVaultId({ client }: SignedIn, vault: string | undefined): Promise<string | undefined> {
  return vault === undefined ? undefined : vaultIdOf(client, vault)
}
