import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { pick, prepared } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { VaultPlace } from '../../policy/facts.ts'

type Step = { readonly id: string; readonly vaultId: string; readonly from: number; readonly to: number }

/** A path that gets its first version; times are epoch milliseconds. */
export interface NewSecret {
  readonly id: string
  readonly vault_id: string
  readonly path: string
  readonly created_at: number
  /** 1 unless told: a copy keeps the numbers of its versions. */
  readonly latest_version?: number
}

/** The keys that a vault must be under. */
export type UnderKeys = { readonly kekId: string; readonly fingerprint: string | null }

/** How secrets come to be and move on by a version. Part of the store of secrets. */
export function nextVersions(handle: Handle) {
  const create = prepared(handle, (queries, row: Selectable<Schema['secrets']>) =>
    queries.insertInto('secrets').values(pick(row, ['id', 'vault_id', 'path', 'created_at', 'latest_version'])),
  )
  const advance = prepared(handle, (queries, step: Step) =>
    queries
      .updateTable('secrets')
      .set({ latest_version: step.to })
      .where('id', '=', step.id)
      .where('vault_id', '=', step.vaultId)
      .where('latest_version', '=', step.from),
  )
  const advanceUnder = prepared(handle, (queries, step: Step & UnderKeys) =>
    queries
      .updateTable('secrets')
      .set({ latest_version: step.to })
      .where('id', '=', step.id)
      .where('vault_id', '=', step.vaultId)
      .where('latest_version', '=', step.from)
      .where(({ exists, selectFrom }) => {
        const vault = selectFrom('vaults').select('id').where('id', '=', step.vaultId).where('deleted_at', 'is', null)
        return exists(vault.where('kek_id', '=', step.kekId).where('cmek_fingerprint', 'is', step.fingerprint))
      }),
  )
  const moved = (id: string, { numAffectedRows }: { numAffectedRows?: bigint }): boolean => {
    if (numAffectedRows === 1n) handle.changed(`secret:${id}`)
    return numAffectedRows === 1n
  }

  return {
    /** Throws a unique violation when the path already exists. */
    async create(secret: NewSecret) {
      await create({ latest_version: 1, ...secret })
      handle.changed(`secret-path:${secret.vault_id}/${secret.path}`)
    },

    /** Moves a secret on by one version. False when another writer was faster. */
    advance: async (vault: VaultPlace, id: string, from: number): Promise<boolean> =>
      moved(id, await advance({ id, vaultId: vault.id, from, to: from + 1 })),

    /**
     * The same, if the vault is under these keys: in one statement, where there is one writer. False when either is not so, and always on
     * PostgreSQL, where the vault must be held.
     */
    async advanceUnder(vault: VaultPlace, keys: UnderKeys, id: string, from: number): Promise<boolean> {
      if (handle.engine === 'postgres') return false
      return moved(id, await advanceUnder({ ...keys, id, vaultId: vault.id, from, to: from + 1 }))
    },
  }
}
