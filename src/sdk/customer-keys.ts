import { type CmekKey, cmekKey, cmekKeyBytes } from '../crypto/cmek.ts'
import { Problem } from '../problem.ts'
import type { CmekKeys } from './cmek-values.ts'

/**
 * The customer keys of a program; each is tried in every vault. They are read when the first value needs one.
 * @throws Problem `config.invalid` at once for a text that is not a key; it does not repeat the text.
 */
export function customerKeysOf(written: readonly string[]): () => Promise<CmekKeys> {
  const bytes = written.map((text, index) => {
    const key = cmekKeyBytes(text)
    if (!key) throw new Problem('config.invalid', `cmekKeys[${index}] is not a key: it needs 32 bytes, as base64 or hexadecimal.`)
    return key
  })
  let keys: Promise<readonly CmekKey[]> | undefined
  return async () => {
    keys ??= Promise.all(bytes.map(cmekKey))
    const found = await keys
    return async () => found
  }
}
