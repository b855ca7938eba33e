import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { AuditKeys } from '../audit/mac.ts'
import { type Placed, placeMacs } from './place-mac.ts'
import { secretIn } from './version-endings.ts'

export type SecretChangeStore = ReturnType<typeof secretChangeStore>
/** The fields of a version that can change without its value. */
export type BesideValue = Partial<Pick<Selectable<Schema['secret_versions']>, 'metadata' | 'expires_at' | 'max_access_count'>>

/** Changes of secrets that touch no value. */
export function secretChangeStore({ db, changed }: Handle, auditKeys: AuditKeys) {
  const macs = placeMacs(auditKeys)
  return {
    /** Throws a unique violation if the other path has a secret. False if it has changed since it was read. */
    async rename(vault: VaultPlace, secret: Placed, to: string): Promise<boolean> {
      const { id, path: from, latest_version } = secret
      const { numUpdatedRows } = await db
        .updateTable('secrets')
        .set({ path: to, mac: macs.of(vault, { id, path: to, latest_version }) })
        .where('id', '=', id)
        .where('vault_id', '=', vault.id)
        .where('path', '=', from)
        .where('latest_version', '=', latest_version)
        .executeTakeFirst()
      changed(`secret:${id}`)
      for (const path of [from, to]) changed(`secret-path:${vault.id}/${path}`)
      return numUpdatedRows === 1n
    },

    /** Changes the fields of a version other than its value. False if it is disabled or deleted. */
    async update(vault: VaultPlace, secretId: string, version: number, fields: BesideValue): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('secret_versions')
        .set(fields)
        .where('secret_id', 'in', secretIn(db, vault, secretId))
        .where('version', '=', version)
        .where('is_disabled', '=', 0)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      changed(`secret:${secretId}`)
      return numUpdatedRows === 1n
    },
  }
}
