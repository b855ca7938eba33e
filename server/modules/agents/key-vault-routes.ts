import { agentKeysVault } from '../../../src/contract/vaults.ts'
import { Problem } from '../../../src/problem.ts'
import type { Mount } from '../../http/mount.ts'
import type { keyVaults } from './key-vault.ts'

export function keyVaultRoutes(mount: Mount, vaults: ReturnType<typeof keyVaults>): void {
  mount(agentKeysVault, async ({ grant }) => {
    const vault = await vaults.find(grant.orgId)
    if (!vault) throw new Problem('resource.unknown', 'This organisation has no agents yet.')
    return { vault_id: vault.id }
  })
}
