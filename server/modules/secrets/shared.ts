import type { Database } from '../../db/database.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { SecretStore, VersionRow } from '../../stores/secrets.ts'
import { unseal } from './unseal.ts'
import { ensureUsable, ensureVisible } from './usable.ts'

export interface SharedSecretsDeps {
  readonly database: Database<{ secrets: SecretStore }>
  readonly keyring: Keyring
  readonly clock: () => number
}

/** Secrets as those who share them need them: by id, and without a permission of the one who opens. */
export function sharedSecrets({ database, keyring, clock }: SharedSecretsDeps) {
  return {
    newest: async (secretId: string): Promise<VersionRow> =>
      ensureUsable(await database.read(({ secrets }) => secrets.latestById(secretId)), clock()),

    ensureVisible,

    unseal: (vault: VaultFacts, row: VersionRow) => unseal(keyring, vault, row),
  }
}
