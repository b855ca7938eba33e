import type { Contract } from '../../../../src/contract/all.ts'

/** A secret, or one of its versions, without the value. */
export type Summary = Contract['secrets.list']['reply']['secrets'][number]
export type SecretType = NonNullable<Contract['secrets.put']['body']['type']>

/** The types and their names. */
export const TYPES: Readonly<Record<SecretType, string>> = {
  generic: 'Generic',
  password: 'Password',
  api_key: 'API key',
  private_key: 'Private key',
  certificate: 'Certificate',
  file: 'File',
  note: 'Note',
  ssh_key: 'SSH key',
  env: 'Environment variable',
  env_bundle: 'Environment bundle',
}

export function typeName(type: string): string {
  return type in TYPES ? TYPES[type as SecretType] : type
}

/** Why a version cannot be read any more, or soon will not be; undefined if it can. */
type Trouble = 'Disabled' | 'Expired' | 'Used up' | 'Expires soon'

const SOON_MS = 7 * 86_400_000

export function troubleOf(
  secret: Pick<Summary, 'is_disabled' | 'expires_at' | 'max_access_count' | 'access_count'>,
  now: number,
): Trouble | undefined {
  const { is_disabled, expires_at, max_access_count = 0, access_count = 0 } = secret
  if (is_disabled) return 'Disabled'
  const left = expires_at === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires_at) - now
  if (left <= 0) return 'Expired'
  if (max_access_count > 0 && access_count >= max_access_count) return 'Used up'
  return left <= SOON_MS ? 'Expires soon' : undefined
}

/** Whether it can ever become unreadable. */
export function isLimited({ is_disabled, expires_at, max_access_count = 0 }: Parameters<typeof troubleOf>[0]): boolean {
  return is_disabled === true || expires_at !== undefined || max_access_count > 0
}

/** How often it was read, if that is limited: `2 of 3`. */
export function readsOf({ max_access_count = 0, access_count = 0 }: Summary): string | undefined {
  return max_access_count > 0 ? `${access_count} of ${max_access_count}` : undefined
}

/**
 * The address of a key in the key provider, which nobody can read; undefined for every other secret. The server itself reports it: any
 * writer could write such metadata.
 */
export function providerKeyOf({ held_by_provider, metadata }: Pick<Summary, 'held_by_provider' | 'metadata'>) {
  if (!held_by_provider) return undefined
  return { address: String(metadata?.['address']), provider: String(metadata?.['key_provider']) }
}
