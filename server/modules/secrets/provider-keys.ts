import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { CurveKey, Keyring } from '../../keys/keyring.ts'
import { addressOfPublicKey } from '../../keys/primitives/secp256k1.ts'
import { isRefusal } from '../../keys/refusals.ts'
import type { Grant } from '../../policy/grant.ts'
import type { SigningKeyStore } from '../../stores/keys/signing-keys.ts'
import type { VersionSummary } from '../../stores/secrets.ts'
import type { ProviderKey, SecretWriting } from './writing.ts'

export interface ProviderKeyDeps {
  readonly database: Database<{ signingKeys: SigningKeyStore }>
  readonly keyring: Keyring
  readonly writing: Pick<SecretWriting, 'putKey'>
  /** Called for a key that the key store does not destroy; it is tried again later. */
  readonly failed: (error: unknown) => void
}

export type ProviderKeys = ReturnType<typeof providerKeys>

/** The number of keys checked in one round. */
const AT_ONCE = 100

/** Signing keys that are created in the key provider and stay there. */
export function providerKeys({ database, keyring, writing, failed }: ProviderKeyDeps) {
  async function destroy(key: Pick<CurveKey, 'id' | 'blob'>): Promise<boolean> {
    try {
      await keyring.destroyCurveKey(key)
    } catch (error) {
      if (!isRefusal(error)) throw error
      failed(error)
      return false
    }
    await database.run(({ signingKeys }) => signingKeys.forget(key.id))
    return true
  }

  return {
    /** The key is created first; if its secret could not be written, it is destroyed. */
    async create(grant: Grant<'secret.write'>): Promise<{ row: VersionSummary; key: ProviderKey; provider: string }> {
      const made = await keyring.createCurveKey(randomUUID())
      const provider = keyring.providerOf(made.id)
      const key = { ...made, address: await addressOfPublicKey(made.publicKey) }
      try {
        return { row: await writing.putKey(grant, key, provider), key, provider }
      } catch (error) {
        // Only if the secret certainly does not exist: after a broken connection it could have been committed. The original error is
        // reported even if a token that is no longer available keeps the key.
        if (error instanceof Problem && error.code !== 'database.unavailable') await keyring.destroyCurveKey(made).catch(() => {})
        throw error
      }
    },

    /** Destroys the keys of secrets that were deleted with their vault, except those that the key store refuses; returns the number. */
    async destroyOrphaned(): Promise<number> {
      let destroyed = 0
      for (let after: string | undefined = ''; after !== undefined; ) {
        const from: string = after
        const keys = await database.read(({ signingKeys }) => signingKeys.orphaned(from, AT_ONCE))
        for (const key of keys) if (await destroy(key)) destroyed++
        after = keys.at(-1)?.id
      }
      return destroyed
    },
  }
}
