import { Problem, type ProblemExtras } from '../../../src/problem.ts'
import { MissingKey } from '../refusals.ts'
import type { Failure, Refusal } from './wire/protocol.ts'

/** The message of each refusal for the operator, with what to do. */
const REFUSALS: Record<Refusal, (subject: string) => readonly [detail: string, hint: string]> = {
  module: path => [
    `${path} is not a PKCS#11 module that can be loaded.`,
    'Set the path of the shared library that came with the HSM.',
  ],
  token: label => [
    `No slot has a token labelled "${label}".`,
    'Initialise the token, or check its label and the settings of the module.',
  ],
  'token-twice': label => [`More than one token is labelled "${label}".`, 'Give the token a label of its own.'],
  'token-unready': label => [
    `The token "${label}" is not initialised or has no user PIN.`,
    'Initialise the token and set its user PIN.',
  ],
  mechanism: name => [`The token cannot do ${name}.`, 'AES-GCM and Ed25519 are needed, and AES key wrap for wrapped KEKs.'],
  pin: label => [
    `The token "${label}" does not accept the PIN.`,
    'Correct the PIN before the next start. It was tried once: a token locks after a few wrong ones.',
  ],
  'pin-locked': label => [
    `The PIN of the token "${label}" is locked, or one wrong try away from it; it was not tried.`,
    'Log in once with the right PIN with another tool, or reset the PIN as security officer.',
  ],
  missing: label => [
    `The key is missing while data exists: the token has no "${label}".`,
    'Connect the token that this installation was created with. A new key could not open the stored data.',
  ],
  twice: label => [`The token has more than one key labelled "${label}".`, 'Remove or relabel the one that is not in use.'],
  broken: label => [
    `The keys labelled "${label}" in the token do not work as an Ed25519 pair.`,
    'Restore them from a backup of the token.',
  ],
  silent: path => [
    `The PKCS#11 module ${path} crashed or did not answer.`,
    'Check that the HSM is connected and its module is configured.',
  ],
  failed: name => [`The token does not work (${name}).`, 'Check that the HSM is connected and its module is configured.'],
}

export function problemOfRefusal(refusal: Refusal, subject: string): Problem {
  const [detail, hint] = REFUSALS[refusal](subject)
  const mayPass = refusal === 'failed' || refusal === 'silent'
  return new Problem(mayPass ? 'keys.unavailable' : 'config.invalid', detail, { hint })
}

/** The labels are only for the log, so they travel as the cause. */
export function problemOfFailure({ fault, log }: Failure): Problem {
  const logged: ProblemExtras = { cause: new Error(log) }
  switch (fault) {
    case 'unreadable':
      return new Problem('secret.unreadable')
    case 'exists':
      return new Problem('resource.conflict', 'A key with this id already exists.', logged)
    case 'incapable':
      return new Problem('feature.unconfigured', 'The HSM of this server cannot make keys for transactions.', logged)
    case 'missing':
    case 'twice':
      return new Problem('internal', undefined, { cause: new MissingKey(log) })
    case 'failed':
      return new Problem('internal', undefined, logged)
    case 'late':
    case 'lost':
      return unavailable(1)
  }
}

/** @param seconds until a retry can succeed; the reply always says at least one. */
export function unavailable(seconds: number): Problem {
  return new Problem('keys.unavailable', undefined, { retryAfter: Math.max(1, Math.ceil(seconds)) })
}
