import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema/schema.ts'

/** Only lists of deleted versions read who deleted them. */
export type Version = Omit<Selectable<Schema['secret_versions']>, 'deleted_by'>

/** The columns that decide whether a version can be read, with the names of the secret. */
export const USABLE = [
  's.id',
  's.path',
  'v.type',
  'v.is_disabled',
  'v.deleted_at',
  'v.expires_at',
  'v.access_count',
  'v.max_access_count',
  'v.signing_key_id',
] as const

type NameOf<Column> = Column extends `${string}.${infer Name}` ? Name : never
export type Usable = NameOf<(typeof USABLE)[number]>

/** A version without its value, with its secret as `s`. */
export const SUMMARY = [
  's.id',
  's.path',
  's.vault_id',
  'v.version',
  'v.type',
  'v.metadata',
  'v.rotation_policy',
  'v.created_by',
  'v.created_at',
  'v.expires_at',
  'v.is_disabled',
  'v.deleted_at',
  'v.max_access_count',
  'v.access_count',
  'v.cmek_fingerprint',
  'v.signing_key_id',
] as const

/** The fields that the next version can copy. */
export const KEPT = [
  'v.type',
  'v.metadata',
  'v.rotation_policy',
  'v.max_access_count',
  'v.deleted_at',
  'v.signing_key_id',
] as const

/** Its value. */
export const SEALED = ['v.ciphertext', 'v.wrapped_dek', 'v.kek_id', 'v.bound_kek_id'] as const

/** All of it. */
export const VERSION = [
  'secret_id',
  'version',
  'type',
  'ciphertext',
  'wrapped_dek',
  'kek_id',
  'bound_kek_id',
  'metadata',
  'rotation_policy',
  'created_by',
  'created_at',
  'expires_at',
  'is_disabled',
  'deleted_at',
  'max_access_count',
  'access_count',
  'cmek_fingerprint',
  'signing_key_id',
] as const satisfies readonly (keyof Version)[]
