import type { Call, CallOptions, Reply } from '../client/call.ts'
import type { Exchange } from '../client/client.ts'
import { ROUTES } from '../client/routes.ts'
import type { Contract, OperationId } from '../contract/all.ts'
import { Problem } from '../problem.ts'
import type { Meta, Result } from './result.ts'

type Routes = typeof ROUTES

/** The names of the parameters in a path, in order. */
type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? [Name, ...Names<Rest>] : []

type Positional<Id extends OperationId, List> = {
  [Index in keyof List]: List[Index] extends keyof Contract[Id]['params'] ? Contract[Id]['params'][List[Index]] : never
}

type Params<Id extends OperationId> = Positional<Id, Names<Routes[Id][1]>> extends infer List extends unknown[] ? List : never

/** The input of an operation in addition to the parameters of its path: its body, or its query. */
type Payload<Id extends OperationId> = keyof Contract[Id]['body'] extends never ? Contract[Id]['query'] : Contract[Id]['body']

type Arguments<Id extends OperationId> = keyof Payload<Id> extends never
  ? [...Params<Id>, options?: CallOptions]
  : Record<never, never> extends Payload<Id>
    ? [...Params<Id>, payload?: Payload<Id> | undefined, options?: CallOptions] | [...Params<Id>, options: CallOptions]
    : [...Params<Id>, payload: Payload<Id>, options?: CallOptions]

/** The list in a reply with pages. */
type Item<Id extends OperationId> = {
  [Name in keyof Reply<Id>]: Reply<Id>[Name] extends readonly (infer Each)[] ? Each : never
}[keyof Reply<Id>]

/** A method for each operation. Operations with pages have `each`, which fetches one page at a time. */
export type Method<Id extends OperationId> = ((...args: Arguments<Id>) => Promise<Result<Reply<Id>>>) &
  (Reply<Id> extends { next_cursor?: string | undefined }
    ? { each(...args: Arguments<Id>): AsyncGenerator<NonNullable<Item<Id>>, void> }
    : unknown)

type AreaOf<Id extends string> = Id extends `${infer Area}.${string}` ? Area : never
type NameOf<Id extends string> = Id extends `${string}.${infer Name}` ? Camel<Name> : never
type Camel<Text extends string> = Text extends `${infer Head}-${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : Text

/** Operations on the console's cookie are useless for a program. */
type Offered = Exclude<OperationId, `console-session.${string}`>

/** Areas that have a different name in programs than in ids. */
const RENAMED = { shares: 'sharing' } as const
type Renamed<Area extends string> = Area extends keyof typeof RENAMED ? (typeof RENAMED)[Area] : Camel<Area>

/** `client.<area>.<operation>(…parameters of the path, body or query, options)`. */
export type Resources = {
  readonly [Area in AreaOf<Offered> as Renamed<Area>]: {
    readonly [Id in Extract<Offered, `${Area}.${string}`> as NameOf<Id>]: Method<Id>
  }
}

/** Only GET has a query, except for these; a test compares this with the contract. */
const QUERY_TOO: readonly string[] = ['account.export', 'org.remove-member', 'vaults.delete', 'secrets.delete', 'audit.verify']

/** The groups of methods of the SDK, for one way to call. */
export function resources(call: Call): Resources {
  const areas: Record<string, Record<string, unknown>> = {}
  for (const [id, [method, path]] of Object.entries(ROUTES)) {
    const [area = '', name = ''] = id.split('.')
    if (area === 'console-session') continue
    const group = area in RENAMED ? RENAMED[area as keyof typeof RENAMED] : camel(area)
    const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, each = '']) => each)
    const payload = method === 'GET' || QUERY_TOO.includes(id) ? 'query' : 'body'
    areas[group] ??= {}
    areas[group][camel(name)] = methodOf(call as LooseCall, id, names, payload)
  }
  return areas as Resources
}

function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}

type LooseCall = (id: string, input: object, options: CallOptions) => Promise<unknown>

function methodOf(call: LooseCall, id: string, names: readonly string[], payload: 'body' | 'query') {
  const inputOf = (args: readonly unknown[]) => {
    const params = Object.fromEntries(names.map((name, index) => [name, args[index]]))
    const [more, options] = args.slice(names.length) as [object | undefined, CallOptions | undefined]
    // Operations without a body or query take the options in its place.
    if (options === undefined && isOptions(more)) return { input: { params }, options: more }
    return { input: { params, ...(more && { [payload]: more }) }, options: options ?? {} }
  }
  const method = async (...args: readonly unknown[]): Promise<Result<unknown>> => {
    const { input, options } = inputOf(args)
    let meta: Meta = { status: 0, durationMs: 0 }
    const observe = (exchange: Exchange) => {
      options.observe?.(exchange)
      meta = { status: exchange.status, requestId: exchange.requestId, durationMs: exchange.ms }
    }
    try {
      return { data: await call(id, input, { ...options, observe }), error: null, meta }
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return { data: null, error, meta }
    }
  }
  async function* each(...args: readonly unknown[]): AsyncGenerator<unknown, void> {
    const { input, options } = inputOf(args)
    const query = { limit: PAGE, ...(input as { query?: object }).query }
    let cursor: string | undefined
    do {
      const page = (await call(id, { ...input, query: { ...query, ...(cursor !== undefined && { cursor }) } }, options)) as Page
      for (const items of Object.values(page)) if (Array.isArray(items)) yield* items
      cursor = page.next_cursor
    } while (cursor !== undefined)
  }
  return Object.assign(method, { each })
}

/** The default number of items in a page. */
const PAGE = 100

interface Page extends Readonly<Record<string, unknown>> {
  readonly next_cursor?: string
}

const OPTION_NAMES: readonly string[] = ['signal', 'timeoutMs', 'headers', 'observe']

function isOptions(value: unknown): value is CallOptions {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : []
  return names.length > 0 && names.every(name => OPTION_NAMES.includes(name))
}
