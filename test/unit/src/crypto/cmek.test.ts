import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cmekKey, cmekKeyBytes, isCmekBlob, writtenCmekKey } from '../../../../src/crypto/cmek.ts'

describe("a customer's key", () => {
  const bytes = randomBytes(32)

  it('decrypts every text that it encrypted, and nothing of another key', async () => {
    const [key, other] = [await cmekKey(bytes), await cmekKey(randomBytes(32))]
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'binary', maxLength: 200 }).filter(text => text.isWellFormed()),
        async text => {
          const blob = await key.encrypt(text)
          expect(isCmekBlob(blob)).toBe(true)
          expect(await key.decrypt(blob)).toBe(text)
          expect(await other.decrypt(blob)).toBeUndefined()
        },
      ),
      { numRuns: 50 },
    )
  })

  it('decrypts what other clients write: 01, IV, ciphertext and tag of AES-256-GCM, as base64', async () => {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', bytes, iv)
    const parts = [Buffer.from([1]), iv, cipher.update('grüße'), cipher.final(), cipher.getAuthTag()]
    expect(await (await cmekKey(bytes)).decrypt(Buffer.concat(parts).toString('base64'))).toBe('grüße')
  })

  it('detects any changed byte', async () => {
    const key = await cmekKey(bytes)
    const blob = Buffer.from(await key.encrypt('value'), 'base64')
    for (let at = 0; at < blob.length; at++) {
      const changed = Buffer.from(blob)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(await key.decrypt(changed.toString('base64'))).toBeUndefined()
    }
  })

  it('encrypts a value of several megabytes', async () => {
    const key = await cmekKey(bytes)
    const value = 'x'.repeat(3 * 1024 * 1024)
    expect(await key.decrypt(await key.encrypt(value))).toBe(value)
  })

  it('decrypts a cache, which is larger than any value', async () => {
    const key = await cmekKey(bytes)
    const text = 'ü'.repeat(10_000_000)
    expect((await key.decrypt(await key.encrypt(text))) === text).toBe(true)
  })

  it('is identified by the SHA-256 of its bytes', async () => {
    expect((await cmekKey(bytes)).fingerprint).toBe(createHash('sha256').update(bytes).digest('hex'))
  })

  it.each(['base64', 'hex'] as const)('is read as %s', encoding => {
    expect(cmekKeyBytes(`${bytes.toString(encoding)}\n`)).toEqual(Uint8Array.from(bytes))
    expect(cmekKeyBytes(writtenCmekKey(bytes))).toEqual(Uint8Array.from(bytes))
  })

  it.each(['', 'short', 'A'.repeat(44), 'AA=A', '!'.repeat(44), randomBytes(31).toString('base64')])(
    'is not read from %j',
    written => {
      expect(cmekKeyBytes(written)).toBeUndefined()
    },
  )

  it.each(['', 'plain text', 'AQ==', randomBytes(40).fill(2, 0, 1).toString('base64')])('finds no blob in %j', value => {
    expect(isCmekBlob(value)).toBe(false)
  })
})
