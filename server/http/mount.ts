import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestAsyncHookHandler, onSendHookHandler } from 'fastify'
import type { BodyOf, EndpointSpec, ParamsOf, QueryOf, ReplyOf } from '../../src/contract/schema/endpoint.ts'
import { PROBLEMS, type Problem } from '../../src/problem.ts'
import { isUuid } from '../../src/uuid.ts'
import type { Actor, AgentActor, UserActor, Visitor } from '../policy/actor.ts'
import type { Authorize } from '../policy/authorize.ts'
import { isConfined } from '../policy/caller.ts'
import { denied } from '../policy/denial.ts'
import type { Action, Grant } from '../policy/grant.ts'
import { authenticator, ensureKind, type Identify } from './authenticate.ts'
import type { KeepReserve } from './bounds/disk-reserve.ts'
import type { AtOnce, BodyRoom } from './bounds/in-flight.ts'
import { laneOfLarge } from './bounds/lane.ts'
import { compress, isCompressible } from './call/compress.ts'
import { NOT_MODIFIED } from './call/etag.ts'
import { withoutOptInFields } from './call/opt-in-fields.ts'
import { Received } from './call/received.ts'
import { inParts } from './call/streamed-list.ts'
import type { TlsPeer } from './client-certificate.ts'
import { addressKey, type Limiter } from './limits.ts'
import type { Meter } from './meter.ts'
import { paramsReader } from './path/params.ts'
import type { RouteMethods } from './path/unrouted.ts'
import { refuseUnenforced } from './restrictions.ts'
import { schemasOf } from './schemas.ts'
import type { SessionCookie } from './session-cookie.ts'

type ActorFor<Auth> = Auth extends 'user'
  ? UserActor
  : Auth extends 'agent'
    ? AgentActor
    : Auth extends 'user-or-agent'
      ? Actor
      : Auth extends 'optional-user'
        ? UserActor | undefined
        : Auth extends 'optional'
          ? Actor | undefined
          : undefined

type HeaderNameOf<E extends EndpointSpec> = NonNullable<E['headers']>[number]['name']

/** A handler's input: everything validated, the caller verified, the decision made. */
export interface Call<E extends EndpointSpec> {
  readonly params: ParamsOf<E>
  readonly query: QueryOf<E>
  readonly body: BodyOf<E>
  readonly actor: ActorFor<E['auth']>
  readonly grant: E['action'] extends Action ? Grant<E['action']> : undefined
  readonly visitor: Visitor
  /** The client's TLS certificate, for operations that use it. */
  readonly tlsPeer: () => TlsPeer
  /** The `Idempotency-Key` header, if the operation takes one. */
  readonly idempotencyKey: string | undefined
  /** The raw body, for operations whose body is signed. */
  readonly rawBody: Buffer | undefined
  /** A request header that the operation declares; undefined if it was not sent. */
  readonly header: (name: HeaderNameOf<E>) => string | undefined
  /** The console session's cookie, for operations that use it. */
  readonly cookie: E['cookie'] extends 'console-session' ? SessionCookie : undefined
  /** Sends the tag of the reply as `ETag`; true if the client already has it. The operation then returns `NOT_MODIFIED`. */
  readonly isKnown: (tag: string) => boolean
  /** Replies with another status of the operation than the default. */
  readonly answerWith: (status: NonNullable<E['otherStatuses']>[number]) => void
}

/** Maps a call to a service and the result to the reply; rules live in services. */
export type Handler<E extends EndpointSpec> = (
  call: Call<E>,
) => Promise<ReplyOf<E> | (E['etag'] extends true ? typeof NOT_MODIFIED : never)>

/** Adds one operation of the endpoint table to the server. There is no other way to add a route. */
export type Mount = <E extends EndpointSpec>(endpoint: E, handler: Handler<E>) => void

