import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import type { Scene } from './scene.ts'

/** The request to an endpoint. */
export interface Sent {
  readonly params?: Readonly<Record<string, string>>
  /** With its question mark. */
  readonly query?: string
  readonly body?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** The owner's if absent. */
  readonly token?: string
}

/** How the battery makes an endpoint succeed: what the endpoint table does not contain. */
export interface Recipe {
  /** A request that succeeds once; created for each use. */
  readonly good: (scene: Scene) => Promise<Sent> | Sent
  /** Any member of the organisation can do it, so no permission can be missing. */
  readonly anyone?: true
  /** It covers every organisation of the server, so no id is foreign. */
  readonly everywhere?: true
  /** The number of audit events that a success leaves; 1 if absent. */
  readonly events?: number
  /** Actions of other events that precede these, caused by the operation. */
  readonly also?: readonly string[]
  /** It never succeeds; the reason. */
  readonly never?: string
}

export type Recipes = Readonly<Record<string, Recipe>>

/** The URL of an endpoint; a missing parameter is left as a word, or as an unknown id. */
export function urlOf(endpoint: EndpointSpec, { params = {}, query = '' }: Sent): string {
  const path = endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => {
    return (
      params[name] ??
      (name.endsWith('_id') ? NOBODYS_ID : name === 'version' ? '1' : name === endpoint.rest ? 'some/path' : 'something')
    )
  })
  return path + query
}

export const NOBODYS_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
