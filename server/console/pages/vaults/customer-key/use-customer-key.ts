import { useSyncExternalStore } from 'react'
import type { CmekKey } from '../../../../../src/crypto/cmek.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import type { Vault } from '../vault.ts'

/** The key of the vault, if it was entered in this document; where it has none now, one of the values from before. */
export function useCustomerKey({ id, cmek_fingerprint: fingerprint }: Vault): CmekKey | undefined {
  const { keys } = useSignedIn()
  const held = useSyncExternalStore(keys.listen, () => keys.of(id))
  return held.find(key => fingerprint === undefined || key.fingerprint === fingerprint)
}
