import type { Database } from '../../db/database.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { VaultStats, VaultStore } from '../../stores/vaults.ts'

/** The number of secrets counted in one query: others wait for it. */
const AT_ONCE = 2000

/**
 * Counts the contents of a vault in parts, so other requests can run in between. Concurrent callers share one count: a large vault takes
 * seconds.
 */
export function vaultCounter(database: Database<{ vaults: VaultStore }>) {
  const underWay = new Map<string, Promise<VaultStats>>()

  async function count(vault: VaultPlace): Promise<VaultStats> {
    const sum = { secrets: 0, versions: 0, bytes: 0 }
    for (let after: string | undefined = ''; after !== undefined; ) {
      const from: string = after
      const { last, secrets, versions, bytes } = await database.report(({ vaults }) => vaults.statsAfter(vault, from, AT_ONCE))
      sum.secrets += secrets
      sum.versions += versions
      sum.bytes += bytes
      after = last
    }
    return sum
  }

  return (vault: VaultPlace): Promise<VaultStats> => {
    const known = underWay.get(vault.id)
    if (known) return known
    const counted = count(vault).finally(() => underWay.delete(vault.id))
    underWay.set(vault.id, counted)
    return counted
  }
}
