import type { Config } from '../../../server/config/config.ts'
import type { Kek, Keyring } from '../../../server/keys/keyring.ts'
import { openVersion } from '../../../server/keys/stored-version.ts'
import { cmekKey } from '../../../src/crypto/cmek.ts'
import { type Row, rowsOf } from '../rows.ts'

interface Stored {
  readonly config: Config
  readonly keyring: Keyring
}

/**
 * Opens every stored version with the stored keys of its vault; the values by `<vault> <path> <secret> <version>`, in this order. Throws if
 * one does not open.
 */
export async function valuesIn(
  { config, keyring }: Stored,
  customer: { readonly old: string; readonly new: string },
): Promise<Record<string, string>> {
  const stored = { config, dataDir: config.dataDir }
  const keks = new Map<string, Kek[]>()
  const all =
    'SELECT id AS vault, kek_id AS id, kek_blob AS blob FROM vaults UNION ALL SELECT vault_id, id, blob FROM former_keks'
  for (const { vault, id, blob } of await rowsOf(stored, all)) {
    const own = keks.get(String(vault)) ?? []
    keks.set(String(vault), [...own, { id: String(id), blob: (blob as Buffer | null) ?? null }])
  }
  const customerKeys = await Promise.all([customer.old, customer.new].map(key => cmekKey(Buffer.from(key, 'base64'))))
  const versions = await rowsOf(
    stored,
    'SELECT v.*, s.vault_id, s.path, o.org_id FROM secret_versions v JOIN secrets s ON s.id = v.secret_id JOIN vaults o ON o.id = s.vault_id',
  )
  const open = async (row: Row) => {
    const vault = String(row['vault_id'])
    const [kek, ...formerKeks] = keks.get(vault) ?? []
    if (!kek) throw new Error(`Vault ${vault} has no key.`)
    const version = { ...row, id: row['secret_id'], version: Number(row['version']) } as never
    const value = (await openVersion(keyring, { id: vault, orgId: String(row['org_id']), kek, formerKeks }, version)).toString()
    const fingerprint = row['cmek_fingerprint']
    const clear = fingerprint === null ? value : await customerKeys.find(key => key.fingerprint === fingerprint)?.decrypt(value)
    if (clear === undefined) throw new Error(`${row['secret_id']} ${row['version']} does not open with the key that it names.`)
    return [`${vault} ${row['path']} ${row['secret_id']} ${row['version']}`, clear] as const
  }
  const opened = await Promise.all(versions.map(open))
  return Object.fromEntries(opened.sort(([one], [other]) => (one < other ? -1 : 1)))
}
