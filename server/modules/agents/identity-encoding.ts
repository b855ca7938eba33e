import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import { seal } from '../../keys/envelope.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { contextOf, openVersion } from '../../keys/stored-version.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { IdentityKeyRow, SealedVersionStore, VersionPlace } from '../../stores/keys/sealed-versions.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import { rawPrivateKey } from './key-pairs.ts'

export interface IdentityEncodingDeps {
  readonly database: Database<{ sealedVersions: SealedVersionStore; vaultKeys: VaultKeyStore; audit: AuditStore }>
  readonly keyring: Keyring
  readonly vaultFacts: (id: string) => VaultFacts | undefined | Promise<VaultFacts | undefined>
  readonly clock: () => number
}

/** Versions looked at in one query. */
const AT_ONCE = 100

/**
 * Earlier releases stored identity keys as PKCS#8 PEM (RFC 5958, RFC 7468), but clients expect 32 bytes in base64. A database migration
 * cannot change encrypted values, so this goes through them once with the key provider. The key itself stays the same, so the version keeps
 * its number.
 */
export function identityEncoding({ database, keyring, vaultFacts, clock }: IdentityEncodingDeps) {
  async function convert(row: IdentityKeyRow): Promise<void> {
    const vault = await vaultFacts(row.vault_id)
    if (!vault) return
    const clear = await openVersion(keyring, vault, row)
    try {
      const raw = rawOf(clear)
      if (raw === undefined) return
      const made = await seal(keyring, vault.kek, Buffer.from(raw), contextOf(vault, row))
      await store(vault, row, { ciphertext: made.ciphertext, wrapped_dek: made.wrappedDek, kek_id: made.boundTo })
    } finally {
      clear.fill(0)
    }
  }

  /** Skipped when the vault has a new key, or the version is sealed differently: the next start finds it again. */
  function store(vault: VaultFacts, row: IdentityKeyRow, made: Parameters<SealedVersionStore['reencoded']>[2]): Promise<void> {
    return database.run(async ({ sealedVersions, vaultKeys, audit }) => {
      if ((await vaultKeys.hold(vault))?.kek_id !== made.kek_id) return
      const place = { secret_id: row.id, version: row.version }
      if (!(await sealedVersions.reencoded(place, row.wrapped_dek, made))) return
      const event = {
        orgId: vault.orgId,
        action: 'secret.write',
        actorId: '',
        actorType: 'system',
        resourceType: 'secret',
        resourceId: row.id,
        vaultId: vault.id,
        details: { path: row.path, version: row.version, change: 'encoding' },
        ipAddress: '',
      } as const
      await audit.append([event], clock())
    })
  }

  return {
    /** Goes through all keys that could be in the old form. Rejects if the key provider is not available; finished keys stay converted. */
    async convertAll(): Promise<void> {
      let after: VersionPlace | undefined
      for (;;) {
        const rows = await database.read(({ sealedVersions }) => sealedVersions.longIdentityKeys(after, AT_ONCE))
        for (const row of rows) await convert(row)
        const last = rows.at(-1)
        if (!last) return
        after = { secret_id: last.id, version: last.version }
      }
    },
  }
}

/** Undefined for anything but a private key in PEM, such as a text that a person has written. */
function rawOf(clear: Buffer): string | undefined {
  const key = keyIn(clear)
  return key && ['ed25519', 'ec'].includes(key.asymmetricKeyType ?? '') ? rawPrivateKey(key) : undefined
}

function keyIn(pem: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
