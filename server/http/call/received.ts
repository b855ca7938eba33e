import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EndpointSpec, HeaderSpec } from '../../../src/contract/schema/endpoint.ts'
import type { Actor, Visitor } from '../../policy/actor.ts'
import { isLocal } from '../bounds/local.ts'
import { headerOf, idempotencyKey } from '../checks.ts'
import { type TlsPeer, tlsPeer } from '../client-certificate.ts'
import { isKnown } from './etag.ts'

/** The parts of a request that the pipeline knows before it calls the handler. */
interface Decided {
  readonly params: Record<string, unknown>
  readonly grant: unknown
  readonly cookie: unknown
}

const NO_HEADER = () => undefined

/**
 * The handler's input, as `Call` describes it. Every request gets one and no handler uses all of it: objects and functions are made on
 * access; parts that can be invalid are read at once.
 */
export class Received {
  readonly params: Record<string, unknown>
  readonly grant: unknown
  readonly cookie: unknown
  readonly idempotencyKey: string | undefined
  readonly header: (name: string) => string | undefined
  readonly rawBody: Buffer | undefined
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply

  constructor(
    { idempotent, headers, rawBody }: EndpointSpec,
    request: FastifyRequest,
    reply: FastifyReply,
    { params, grant, cookie }: Decided,
  ) {
    this.params = params
    this.grant = grant
    this.cookie = cookie
    this.idempotencyKey = idempotent ? idempotencyKey(request.headers) : undefined
    this.header = headers ? headersOf(request, headers) : NO_HEADER
    this.rawBody = rawBody ? (request.rawBody ?? Buffer.alloc(0)) : undefined
    this.#request = request
    this.#reply = reply
  }

  get query(): unknown {
    return this.#request.query
  }

  get body(): unknown {
    return this.#request.body ?? {}
  }

  get actor(): Actor | undefined {
    return this.#request.actor
  }

  get visitor(): Visitor {
    const { ip, id: requestId, raw } = this.#request
    return { ip, requestId, isLocal: isLocal(raw) }
  }

  get tlsPeer(): () => TlsPeer {
    return () => tlsPeer(this.#request.raw.socket)
  }

  get isKnown(): (tag: string) => boolean {
    return tag => isKnown(this.#request, this.#reply, tag)
  }

  get answerWith(): (status: number) => void {
    return status => void this.#reply.code(status)
  }
}

function headersOf(request: FastifyRequest, specs: readonly HeaderSpec[]) {
  const sent = new Map(specs.map(spec => [spec.name, headerOf(request.headers, spec)]))
  return (name: string) => sent.get(name)
}
