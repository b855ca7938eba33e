import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema/schema.ts'
import { codec } from '../codec.ts'

export const { decode: decodePolicy, encode: encodePolicy } = codec<Selectable<Schema['policies']>>()<{
  permissions: readonly string[]
  conditions: Readonly<Record<string, unknown>>
}>({ flags: [], json: ['permissions', 'conditions'] })

export type PolicyRow = ReturnType<typeof decodePolicy>
