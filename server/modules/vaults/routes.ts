import { createVault, deleteVault, getVault, listVaults, vaultStats } from '../../../src/contract/vaults.ts'
import type { Mount } from '../../http/mount.ts'
import { pageReply } from '../../http/page.ts'
import type { VaultRow } from '../../stores/vaults.ts'
import type { Vaults } from './service.ts'

export function vaultRoutes(mount: Mount, vaults: Vaults): void {
  mount(createVault, async ({ grant, body }) => vaultBody(await vaults.create(grant, body)))
  mount(listVaults, async ({ grant, query }) =>
    pageReply('vaults', await vaults.list(grant), query, { idOf: ({ id }) => id, body: vaultBody }),
  )
  mount(getVault, async ({ grant }) => vaultBody(await vaults.get(grant)))
  mount(vaultStats, ({ grant }) => vaults.stats(grant))
  mount(deleteVault, async ({ grant }) => {
    await vaults.remove(grant)
    return undefined
  })
}

/** A vault as every operation on it answers. */
export function vaultBody(row: VaultRow) {
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
