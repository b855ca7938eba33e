import { CMEK_KEY_BYTES, type CmekKey, cmekKey, cmekKeyBytes, writtenCmekKey } from '../../../../../src/crypto/cmek.ts'

/** A customer key with its text, which only what shows or sends it may hold. */
export interface WrittenKey {
  readonly key: CmekKey
  /** Base64. */
  readonly written: string
}

export async function newKey(): Promise<WrittenKey> {
  const bytes = crypto.getRandomValues(new Uint8Array(CMEK_KEY_BYTES))
  const made = { key: await cmekKey(bytes), written: writtenCmekKey(bytes) }
  bytes.fill(0)
  return made
}

/** The entered key, or a sentence about its fault. Without a fingerprint any key is accepted. */
export async function enteredKey(text: string, fingerprint: string | undefined): Promise<WrittenKey | string> {
  const bytes = cmekKeyBytes(text)
  if (!bytes) return 'A customer key is 32 bytes, written as 44 characters of base64 or 64 hexadecimal digits.'
  const entered = { key: await cmekKey(bytes), written: writtenCmekKey(bytes) }
  bytes.fill(0)
  return fingerprint === undefined || entered.key.fingerprint === fingerprint
    ? entered
    : 'This is not the key of this vault: its fingerprint does not match.'
}
