import type { Vault } from '../vault.ts'
import { EnterKey } from './enter-key.tsx'
import { useCustomerKey } from './use-customer-key.ts'

/** Whether values of the vault are under a customer key that was not entered in this document. */
export function useMissesKey(vault: Vault): boolean {
  return useCustomerKey(vault) === undefined && vault.cmek_fingerprint !== undefined
}

/** Above what writes a value: takes the key that it needs, where this tab does not have it. */
export function MissingKey({ vault }: { vault: Vault }) {
  if (!useMissesKey(vault)) return null
  return (
    <>
      <p>This vault has a customer key: enter it before you save, so that the value is encrypted in this browser.</p>
      <EnterKey vault={vault} />
    </>
  )
}