/** A failed attempt, for the audit log. */
export interface FailedAttempt {
  readonly action: string
  readonly actor: Actor | undefined
  readonly vaultId: string | undefined
  readonly path: string | undefined
  readonly status: number
  /** The rule that refused it. */
  readonly reason: string | undefined
  readonly why: { readonly rule: string; readonly policy_id?: string; readonly condition?: string }
  readonly attempted: Readonly<Record<string, string | number | boolean>> | undefined
  readonly ip: string
}

export interface Pipeline {
  readonly identify: Identify
  readonly authorize: Authorize
  /** Refuses a caller whose organisation does not allow its address; a promise only if the rules are not cached. */
  readonly filterAddress: (actor: Actor, ip: string) => void | Promise<void>
  /** The limit for each principal, after authentication. */
  readonly limitPrincipal: Limiter
  /** The limit of concurrent replies for each principal. */
  readonly atOnce: AtOnce
  readonly bodyRoom: BodyRoom
  /** The limit for each address and operation, on public endpoints that allow guessing. */
  readonly limitPublicAuth: Limiter
  /**
   * The cookie of a request, for operations that use it.
   * @throws Problem `policy.denied` unless the request comes from a page of the console
   */
  readonly sessionCookie: (request: FastifyRequest, reply: FastifyReply) => SessionCookie
  readonly meter: Meter
  /** Refuses writes if the disk has almost no space left; a promise only if that must be checked. */
  readonly keepReserve: KeepReserve
  /** Never throws and never waits. */
  readonly recordFailure: (attempt: FailedAttempt) => void
}

/** Load balancers and monitors use HEAD. */
const PROBED = /^health\./
const DEFAULT_BODY_LIMIT = 256 * 1024

/**
 * The pipeline of every request: limit → authenticate → validate → authorize → handler → serialize. `methods` is for `answerUnrouted`, once
 * all routes are mounted.
 */
