import type { Database } from '../../db/database.ts'
import type { Kek } from '../../keys/keyring.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { VaultRow, VaultStore } from '../../stores/vaults.ts'

/** The system vault of an organisation, which holds the private halves of its agents' identity keys. */
export const KEY_VAULT = '__agent-keys'

export interface KeyVaultDeps {
  readonly database: Pick<Database<{ vaults: Pick<VaultStore, 'system'> }>, 'read' | 'run'>
  /** Creates every vault. Returns undefined when the name is taken. */
  readonly makeVault: (
    vault: Pick<VaultRow, 'org_id' | 'name' | 'description' | 'created_by' | 'created_by_type' | 'is_system'>,
    eventOf: (row: VaultRow) => NewEvent,
  ) => Promise<VaultRow | undefined>
}

export interface KeyVault {
  readonly id: string
  readonly kek: Kek
}

/** It has no creator, so only a policy lets anyone read it. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Finds the key vault of an organisation; creates it for the first agent. */
export function keyVaults({ database, makeVault }: KeyVaultDeps) {
  const find = async (orgId: string): Promise<KeyVault | undefined> =>
    keyVaultOf(await database.read(({ vaults }) => vaults.system(orgId, KEY_VAULT)))

  /** Another process may have just created the vault without committing it yet: a unit of work waits for the commit. */
  const findSettled = async (orgId: string): Promise<KeyVault | undefined> =>
    keyVaultOf(await database.run(({ vaults }) => vaults.system(orgId, KEY_VAULT)))

  /** Undefined when another process was faster. */
  async function make(orgId: string, ip: string): Promise<KeyVault | undefined> {
    const vault = {
      org_id: orgId,
      name: KEY_VAULT,
      description: 'Private keys of the agents; kept by the server.',
      created_by: NOBODY,
      created_by_type: 'system',
      is_system: true,
    }
    return keyVaultOf(await makeVault(vault, row => eventOf(row, ip)))
  }

  return {
    find,

    async ensure(orgId: string, ip: string): Promise<KeyVault> {
      const found = (await find(orgId)) ?? (await make(orgId, ip)) ?? (await findSettled(orgId))
      if (!found) throw new Error(`The organisation ${orgId} has a vault named ${KEY_VAULT} that is not the server's.`)
      return found
    },
  }
}

function keyVaultOf(row: VaultRow | undefined): KeyVault | undefined {
  return row && { id: row.id, kek: { id: row.kek_id, blob: row.kek_blob } }
}

function eventOf({ id, org_id, name }: VaultRow, ip: string): NewEvent {
  return {
    orgId: org_id,
    action: 'vault.create',
    actorId: '',
    actorType: 'system',
    resourceType: 'vault',
    resourceId: id,
    vaultId: id,
    details: { name },
    ipAddress: ip,
  }
}
