/**
 * Every expected failure of 1claw: its HTTP status (RFC 9457) and the exit code of the command line. Anything thrown that is not a
 * `Problem` is a bug: the server logs it in full and answers `internal`.
 *
 * Exit codes: 0 ok · 1 unexpected · 2 usage · 3 not found · 4 sign-in needed or expired · 5 permission denied · 6 conflict ·
 * 7 server unreachable · 8 rate, quota or payment · 9 waiting for or refused by a human · 10 check failed · 124 timeout ·
 * 126/127 cannot execute · 130 cancelled.
 */
interface ProblemKind {
  /** HTTP status; 0 for failures that only the command line knows. */
  readonly status: number
  readonly exit: number
  /** What happened, in a few words; the HTTP reason phrase is used on the wire. */
  readonly title: string
}

export const PROBLEMS = {
  'request.invalid': { status: 400, exit: 2, title: 'The request is not valid' },
  'request.too-broad': { status: 400, exit: 2, title: 'The query is too broad' },
  'auth.required': { status: 401, exit: 4, title: 'Sign-in is needed' },
  'auth.failed': { status: 401, exit: 4, title: 'The credentials were not accepted' },
  'payment.required': { status: 402, exit: 8, title: 'Payment is required' },
  'policy.denied': { status: 403, exit: 5, title: 'Insufficient permissions' },
  'resource.limit': { status: 403, exit: 8, title: 'Resource Limit Exceeded' },
  'resource.ceiling': { status: 403, exit: 8, title: 'Resource Ceiling Reached' },
  'resource.unknown': { status: 404, exit: 3, title: 'Not found' },
  'request.method': { status: 405, exit: 2, title: 'Method not allowed' },
  'resource.conflict': { status: 409, exit: 6, title: 'Conflict with the current state' },
  'resource.gone': { status: 410, exit: 3, title: 'No longer available' },
  'request.too-large': { status: 413, exit: 2, title: 'The request is too large' },
  'request.media-type': { status: 415, exit: 2, title: 'Only application/json is accepted' },
  'request.unprocessable': { status: 422, exit: 10, title: 'A check failed' },
  'rate.limited': { status: 429, exit: 8, title: 'Too many requests' },
  'auth.locked': { status: 429, exit: 8, title: 'Too many failed attempts' },
  'secret.unreadable': { status: 500, exit: 1, title: 'The stored value could not be opened' },
  internal: { status: 500, exit: 1, title: 'Internal server error' },
  'chain.unreachable': { status: 502, exit: 7, title: 'The chain could not be reached' },
  'server.busy': { status: 503, exit: 7, title: 'The server is busy' },
  'server.sealed': { status: 503, exit: 7, title: 'Server Sealed' },
  'keys.unavailable': { status: 503, exit: 7, title: 'The key provider is not available' },
  'database.unavailable': { status: 503, exit: 7, title: 'The database is not available' },
  'feature.unconfigured': { status: 503, exit: 7, title: 'Not configured on this server' },
  'storage.full': { status: 507, exit: 7, title: 'The disk is full' },
  usage: { status: 0, exit: 2, title: 'Invalid command' },
  'config.invalid': { status: 0, exit: 2, title: 'The settings are not valid' },
  'server.unreachable': { status: 0, exit: 7, title: 'The server could not be reached' },
  'server.unexpected': { status: 0, exit: 1, title: 'Unexpected answer from the server' },
  'human.waiting': { status: 0, exit: 9, title: 'Not approved' },
  'human.refused': { status: 0, exit: 9, title: 'Denied by a person' },
  'check.failed': { status: 0, exit: 10, title: 'The check failed' },
  timeout: { status: 0, exit: 124, title: 'Timed out' },
  'exec.denied': { status: 0, exit: 126, title: 'The program could not be executed' },
  'exec.unknown': { status: 0, exit: 127, title: 'The program was not found' },
  cancelled: { status: 0, exit: 130, title: 'Cancelled' },
} as const satisfies Record<string, ProblemKind>

export type ProblemCode = keyof typeof PROBLEMS

/** Every rule that can stop a known caller, with its name in the audit log; guardrails of transactions have their own names (`tx_…`). */
export const DENIAL_RULES = [
  'no-policy',
  'policy-conditions',
  'policy-expired',
  'policy-permission',
  'vault-ceiling',
  'scope-ceiling',
  'people-only',
  'agents-only',
  'agent-itself',
  'confined-credential',
  'signed-in-person',
  'recent-sign-in',
  'browser-sign-in',
  'terminal-login',
  'longest-login',
  'other-account',
  'owner-or-admin',
  'owner-only',
  'last-owner',
  'owner-admin-or-creator',
  'platform-admin',
  'set-by-admin',
  'policy-manager',
  'policy-reach',
  'policy-depth',
  'policy-ended',
  'own-request',
  'requester-only',
  'requester-or-granter',
  'invited-address',
  'proven-address',
  'sign-up-closed',
  'ip-rule',
  'server-vault',
  'intents-disabled',
  'outstanding-signatures',
  'signing-keys-hidden',
  'key-never-leaves',
  'read-limit',
  'only-stricter',
  'share-not-accepted',
  'share-address',
  'share-passphrase',
  'console-pages-only',
  'unencrypted',
  'plan-limit',
  'ceiling',
] as const

