import type { Client, Exchange } from '../client/client.ts'
import { Problem } from '../problem.ts'
import type { Context } from './context.ts'
import { type Credential, credentialOf } from './credentials/credential.ts'
import { explaining } from './denial.ts'
import { milliseconds } from './duration.ts'
import { type Target, type TargetFlags, targetOf } from './target.ts'
import { vaultIdOf } from './vault.ts'

export interface SessionFlags extends TargetFlags {
  /** Seconds, or with a unit: `30s`, `2m`. */
  readonly timeout?: string | undefined
  readonly verbose?: boolean | undefined
}

/** A signed-in run: where it talks to, and as whom. */
export interface Session {
  readonly target: Target
  readonly credential: Credential
  readonly client: Client
  /** Id of the vault this run is about. Throws `usage` when none is named anywhere. */
  vaultId(): Promise<string>
}

/** Throws `auth.required` when there is no credential for the target. */
export async function openSession(context: Context, flags: SessionFlags): Promise<Session> {
  const target = targetOf(context, flags)
  const credential = await credentialOf(context, target)
  if (!credential) throw new Problem('auth.required', 'Not authenticated. Run `1claw login` first.')
  const client = explaining(connect(context, target, flags, credential), credential)
  return {
    target,
    credential,
    client,
    vaultId: () => vaultIdOf(client, target.vault ?? missingVault()),
  }
}

/** A client without credentials, for sign-in and health. */
export function openAnonymous(context: Context, flags: SessionFlags): { target: Target; client: Client } {
  const target = targetOf(context, flags)
  return { target, client: connect(context, target, flags) }
}

function connect(context: Context, target: Target, flags: SessionFlags, credential?: Credential): Client {
  return context.connect({
    baseUrl: target.apiUrl,
    credential,
    ...(flags.timeout !== undefined && { timeoutMs: milliseconds(flags.timeout) }),
    ...(flags.verbose && { observe: exchange => context.stderr.write(`${lineOf(exchange)}\n`) }),
  })
}

function lineOf({ method, path, status, ms, requestId }: Exchange): string {
  const answer = status === 0 ? 'no answer' : String(status)
  return `${method} ${path} → ${answer} (${ms} ms)${requestId ? ` request ${requestId}` : ''}`
}

function missingVault(): never {
  throw new Problem('usage', 'No vault is named.', {
    hint: 'Use --vault <name or id>, or choose one with `1claw vaults use <name>`.',
  })
}