export function mounter(app: FastifyInstance, pipeline: Pipeline): { mount: Mount; methods: RouteMethods } {
  const authenticate = authenticator(pipeline.identify)
  const methods = new Map<string, string[]>()

  const mount: Mount = (endpoint, handler) => {
    const url = routeUrl(endpoint)
    const own = PROBED.test(endpoint.id) ? [endpoint.method, 'HEAD'] : [endpoint.method]
    methods.set(url, [...(methods.get(url) ?? []), ...own])
    const paramsOf = paramsReader(endpoint, url)
    const large = laneOfLarge(endpoint)

    const identify: onRequestAsyncHookHandler = async (request, reply) => {
      if (guesses(endpoint, request)) pipeline.limitPublicAuth(`${endpoint.id} ${addressKey(request.ip)}`)
      const toll = endpoint.price === undefined ? undefined : pipeline.meter.toll(endpoint, request)
      if (toll) await toll
      const actor = await authenticate(endpoint.auth, request.headers.authorization, request.ip)
      pipeline.bodyRoom(actor, request, endpoint.bodyLimit ?? DEFAULT_BODY_LIMIT, reply.raw)
      if (!actor) return pipeline.keepReserve(endpoint, undefined)
      request.actor = actor
      ensureKind(endpoint.auth, actor)
      pipeline.limitPrincipal(`${actor.type}:${actor.id}`)
      pipeline.atOnce(`${actor.type}:${actor.id}`, reply.raw)
      const filtered = pipeline.filterAddress(actor, request.ip)
      if (filtered) await filtered
      if (endpoint.auth === 'user' && endpoint.method !== 'GET' && isConfined(actor)) {
        throw denied('confined-credential', 'A credential confined to paths or vaults cannot do this.')
      }
      const kept = pipeline.keepReserve(endpoint, actor)
      if (kept) await kept
      const admitted = pipeline.meter.admit(endpoint, request, reply)
      if (admitted) await admitted
    }

    const answered = async (call: Received, request: FastifyRequest, reply: FastifyReply) => {
      const answer = await handler(call as never)
      return answer === NOT_MODIFIED
        ? reply.code(304).send()
        : inParts(endpoint, withoutOptInFields(endpoint, request, answer), reply)
    }

    app.route({
      method: own,
      url,
      config: { operation: endpoint.id },
      schema: schemasOf(endpoint),
      bodyLimit: endpoint.bodyLimit ?? DEFAULT_BODY_LIMIT,
      onRequest: identify,
      handler: async (request, reply) => {
        refuseUnenforced(endpoint, request.body)
        const params = paramsOf(request)
        const grant = endpoint.action === null ? undefined : await grantFor(endpoint.action as Action, params, request)
        const call = new Received(endpoint, request, reply, {
          params,
          grant,
          cookie: endpoint.cookie && pipeline.sessionCookie(request, reply),
        })
        reply.code(endpoint.status)
        if (!request.payment && !endpoint.rawBody) forgetBytes(request)
        const answer = () => answered(call, request, reply)
        const work = large?.isLarge(request.query) ? () => large.lane(request.actor?.orgId ?? '', answer) : answer
        return request.payment ? request.payment.around(work, reply) : work()
      },
      // Before the reply is sent, not after: a client that hangs up early must not prevent the record.
      onSend: [
        ...(endpoint.audit !== null || endpoint.auth !== 'public' ? [recorded(endpoint)] : []),
        ...(isCompressible(endpoint) ? [compress] : []),
      ],
    })
  }

  const recorded =
    (endpoint: EndpointSpec): onSendHookHandler =>
    (request, reply, _payload, done) => {
      if (endpoint.audit !== null) recordFailure(endpoint.audit, request)
      pipeline.meter.record(endpoint, request, reply)
      done()
    }

  const grantFor = (action: Action, params: Record<string, unknown>, request: FastifyRequest) =>
    pipeline.authorize(
      action,
      request.actor as Actor,
      {
        vaultId: textIn(params['vault_id']),
        path: request.secretPath,
        agentId: textIn(params['agent_id']),
        secretId: textIn(params['secret_id']),
      },
      request.ip,
    )

  const recordFailure = (action: string, request: FastifyRequest) => {
    if (!request.problem || request.problem.status === 429) return
    const { vault_id: vaultId } = request.params as { vault_id?: string }
    pipeline.recordFailure({
      action,
      actor: request.actor,
      vaultId: vaultId !== undefined && isUuid(vaultId) ? vaultId : undefined,
      path: request.secretPath,
      status: request.problem.status,
      reason: reasonOf(request.problem),
      why: request.problem.extras.why ?? { rule: request.problem.extras.reason ?? request.problem.code },
      attempted: request.problem.extras.attempted,
      ip: request.ip,
    })
  }

  return { mount, methods }
}

/** For handlers that only need the parsed body: the bytes of a large one would otherwise stay in memory until the reply is sent. */
function forgetBytes(request: FastifyRequest): void {
  request.rawBody?.fill(0)
  request.rawBody = undefined
}

function textIn(param: unknown): string | undefined {
  return typeof param === 'string' ? param : undefined
}

/** `/v1/vaults/{vault_id}/secrets/{path}` → `/v1/vaults/:vault_id/secrets/*`. */
function routeUrl(endpoint: EndpointSpec): string {
  const upToRest = endpoint.rest ? endpoint.path.slice(0, endpoint.path.indexOf(`{${endpoint.rest}}`)) : endpoint.path
  return upToRest.replace(/\{(\w+)\}/g, ':$1') + (endpoint.rest ? '*' : '')
}

/** Its name or, for a rule without one, the sentence of the error. */
function reasonOf({ status, message, extras }: Problem): string | undefined {
  if (extras.reason !== undefined || status !== 403 || message.startsWith(PROBLEMS['policy.denied'].title)) return extras.reason
  return message
}

/** Whether a request can be a guess, and so has the stricter limit. */
function guesses({ limit, headers = [] }: EndpointSpec, request: FastifyRequest): boolean {
  if (limit !== 'passphrase') return limit === 'public-auth'
  return headers.some(({ name }) => request.headers[name.toLowerCase()] !== undefined)
}
