import type { Call, Client } from '../../../client/client.ts'
import { Problem } from '../../../problem.ts'
import { cachedAnswer, type Found } from './answers.ts'
import type { Secret } from './contents.ts'
import { ofTime, type Plan } from './plan.ts'
import type { Cache } from './sealed-file.ts'
import { type Asked, CACHED, type CachedId, learned } from './updates.ts'

export interface Caching {
  /** A string is the reason why there is no cache. */
  readonly cache: Cache | string
  readonly plan: Plan
  readonly now: () => number
  /** Writes to stderr, even with --quiet: a value that did not come from the server is never used silently. */
  readonly tell: (text: string) => void
}

type LooseCall = (id: string, input?: unknown, options?: unknown) => Promise<unknown>

/** The problems that mean that the server is unreachable. */
const AWAY: readonly string[] = ['server.unreachable', 'server.busy', 'timeout']

const OPT_IN = 'Values are cached when they are read with --prefer-offline, or after `1claw config set cache on`.'

/** A client whose reads use the cache as planned. Values are cached as they arrive: customer keys are applied above this layer. */
export function caching(client: Client, { cache, plan, now, tell }: Caching): Client {
  const through = client.call as LooseCall

  async function look(id: CachedId, input: Asked): Promise<Found> {
    if (typeof cache === 'string') return { missing: `There is no cache: ${cache}` }
    try {
      const contents = await cache.read()
      if (!contents) return { missing: 'Nothing is cached for this login on this machine' }
      return cachedAnswer(contents, id, input, { ...plan, now: now() })
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { missing: error.message.replace(/\.$/, '') }
    }
  }

  function used({ answer, at, what }: Exclude<Found, { missing: string }>, why: string): unknown {
    if (what !== undefined) tell(`note: ${why}; ${what} from the cache of ${ofTime(at, now())}.\n`)
    return answer
  }

  async function offline(id: string, input: Asked): Promise<unknown> {
    if (!isCached(id)) throw unasked('This needs the server, and --offline does not contact it.')
    const found = await look(id, input)
    if ('missing' in found) throw unasked(`${found.missing}, and --offline does not contact the server.`)
    return used(found, 'the server was not asked')
  }

  async function asked(id: CachedId, input: Asked, options: unknown): Promise<unknown> {
    const answer = await through(id, withLimits(id, input), options)
    await keep(id, input, answer)
    return withoutLimits(answer)
  }

  /** A failure to cache stops no run: it has its result. */
  async function keep(id: CachedId, input: Asked, answer: unknown): Promise<void> {
    if (typeof cache === 'string') return
    try {
      await cache.change(contents => learned(contents, id, input, answer, now()))
    } catch (error) {
      tell(`note: nothing was cached: ${error instanceof Error ? error.message : 'unexpected failure'}\n`)
    }
  }

  async function wrapped(id: string, input: Asked = {}, options?: unknown): Promise<unknown> {
    if (plan.mode === 'only') return offline(id, input)
    if (!isCached(id)) return through(id, input, options)
    if (plan.mode === 'first') {
      const found = await look(id, input)
      if ('answer' in found) return used(found, 'the server was not asked')
    }
    try {
      return await asked(id, input, options)
    } catch (error) {
      if (!(error instanceof Problem) || !AWAY.includes(error.code)) throw error
      const found = await look(id, input)
      if ('missing' in found) throw error
      if (plan.mode === 'last') return used(found, sentence(error.message))
      throw new Problem(error.code, error.message, {
        ...error.extras,
        hint: `The cache has a copy from ${ofTime(found.at, now())}: add --offline to use it.`,
      })
    }
  }

  if (typeof cache === 'string' && plan.mode !== 'only') tell(`note: nothing is cached: ${cache}.\n`)
  return {
    ...client,
    call: wrapped as Call,
    raw: request =>
      plan.mode === 'only'
        ? Promise.reject(unasked('This needs the server, and --offline does not contact it.'))
        : client.raw(request),
  }
}

function isCached(id: string): id is CachedId {
  return CACHED.some(known => known === id)
}

function unasked(detail: string): Problem {
  return new Problem('server.unreachable', detail, { hint: OPT_IN })
}

function sentence(message: string): string {
  return message.replace(/\.$/, '')
}

/** Also requests whether reads of the value are limited, which the reply does not contain by default. */
function withLimits(id: CachedId, input: Asked): Asked & object {
  if (id === 'secrets.read-many') return { ...input, body: { ...input.body, include: 'usage' } as object }
  return id === 'secrets.get' || id === 'secrets.version' ? { ...input, query: { include: 'usage' } as object } : input
}

/** The reply without the additional fields. */
function withoutLimits(answer: unknown): unknown {
  const plain = ({ max_access_count: _, ...secret }: Secret) => secret
  if (typeof answer !== 'object' || answer === null) return answer
  if ('value' in answer) return plain(answer as Secret)
  const { secrets } = answer as { readonly secrets?: readonly Secret[] }
  return secrets?.some(secret => 'value' in secret) ? { ...answer, secrets: secrets.map(plain) } : answer
}
