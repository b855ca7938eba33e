import { existsSync } from 'node:fs'
import { type CmekKey, cmekKey, writtenCmekKey } from '../../crypto/cmek.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { replaceFile } from '../context/private-file.ts'
import type { Target } from '../context/target.ts'
import { keepCmekKey, keyOfFile, writtenIn } from '../credentials/cmek-keys.ts'

export interface NewKey {
  readonly key: CmekKey
  /** Base64. */
  readonly written: string
  /** Whether the file existed before. */
  readonly found: boolean
}

/** The customer key in a file; a new one if there is no such file, or none is given. */
export async function newCmekKey(file: string | undefined): Promise<NewKey> {
  if (file !== undefined && existsSync(file)) return { key: await keyOfFile(file), written: writtenIn(file), found: true }
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  const made = { key: await cmekKey(bytes), written: writtenCmekKey(bytes), found: false }
  bytes.fill(0)
  return made
}

/**
 * Saves the key before the server knows it. Returns its place, for people.
 * @throws Problem `usage` if it would not be saved anywhere
 */
export async function saveCmekKey(context: Context, target: Target, vaultId: string, key: NewKey, file: string | undefined) {
  if (file !== undefined && !key.found) replaceFile(file, `${key.written}\n`)
  const place = await keepCmekKey(context, target, vaultId, key.written)
  const places = [...(file === undefined ? [] : [`the file ${file}`]), ...(place === undefined ? [] : [place])]
  if (places.length > 0) return places.join(' and ')
  throw new Problem('usage', 'This machine keeps no login, so the key would be lost.', {
    hint: 'Name a file for it: --key-file <file>',
  })
}

export const LOSS =
  'Keep a copy of the key elsewhere: if it is lost, nobody can read the values of this vault, the server included.'
