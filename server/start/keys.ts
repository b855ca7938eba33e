import { join } from 'node:path'
import type { KeyStoreConfig } from '../config/key-stores.ts'
import type { UnsealingConfig } from '../config/unsealing.ts'
import type { KeySettings } from '../keys/open.ts'
import { readRootBytes } from '../keys/software/root-file.ts'
import { sealOf } from '../keys/software/root-format.ts'

/** The one root key file of a data folder, and what opens it. */
export interface RootKeyConfig extends UnsealingConfig {
  readonly dataDir: string
}

export interface KeyStoresConfig extends RootKeyConfig, KeyStoreConfig {
  readonly nextKeyStore: KeyStoreConfig | undefined
}

const ROOT_KEY = 'root.key'

/** Which key provider the settings name, as `openKeyring` takes it. */
export function keySettings(
  { keystore, pkcs11 }: KeyStoreConfig,
  { dataDir, rootKeyPassphrase, rootKeyShares }: RootKeyConfig,
): KeySettings {
  if (keystore === 'pkcs11' && pkcs11) return { keystore, ...pkcs11 }
  const given = { passphrase: rootKeyPassphrase, shares: rootKeyShares }
  return { keystore: 'software', file: join(dataDir, ROOT_KEY), ...given }
}

/** The root key file, where one of the key stores is in software. */
export function rootFileOf({ keystore, nextKeyStore, dataDir }: KeyStoresConfig): string | undefined {
  return [keystore, nextKeyStore?.keystore].includes('software') ? join(dataDir, ROOT_KEY) : undefined
}

/** What the settings name, for people. */
export function placeOf({ keystore, pkcs11 }: KeyStoreConfig): string {
  if (keystore === 'software' || !pkcs11) return ROOT_KEY
  return `token ${pkcs11.tokenLabel} (${pkcs11.mode})`
}

/** What is over the root key; `none` also where there is no file yet. @throws Problem `config.invalid` for a file that cannot be read */
export async function sealKindOf(config: KeyStoresConfig): Promise<'none' | 'passphrase' | 'shares' | 'pkcs11'> {
  const file = rootFileOf(config)
  if (file === undefined) return 'pkcs11'
  const bytes = await readRootBytes(file)
  if (!bytes) return 'none'
  const { kind } = sealOf(bytes, file)
  bytes.fill(0)
  return kind
}
