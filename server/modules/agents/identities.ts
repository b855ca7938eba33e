import type { ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { NewVersion, SecretStore } from '../../stores/secrets.ts'
import { type KeyPair, newAgreementPair, newSigningPair } from './key-pairs.ts'
import type { KeyVault, keyVaults } from './key-vault.ts'

interface WriteStores {
  readonly secrets: SecretStore
  readonly vaultKeys: VaultKeyStore
  readonly resourceCounts: ResourceCountStore
}

/** Creates versions of secrets. */
export interface Versions {
  next(entry: {
    readonly vault: KeyVault & { readonly orgId: string; readonly cmekFingerprint: null }
    readonly path: string
    readonly value: Uint8Array
    readonly fieldsOf: () => Omit<NewVersion, 'secret_id' | 'version' | 'ciphertext' | 'wrapped_dek' | 'kek_id' | 'bound_kek_id'>
  }): Promise<{ add(stores: WriteStores): Promise<void> }>
  retrying<T>(attempt: () => Promise<T>): Promise<T>
}

export interface IdentitiesDeps {
  readonly versions: Pick<Versions, 'next'>
  readonly vaults: ReturnType<typeof keyVaults>
  readonly clock: () => number
}

/** The public keys of an agent. */
export interface Identity {
  readonly fields: { readonly ssh_public_key: string; readonly ecdh_public_key: string }
  /** Writes the private halves, within a unit of work that `Versions.retrying` repeats. */
  add(stores: WriteStores): Promise<void>
}

export type Identities = ReturnType<typeof agentIdentities>

/** Creates the key pairs of agents. The private halves are stored as secrets. */
export function agentIdentities({ versions, vaults, clock }: IdentitiesDeps) {
  return async (orgId: string, agentId: string, createdBy: string, ip: string): Promise<Identity> => {
    const vault = { ...(await vaults.ensure(orgId, ip)), orgId, cmekFingerprint: null }
    const half = (path: string, type: string, { privateKey }: KeyPair) =>
      versions.next({
        vault,
        path: `agents/${agentId}/${path}/private_key`,
        value: Buffer.from(privateKey),
        fieldsOf: () => ({ ...PLAIN, type, created_by: createdBy, created_at: clock() }),
      })
    const [ssh, ecdh] = [newSigningPair(), newAgreementPair()]
    const halves = await Promise.all([half('ssh', 'ssh_key', ssh), half('ecdh', 'private_key', ecdh)])
    return {
      fields: { ssh_public_key: ssh.publicKey, ecdh_public_key: ecdh.publicKey },
      async add(stores) {
        for (const each of halves) await each.add(stores)
      },
    }
  }
}

const PLAIN = {
  metadata: null,
  rotation_policy: null,
  expires_at: null,
  is_disabled: false,
  deleted_at: null,
  max_access_count: 0,
  access_count: 0,
  cmek_fingerprint: null,
  signing_key_id: null,
}
