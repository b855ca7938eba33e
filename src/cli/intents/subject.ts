import { Problem } from '../../problem.ts'
import { agentIdOf, vaultIdOf } from '../input/vault.ts'
import { subjectOf } from '../session/denial.ts'
import type { SignedIn } from '../session/signed-in.ts'

/** The agent of a run: the given one, or the signed-in one. Throws `usage`. */
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
 * The agent that requests a signature. Only an agent can: if a person could, there would be no point in hiding the key. Throws
 * `policy.denied` before any prompt or request.
 */
export async function signerId(session: SignedIn, agent: string | undefined): Promise<string> {
  const { credential } = session
  const isPerson = credential.kind === 'user-key' || (credential.kind === 'token' && /^user:/.test(subjectOf(credential.token)))
  if (!isPerson) return subjectId(session, agent)
  throw new Problem('policy.denied', 'Only an agent can have transactions signed, with its own credential.', {
    hint: 'Simulate a transaction of an agent with `1claw intents simulate --agent <name>`.',
  })
}

/** Only a vault in the arguments: a profile's default vault is for secrets, and the key can be in any vault. */
export async function keyVaultId({ client }: SignedIn, vault: string | undefined): Promise<string | undefined> {
  return vault === undefined ? undefined : vaultIdOf(client, vault)
}
