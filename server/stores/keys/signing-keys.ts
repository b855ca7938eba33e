import type { Insertable } from 'kysely'
import { ERASED, type Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { VaultPlace } from '../../policy/facts.ts'

export type SigningKeyStore = ReturnType<typeof signingKeyStore>

/** Signing keys in the key provider; each belongs to a version of a secret. */
export function signingKeyStore({ db, changed }: Handle) {
  return {
    async add(key: Insertable<Schema['signing_keys']>) {
      await db.insertInto('signing_keys').values(key).execute()
    },

    /** The id for a version with a signing key. It is not the name of the key, which changes when the key moves to another store. */
    ofVersion: (vault: VaultPlace, secretId: string, version: number) =>
      db
        .selectFrom('signing_keys as key')
        .innerJoin('secret_versions as v', 'v.signing_key_id', 'key.id')
        .innerJoin('secrets as s', 's.id', 'v.secret_id')
        .selectAll('key')
        .where('v.secret_id', '=', secretId)
        .where('v.version', '=', version)
        .where('s.vault_id', '=', vault.id)
        .executeTakeFirst(),

    /** Keys whose version no longer exists: it was purged, alone or with its vault. */
    orphaned: (after: string, limit: number) =>
      db
        .selectFrom('signing_keys as key')
        .selectAll('key')
        .where('key.id', '>', after)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('secret_versions as v')
                .select('v.version')
                .whereRef('v.secret_id', '=', 'key.secret_id')
                .whereRef('v.signing_key_id', '=', 'key.id'),
            ),
          ),
        )
        .orderBy('key.id')
        .limit(limit)
        .execute(),

    async forget(id: string) {
      await db.deleteFrom('signing_keys').where('id', '=', id).execute()
      changed(ERASED)
    },
  }
}
