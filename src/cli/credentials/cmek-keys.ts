import { type CmekKey, cmekKey, cmekKeyBytes } from '../../crypto/cmek.ts'
import { Problem } from '../../problem.ts'
import type { CmekKeys } from '../../sdk/cmek-values.ts'
import { fs } from '../context/builtins.ts'
import type { Context } from '../context/context.ts'
import { unreadable } from '../context/system-error.ts'
import type { Target } from '../context/target.ts'

/** A flag for the file with the vault's customer key. */
export interface CmekFlags {
  readonly 'cmek-key-file'?: string | undefined
}

export const CMEK_HINT = 'Give it with --cmek-key-file or ONECLAW_CMEK_KEY_FILE.'

/**
 * The sources of customer keys: the flag, `ONECLAW_CMEK_KEY` or the file in `ONECLAW_CMEK_KEY_FILE`, then the store of the login. Each
 * vault's keys are looked up once in a run.
 */
export function cmekKeys(context: Context, target: Pick<Target, 'profile'>, flags: CmekFlags): CmekKeys {
  const found = new Map<string, Promise<readonly CmekKey[]>>()
  return vaultId => {
    const keys = found.get(vaultId) ?? lookUp(context, target, flags, vaultId)
    found.set(vaultId, keys)
    return keys
  }
}

async function lookUp(
  context: Context,
  { profile }: Pick<Target, 'profile'>,
  flags: CmekFlags,
  vaultId: string,
): Promise<readonly CmekKey[]> {
  const { ONECLAW_CMEK_KEY: key, ONECLAW_CMEK_KEY_FILE: file } = context.env
  const named = flags['cmek-key-file'] ?? file
  if (named !== undefined) return [await keyOfFile(named)]
  if (key) return [await keyOf(key, 'ONECLAW_CMEK_KEY')]
  const kind = profile.credential_store
  if (!kind || kind === 'none') return []
  const written = (await (await context.credentials(kind)).get(accountOf(vaultId))) ?? ''
  return Promise.all(
    written
      .split(' ')
      .filter(Boolean)
      .map(each => keyOf(each, 'The key that is kept for this vault')),
  )
}

/** @throws Problem `config.invalid` for a file that cannot be read or has no key. */
export function keyOfFile(file: string): Promise<CmekKey> {
  return keyOf(writtenIn(file), `The file ${file}`)
}

/**
 * A key in its file form.
 * @throws Problem `config.invalid`
 */
export function writtenIn(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Problem('config.invalid', `The key file ${file} cannot be read: ${unreadable(error)}.`)
  }
}

async function keyOf(written: string, source: string): Promise<CmekKey> {
  const bytes = cmekKeyBytes(written)
  if (!bytes)
    throw new Problem('config.invalid', `${source} is not a customer key: a key has 32 bytes, as base64 or hexadecimal.`)
  try {
    return await cmekKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

/**
 * Stores a key for a vault with the login, before the existing ones. Returns its place, for people; undefined if nothing is stored on this
 * machine.
 */
export async function keepCmekKey(context: Context, { profile }: Pick<Target, 'profile'>, vaultId: string, written: string) {
  const kind = profile.credential_store
  if (!kind || kind === 'none') return undefined
  const store = await context.credentials(kind)
  const before = ((await store.get(accountOf(vaultId))) ?? '').split(' ').filter(key => key !== '' && key !== written)
  await store.set(accountOf(vaultId), [written, ...before].join(' '))
  return store.place
}

/** The stored keys of a vault in file form, the newest first. */
export async function keptCmekKeys(context: Context, { profile }: Pick<Target, 'profile'>, vaultId: string): Promise<string[]> {
  const kind = profile.credential_store
  if (!kind || kind === 'none') return []
  return ((await (await context.credentials(kind)).get(accountOf(vaultId))) ?? '').split(' ').filter(Boolean)
}

function accountOf(vaultId: string): string {
  return `cmek:${vaultId}`
}
