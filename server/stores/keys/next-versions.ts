import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { pick, prepared } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { PlaceMacs } from './place-mac.ts'

type Step = {
  readonly id: string
  readonly path: string
  readonly vaultId: string
  readonly from: number
  readonly to: number
  readonly mac: string
}

/** A path that gets its first version; times are epoch milliseconds. */
export interface NewSecret {
  readonly id: string
  readonly path: string
  readonly created_at: number
  /** 1 by default: a copy keeps the numbers of its versions. */
  readonly latest_version?: number
}

/** A secret and its path. */
type Advanced = { readonly id: string; readonly path: string }

/** The expected keys of a vault. */
export type UnderKeys = { readonly kekId: string; readonly fingerprint: string | null }

/** Creates secrets and adds versions. Part of the store of secrets. */
export function nextVersions(handle: Handle, macs: PlaceMacs) {
  const create = prepared(handle, (queries, row: Selectable<Schema['secrets']>) =>
    queries.insertInto('secrets').values(pick(row, ['id', 'vault_id', 'path', 'created_at', 'latest_version', 'mac'])),
  )
  const advance = prepared(handle, (queries, step: Step) =>
    queries
      .updateTable('secrets')
      .set({ latest_version: step.to, mac: step.mac })
      .where('id', '=', step.id)
      .where('vault_id', '=', step.vaultId)
      .where('path', '=', step.path)
      .where('latest_version', '=', step.from),
  )
  const advanceUnder = prepared(handle, (queries, step: Step & UnderKeys) =>
    queries
      .updateTable('secrets')
      .set({ latest_version: step.to, mac: step.mac })
      .where('id', '=', step.id)
      .where('vault_id', '=', step.vaultId)
      .where('path', '=', step.path)
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

  /** The path must match too: it could have been renamed first. */
  const step = (vault: VaultPlace, { id, path }: Advanced, from: number): Step => {
    const to = from + 1
    return { id, path, vaultId: vault.id, from, to, mac: macs.of(vault, { id, path, latest_version: to }) }
  }

  return {
    /** Throws a unique violation if the path already exists. */
    async create(vault: VaultPlace, { latest_version = 1, ...secret }: NewSecret) {
      const mac = macs.of(vault, { ...secret, latest_version })
      await create({ ...secret, vault_id: vault.id, latest_version, mac })
      handle.changed(`secret-path:${vault.id}/${secret.path}`)
    },

    /** Adds one version to a secret. False if another writer was faster. */
    advance: async (vault: VaultPlace, secret: Advanced, from: number): Promise<boolean> =>
      moved(secret.id, await advance(step(vault, secret, from))),

    /**
     * The same, if the vault has these keys: in one statement, if there is only one writer. False if either condition fails, and always on
     * PostgreSQL, where the vault must be locked.
     */
    async advanceUnder(vault: VaultPlace, keys: UnderKeys, secret: Advanced, from: number): Promise<boolean> {
      if (handle.engine === 'postgres') return false
      return moved(secret.id, await advanceUnder({ ...keys, ...step(vault, secret, from) }))
    },
  }
}
