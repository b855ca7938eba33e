import type { z } from 'zod'
import type { Price } from './prices.ts'
import type { Granting } from './restricting.ts'

/**
 * Who may call. `optional`: anyone, but a presented credential must be valid. `optional-user`: anyone, and a valid user token adds to the
 * reply. An agent on a `user` route and a user on an `agent` route get 403.
 */
export type Auth = 'public' | 'optional' | 'optional-user' | 'user' | 'agent' | 'user-or-agent'

/**
 * The stricter rate limit for a public endpoint that allows guessing: a burst of 5, then 1 a second, per client address. `passphrase`
 * counts only requests with one.
 */
export type Limit = 'public-auth' | 'passphrase'

/** A request header of an operation. */
export interface HeaderSpec {
  readonly name: string
  readonly description: string
  /** Characters. */
  readonly maxLength: number
}

/** One operation of the API: the only source of its route, validation, static types, OpenAPI entry and client method. */
export interface EndpointSpec {
  /** `<area>.<verb>`, the name of the operation everywhere: client, OpenAPI `operationId`, golden files. */
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Template with `{name}` parameters, below the base URL. */
  readonly path: string
  /** Name of the parameter that can contain `/` (a secret path). */
  readonly rest?: string
  readonly summary: string
  /** What the reader of the OpenAPI document must know; Markdown. */
  readonly description?: string
  readonly auth: Auth
  /** The action that `authorize` decides; `null` only for routes that act only on the caller or are public. */
  readonly action: string | null
  /** Action name of the audit event that an attempt leaves; `null` if it leaves none. */
  readonly audit: string | null
  readonly limit?: Limit
  /** The price of a request if the server charges; none if absent. */
  readonly price?: Price
  /**
   * The maximum request body in bytes; 256 KiB if absent. Parsing delays everyone, so only bodies with values or calldata can be larger.
   */
  readonly bodyLimit?: number
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodObject
  /** The body grants or limits something: an unknown field that would restrict is refused, not ignored. */
  readonly grants?: Granting
  /** The body can be left out. */
  readonly bodyOptional?: boolean
  readonly status: 200 | 201 | 202 | 204
  /** Statuses that a handler can choose instead, with the same reply. */
  readonly otherStatuses?: readonly (200 | 422)[]
  /** Replies with an `ETag`, and with 304 if the client already has the reply (RFC 9110 §13.1.2). */
  readonly etag?: true
  /** Takes an `Idempotency-Key` header. */
  readonly idempotent?: boolean
  /** Request headers that the handler gets. */
  readonly headers?: readonly HeaderSpec[]
  /** The handler gets the bytes of the body, over which one of the headers is a signature. */
  readonly rawBody?: true
  /** Reads the cookie of a console session, and can set it. Only the console's own pages can call it; no other operation sees a cookie. */
  readonly cookie?: 'console-session'
  /** With 204: those of the other statuses, if there are any. */
  readonly reply?: z.ZodObject
  /**
   * Fields of the reply, and of the entries of its list, that are only sent on request, by `include` in the query or the body: strict
   * clients refuse unknown fields.
   */
  readonly more?: { readonly include: string; readonly list?: string; readonly fields: readonly string[] }
  /** The list of a reply with only that list, which can contain megabytes of values: it is written in parts. */
  readonly inParts?: string
  /** Problem statuses in addition to those that every route of its kind can answer. */
  readonly problems?: readonly number[]
}

/** Types an entry of the endpoint table without widening it. */
export function endpoint<const E extends EndpointSpec>(spec: E): E {
  return spec
}

type Of<T, Empty> = T extends z.ZodType ? z.output<T> : Empty

type Nothing = Record<never, never>

export type ParamsOf<E extends EndpointSpec> = Of<E['params'], Nothing>
export type QueryOf<E extends EndpointSpec> = Of<E['query'], Nothing>
export type BodyOf<E extends EndpointSpec> = Of<E['body'], Nothing>
export type ReplyOf<E extends EndpointSpec> = E['reply'] extends z.ZodType
  ? z.output<E['reply']> | (E['status'] extends 204 ? undefined : never)
  : undefined
