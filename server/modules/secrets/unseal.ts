import type { Keyring } from '../../keys/keyring.ts'
import { openVersion } from '../../keys/stored-version.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { VersionRow } from '../../stores/secrets.ts'

/** The clear value of a version. For after its event is committed. */
export async function unseal(keyring: Keyring, vault: VaultFacts, row: VersionRow): Promise<string> {
  const bytes = await openVersion(keyring, vault, row)
  try {
    return bytes.toString('utf8')
  } finally {
    bytes.fill(0)
  }
}
