import { listDeletedVaults, purgeVault, restoreVault } from '../../../src/contract/secrets/deletions.ts'
import { createVault, deleteVault, getVault, listVaults, updateVault, vaultStats } from '../../../src/contract/vaults.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/paging.ts'
import type { ListedVault, VaultRow } from '../../stores/vaults.ts'
import type { VaultDeletion } from './deletion.ts'
import type { Vaults } from './service.ts'

export function vaultRoutes(mount: Mount, vaults: Vaults, deletion: VaultDeletion): void {
  mount(createVault, async ({ grant, body }) => vaultBody(await vaults.create(grant, body)))
  mount(listVaults, async ({ grant, query }) =>
    pageReply('vaults', await vaults.list(grant), query, { idOf: ({ id }) => id, body: vaultBody }),
  )
  mount(getVault, async ({ grant }) => vaultBody(await vaults.get(grant)))
  mount(updateVault, async ({ grant, body }) => vaultBody(await vaults.update(grant, body)))
  mount(vaultStats, ({ grant }) => vaults.stats(grant))
  mount(deleteVault, async ({ grant, query }) => {
    if (query.purge === 'true') await deletion.purge(grant)
    else await deletion.remove(grant)
    return undefined
  })
  mount(listDeletedVaults, async ({ grant, query }) =>
    pageReply('vaults', await deletion.list(grant), query, {
      idOf: ({ id }) => id,
      body: row => deletedBody(row, deletion.purgeAt(row)),
    }),
  )
  mount(restoreVault, async ({ grant, body }) => vaultBody(await deletion.restore(grant, body.name)))
  mount(purgeVault, async ({ grant }) => {
    await deletion.purgeDeleted(grant)
    return undefined
  })
}

function deletedBody(row: VaultRow, purgeAt: number) {
  return {
    id: row.id,
    name: row.deleted_name ?? row.name,
    deleted_at: new Date(row.deleted_at ?? 0).toISOString(),
    purge_at: new Date(purgeAt).toISOString(),
  }
}

/** A vault in the form of every reply. */
export function vaultBody(row: ListedVault) {
  return {
    id: row.id,
    name: row.name,
    description: row.description ?? '',
    created_by: row.created_by,
    created_by_type: row.created_by_type,
    created_at: new Date(row.created_at).toISOString(),
    cmek_enabled: row.cmek_fingerprint !== null,
    ...(row.cmek_fingerprint !== null && { cmek_fingerprint: row.cmek_fingerprint }),
  }
}
