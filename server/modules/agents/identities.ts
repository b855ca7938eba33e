import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { seal } from '../../keys/envelope.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { EnsureStorage, HoldingStore } from '../../stores/billing/holdings.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { SecretStore } from '../../stores/secrets.ts'
import { type KeyPair, newAgreementPair, newSigningPair } from './key-pairs.ts'
import type { KeyVault, keyVaults } from './key-vault.ts'

export interface IdentitiesDeps {
  readonly database: Database<{ secrets: SecretStore }>
  readonly keyring: Keyring
  readonly vaults: ReturnType<typeof keyVaults>
  readonly ensureStorage: EnsureStorage
  readonly clock: () => number
}

interface IdentityStores {
  readonly secrets: SecretStore
  readonly vaultKeys: VaultKeyStore
  readonly holdings: HoldingStore
}

/** The keys that an agent is known by. */
export interface Identity {
  readonly fields: { readonly ssh_public_key: string; readonly ecdh_public_key: string }
  /** Writes the private halves, within a unit of work. @throws Problem `resource.conflict` when somebody else did meanwhile. */
  add(stores: IdentityStores): Promise<void>
}

export type Identities = ReturnType<typeof agentIdentities>

/** Makes the key pairs of agents. The private halves are sealed before the transaction: it asks the key provider. */
export function agentIdentities({ database, keyring, vaults, ensureStorage, clock }: IdentitiesDeps) {
  return async (orgId: string, agentId: string, createdBy: string, ip: string): Promise<Identity> => {
    const vault = await vaults.ensure(orgId, ip)
    const [ssh, ecdh] = [newSigningPair(), newAgreementPair()]
    const place = { orgId, vault, createdBy }
    const halves = await Promise.all([
      half(place, `agents/${agentId}/ssh/private_key`, 'ssh_key', ssh),
      half(place, `agents/${agentId}/ecdh/private_key`, 'private_key', ecdh),
    ])
    return {
      fields: { ssh_public_key: ssh.publicKey, ecdh_public_key: ecdh.publicKey },
      async add(stores) {
        if ((await stores.vaultKeys.hold(vault.id))?.kek_id !== vault.kek.id) throw changedMeanwhile()
        for (const add of halves) await add(stores)
      },
    }
  }

  async function half(
    { orgId, vault, createdBy }: { orgId: string; vault: KeyVault; createdBy: string },
    path: string,
    type: string,
    pair: KeyPair,
  ): Promise<(stores: IdentityStores) => Promise<void>> {
    const head = await database.read(({ secrets }) => secrets.head(vault.id, path))
    const id = head?.id ?? randomUUID()
    const version = (head?.latest_version ?? 0) + 1
    const context = { orgId, vaultId: vault.id, secretId: id, version }
    const { ciphertext, wrappedDek } = await seal(keyring, vault.kek, Buffer.from(pair.privateKey), context)
    return async ({ secrets, holdings }) => {
      const now = clock()
      if (!head) await secrets.create({ id, vault_id: vault.id, path, created_at: now })
      else if (!(await secrets.advance(id, head.latest_version))) {
        throw changedMeanwhile()
      }
      await secrets.addVersion({
        secret_id: id,
        version,
        type,
        ciphertext,
        wrapped_dek: wrappedDek,
        kek_id: vault.kek.id,
        bound_kek_id: null,
        metadata: null,
        rotation_policy: null,
        created_by: createdBy,
        created_at: now,
        expires_at: null,
        is_disabled: 0,
        deleted_at: null,
        max_access_count: 0,
        access_count: 0,
        cmek_fingerprint: null,
        signing_key_id: null,
      })
      await ensureStorage({ holdings }, { orgId, secretId: id, version })
    }
  }
}

function changedMeanwhile(): Problem {
  return new Problem('resource.conflict', 'The keys of this agent were changed meanwhile; try again.')
}
