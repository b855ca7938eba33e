import type { Database } from '../../db/database.ts'
import type { StoredVersion, VaultKeys } from '../../keys/stored-version.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { SecretStore, VersionRow } from '../../stores/secrets.ts'
import { type UnsealDeps, type UnsealStores, unsealer } from './opening.ts'
import { ensureUsable, ensureVisible } from './usable.ts'

export interface SharedSecretsDeps extends UnsealDeps {
  readonly database: Database<UnsealStores & { secrets: SecretStore }>
  readonly clock: () => number
}

/** Secrets for shares: by id, and without a permission of the recipient. */
export function sharedSecrets(deps: SharedSecretsDeps) {
  const { database, clock } = deps
  const unseal = unsealer(deps)
  return {
    newest: async (vault: VaultPlace, secretId: string): Promise<VersionRow> =>
      ensureUsable(await database.read(({ secrets }) => secrets.latestById(vault, secretId)), clock()),

    ensureVisible,

    unseal: async (vault: VaultKeys, row: StoredVersion): Promise<string> => unseal(vault, row),
  }
}
