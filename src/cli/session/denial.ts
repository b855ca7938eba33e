import type { Client, OperationId } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { commandLine } from '../../shell-word.ts'
import type { Credential } from '../context/credential.ts'

/** The permission that each operation on a vault requires. */
const PERMISSION: Partial<Record<OperationId, string>> = {
  'secrets.list': 'read',
  'secrets.get': 'read',
  'secrets.version': 'read',
  'secrets.versions': 'read',
  'secrets.read-many': 'read',
  'secrets.put': 'write',
  'secrets.disable': 'write',
  'secrets.delete': 'delete',
  'secrets.rotate': 'rotate',
  'policies.create': 'admin',
  'policies.list': 'admin',
  'policies.update': 'admin',
  'policies.delete': 'admin',
}

/** The server's text for a missing policy. Other refusals have other texts, and a policy would not help. */
const LACKING = 'Insufficient permissions'

/** The server's texts for a token or key that does not count. Other refusals of a sign-in are about a password or a code. */
const REFUSED = ['A valid token is needed.', 'The key was not accepted.']

/** A refused credential, with where it is from and what to do about it. */
export function refused(problem: Problem, { from }: Credential): Problem {
  if (!REFUSED.includes(problem.message) || problem.extras.hint) return problem
  const advice = from.startsWith('ONECLAW_') ? 'Correct it, or unset it to use your login.' : 'Run `1claw login` again.'
  return new Problem(problem.code, problem.message, { ...problem.extras, hint: `The credential is from ${from}. ${advice}` })
}

interface Loose {
  readonly params?: { readonly vault_id?: string; readonly path?: string }
}

/** A refusal with the missing permission and path, and the command for an owner. `input` is that of the request. */
export async function explained(
  problem: Problem,
  client: Client,
  credential: Credential,
  id: OperationId,
  input: object = {},
): Promise<Problem> {
  const permission = PERMISSION[id]
  const { vault_id: vault, path = '**' } = (input as Loose).params ?? {}
  if (!permission || !vault || !problem.message.startsWith(LACKING)) return problem
  const principal = await principalOf(client, credential)
  const asked = permission === 'admin' ? '' : `, or ask for it: ${requestFor(path, vault, permission)}`
  const line = commandLine('policies create', path, { vault, ...principal, permission })
  return new Problem('policy.denied', `${problem.message}: ${permission} on ${path} in vault ${vault}.`, {
    ...problem.extras,
    hint: `An owner can allow it: ${line}${asked}`,
  })
}

function requestFor(path: string, vault: string, permission: string): string {
  const more = permission === 'read' ? {} : { permission }
  return commandLine('access request', path, { vault, ...more, for: '1d', reason: '…' })
}

/** The flag for the refused caller, with the id; a token contains it (its signature does not matter here). */
async function principalOf(client: Client, credential: Credential): Promise<{ agent: string } | { user: string }> {
  if (credential.kind === 'agent-key') return { agent: credential.agentId ?? (await idOr(client.call('agents.me'))) }
  if (credential.kind === 'workload') return { agent: credential.agentId }
  if (credential.kind === 'user-key') return { user: await idOr(client.call('account.me')) }
  const [, type, id = '<id>'] = /^(user|agent):([0-9a-f-]{36})$/.exec(subjectOf(credential.token)) ?? []
  return type === 'user' ? { user: id } : { agent: id }
}

async function idOr(answer: Promise<{ id: string }>): Promise<string> {
  return answer.then(({ id }) => id).catch(() => '<id>')
}

/** The `sub` claim of a JWT; empty if it is not a JWT. */
export function subjectOf(token: string): string {
  try {
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub?: unknown }
    return typeof sub === 'string' ? sub : ''
  } catch {
    return ''
  }
}