export type DenialRule = (typeof DENIAL_RULES)[number]

export interface ProblemExtras {
  /** What to do next, one sentence, shown by the command line under the error. */
  readonly hint?: string
  /** Faults by path of the request body, for `request.invalid`. */
  readonly fields?: Record<string, string>
  /** Whole seconds until a retry can succeed (`Retry-After`). */
  readonly retryAfter?: number
  /** The methods that a path answers, for `request.method`. */
  readonly allow?: readonly string[]
  /** The name of the rule that refused it, for the audit log. */
  readonly reason?: string
  /** The rule, for the audit log: its name as `rule` and, if there is one, `policy_id` and the name of the `condition`. */
  readonly why?: { readonly rule: string; readonly policy_id?: string; readonly condition?: string }
  /** What was attempted, for the audit log: never a value, a key or a password. */
  readonly attempted?: Readonly<Record<string, string | number | boolean>>
  /** How to pay, with `payment.required`: the body and the `PAYMENT-REQUIRED` header of the x402 protocol. */
  readonly offer?: { readonly body: object; readonly header: string }
  /** The server's id for the request that failed. */
  readonly requestId?: string
  readonly cause?: unknown
}

/** An expected failure. `message` can be shown: it never contains a value, a key or an inner error's text. */
export class Problem extends Error {
  readonly code: ProblemCode
  readonly extras: ProblemExtras

  constructor(code: ProblemCode, detail?: string, extras: ProblemExtras = {}) {
    super(detail ?? PROBLEMS[code].title, { cause: extras.cause })
    this.name = 'Problem'
    this.code = code
    this.extras = extras
  }

  get status(): number {
    return PROBLEMS[this.code].status
  }

  get exitCode(): number {
    return PROBLEMS[this.code].exit
  }
}

/** The wire form of a problem, RFC 9457 plus `request_id` and, on 400, `fields`. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail?: string
  request_id?: string
  fields?: Record<string, string>
  /** What to do next, one sentence. */
  hint?: string
}

/** The code for a status, if only the reply is known; `detail` explains the details to people. */
const CODE_OF_STATUS: Record<number, ProblemCode> = {
  400: 'request.invalid',
  401: 'auth.required',
  402: 'payment.required',
  403: 'policy.denied',
  404: 'resource.unknown',
  405: 'request.method',
  409: 'resource.conflict',
  410: 'resource.gone',
  413: 'request.too-large',
  415: 'request.media-type',
  422: 'request.unprocessable',
  429: 'rate.limited',
  500: 'internal',
  502: 'chain.unreachable',
  503: 'server.busy',
  504: 'server.busy',
  507: 'storage.full',
}

/** The answer of the first version of x402 to a request without a payment. */
export const NO_PAYMENT = 'X-PAYMENT header is required'

/** The possible content of an error reply: a problem, or the transaction that a simulation refused. */
type ErrorBody = Partial<ProblemBody> & {
  readonly error_message?: string
  readonly x402Version?: number
  readonly description?: string
  /** Why a payment was not accepted, or that there was none (x402). */
  readonly error?: string
}

/** Failures that the type of the reply distinguishes from others with the same status. */
export const TYPED: Partial<Record<ProblemCode, string>> = {
  'resource.limit': 'resource_limit_exceeded',
  'resource.ceiling': 'resource_ceiling_reached',
  'server.sealed': 'server_sealed',
}

/** How an error reply is read: the seconds of its `Retry-After`, and hints instead of the server's. */
interface Reading {
  readonly retryAfter?: number | undefined
  readonly hints?: Readonly<Partial<Record<ProblemCode, string>>>
}

/** Rebuilds the `Problem` behind an error reply. An unknown status becomes `server.unexpected`. */
export function problemOfReply(status: number, body: ErrorBody, { retryAfter, hints = {} }: Reading = {}): Problem {
  const typed = (Object.keys(TYPED) as ProblemCode[]).find(code => TYPED[code] === body.type)
  const code = typed ?? CODE_OF_STATUS[status] ?? 'server.unexpected'
  const hint = hints[code] ?? (typeof body.hint === 'string' && body.hint !== '' ? body.hint : undefined)
  const offered = body.x402Version === undefined ? undefined : offerText(body)
  return new Problem(code, body.detail ?? body.error_message ?? offered ?? body.title ?? `The server answered ${status}.`, {
    ...(hint && { hint }),
    ...(body.fields && { fields: body.fields }),
    ...(body.request_id && { requestId: body.request_id }),
    // The `Retry-After` of a sealed server is for load balancers: a person waits until somebody unseals it.
    ...(retryAfter !== undefined && code !== 'server.sealed' && { retryAfter }),
  })
}

/** The text of an x402 offer for people: what must be paid for, or why a payment was not accepted. */
function offerText({ error, description }: ErrorBody): string | undefined {
  return error === undefined || error === NO_PAYMENT ? description : `The payment was not accepted: ${error}.`
}
