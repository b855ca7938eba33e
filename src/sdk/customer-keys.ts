import { type CmekKey, cmekKey, cmekKeyBytes } from '../crypto/cmek.ts'
import { Problem } from '../problem.ts'
import type { CmekKeys } from './cmek-values.ts'

/**
 * Customer's keys that a program has in hand; each is tried in every vault. Read when the first value needs one.
 * @throws Problem `config.invalid` at once for what is not a key; it does not repeat it.
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
