import { open } from '../../keys/envelope.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { VersionRow } from '../../stores/secrets.ts'

/** The clear value of a version. For after its event is committed. */
export async function unseal(keyring: Keyring, vault: VaultFacts, row: VersionRow): Promise<string> {
  const sealed = { ciphertext: row.ciphertext, wrappedDek: row.wrapped_dek }
  const context = { orgId: vault.orgId, vaultId: vault.id, secretId: row.id, version: row.version }
  const bytes = await open(keyring, vault.kek, sealed, context)
  try {
    return bytes.toString('utf8')
  } finally {
    bytes.fill(0)
  }
}
