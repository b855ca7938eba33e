import { Problem, problemOfReply } from '../problem.ts'
import type { Hints } from './hints.ts'
import { CUT } from './retry.ts'
import type { HttpReply } from './transport.ts'

/** Hints that name no flag, command or option: for the console, and for clients without their own hints. */
export const PLAIN_HINTS: Hints = {
  unreachable: 'Check that the server is running, and its address.',
  untrusted: 'Its certificate is not trusted: the certificate of its CA is missing here.',
  timeout: 'Allow more time for the call.',
  foreign: 'Check that a 1claw server is running at this address.',
  redirected: origin => (origin ? `If that is your server, use its address: ${origin}` : 'Check the address of the server.'),
  problems: {},
}

/** The JSON of a 2xx, nothing for 204; throws the `Problem` of any other status, `server.unexpected` for a body that is not JSON. */
export function answerOf<T>(reply: HttpReply, url: string, hints: Hints): T {
  if (reply.status >= 300 && reply.status < 400) throw redirected(reply, url, hints)
  const parsed = reply.status === 204 || reply.body === '' ? {} : parse(reply)
  if (parsed === undefined) throw notJson(reply, url, hints)
  if (reply.status >= 200 && reply.status < 300) {
    // 204 is typed `undefined` in the contract; the contract's tests hold the server to the types of the rest.
    return (reply.status === 204 ? undefined : parsed) as T
  }
  const seconds = Number(reply.headers['retry-after'])
  throw problemOfReply(reply.status, isRecord(parsed) ? parsed : {}, {
    retryAfter: seconds > 0 ? seconds : undefined,
    hints: hints.problems,
  })
}

/** A request that was sent to a server, and the time limit for its reply. */
interface Awaited {
  readonly baseUrl: string
  readonly signal: AbortSignal
  readonly limitMs: number
  readonly hints: Hints
}

/** The `Problem` of a request without a reply. */
export function noAnswer(error: unknown, { baseUrl, signal, limitMs, hints }: Awaited): Problem {
  if (error instanceof Problem) return error
  if (signal.aborted && isTimeout(signal.reason)) {
    return new Problem('timeout', `${baseUrl} did not respond within ${limitMs / 1000} s.`, {
      hint: hints.timeout,
    })
  }
  if (signal.aborted) return new Problem('cancelled')
  const code = codeOf(error)
  const what = CUT.test(code) ? 'ended the connection before its answer was complete' : 'cannot be reached'
  return new Problem('server.unreachable', `${baseUrl} ${what} (${code}).`, {
    hint: hintFor(code, baseUrl, hints),
    cause: error,
  })
}

/** Node.js' codes for a certificate with an unknown issuer. */
const UNTRUSTED =
  /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE))$/

/** Redirects are not followed: a token must not be sent to a host that the user did not name. */
function redirected({ status, headers }: HttpReply, url: string, hints: Hints): Problem {
  const to = URL.parse(headers['location'] ?? '', url)
  const elsewhere = to && to.origin !== new URL(url).origin ? to.origin : undefined
  const where = elsewhere ?? to?.href
  return new Problem(
    'server.unexpected',
    `${new URL(url).origin} answered ${status} and redirects${where ? ` to ${where}` : ''}.`,
    { hint: hints.redirected(elsewhere) },
  )
}

/** The hint for a failed connection, by its code. */
function hintFor(code: string, baseUrl: string, hints: Hints): string {
  if (UNTRUSTED.test(code)) return hints.untrusted
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'Its certificate is for another host name. Use the name in the certificate.'
  if (/^(EPROTO|ERR_SSL_\w+)$/.test(code) && baseUrl.startsWith('https:')) {
    return 'That port does not speak TLS. Try http:// instead of https://, or another port.'
  }
  const plain = 'If that port speaks TLS, use https:// instead of http://.'
  if (code.startsWith('HPE_') && baseUrl.startsWith('http:')) return plain
  if (CUT.test(code)) {
    const repeat = 'It may have stopped. Before you repeat a change, check whether it was made.'
    return baseUrl.startsWith('http:') ? `${repeat} ${plain}` : repeat
  }
  return hints.unreachable
}

function notJson(reply: HttpReply, url: string, hints: Hints): Problem {
  // A proxy's own page: the server behind it is down or overloaded.
  if (reply.status >= 500)
    return new Problem('server.busy', `${new URL(url).origin} answered ${reply.status}: the server is busy.`, {
      hint: 'Try again in a moment.',
    })
  const type = reply.headers['content-type']?.split(';')[0] ?? 'no content type'
  return new Problem('server.unexpected', `${new URL(url).origin} responded ${reply.status} with ${type}, not JSON.`, {
    hint: hints.foreign,
  })
}

function parse(reply: HttpReply): unknown {
  try {
    return JSON.parse(reply.body)
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Record<string, never> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError'
}

/** `ECONNREFUSED` and similar codes; a failed happy-eyeballs connection is an AggregateError that contains them one level down. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  const inner = error instanceof AggregateError ? error.errors[0] : (error.cause ?? error)
  return codeProperty(error) ?? codeProperty(inner) ?? error.message
}

function codeProperty(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
