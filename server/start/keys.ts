import { join } from 'node:path'
import type { KeyStoreConfig } from '../config/key-stores.ts'
import type { UnsealingConfig } from '../config/unsealing.ts'
import type { KeySettings } from '../keys/open.ts'
import { readRootBytes } from '../keys/software/root-file.ts'
import { sealOf } from '../keys/software/root-format.ts'

/** The root key file of a data folder, and the settings that unseal it. */
export interface RootKeyConfig extends UnsealingConfig {
  readonly dataDir: string
}

export interface KeyStoresConfig extends RootKeyConfig, KeyStoreConfig {
  readonly nextKeyStore: KeyStoreConfig | undefined
}

const ROOT_KEY = 'root.key'

/** The key provider of the settings, for `openKeyring`. */
export function keySettings(
  { keystore, pkcs11 }: KeyStoreConfig,
  { dataDir, rootKeyPassphrase, rootKeyShares }: RootKeyConfig,
): KeySettings {
  if (keystore === 'pkcs11' && pkcs11) return { keystore, ...pkcs11 }
  const given = { passphrase: rootKeyPassphrase, shares: rootKeyShares }
  return { keystore: 'software', file: join(dataDir, ROOT_KEY), ...given }
}

/** The path of the root key file, if one of the key stores is in software. */
export function rootFileOf({ keystore, nextKeyStore, dataDir }: KeyStoresConfig): string | undefined {
  return [keystore, nextKeyStore?.keystore].includes('software') ? join(dataDir, ROOT_KEY) : undefined
}

/** The key store of the settings, in words. */
export function placeOf({ keystore, pkcs11 }: KeyStoreConfig): string {
  if (keystore === 'software' || !pkcs11) return ROOT_KEY
  return `token ${pkcs11.tokenLabel} (${pkcs11.mode})`
}

/** The kind of seal on the root key; also `none` without a file. @throws Problem `config.invalid` for a file that cannot be read */
export async function sealKindOf(config: KeyStoresConfig): Promise<'none' | 'passphrase' | 'shares' | 'pkcs11'> {
  const file = rootFileOf(config)
  if (file === undefined) return 'pkcs11'
  const bytes = await readRootBytes(file)
  if (!bytes) return 'none'
  const { kind } = sealOf(bytes, file)
  bytes.fill(0)
  return kind
}
