import { join } from 'node:path'
import type { Config } from '../config/config.ts'
import { readRootBytes } from '../keys/software/root-file.ts'
import { sealOf } from '../keys/software/root-format.ts'

/** Which key provider the settings name, as `openKeyring` takes it. */
export function keySettings({ keystore, dataDir, rootKeyPassphrase, rootKeyShares, pkcs11 }: Config) {
  if (keystore === 'pkcs11' && pkcs11) return { keystore, ...pkcs11 } as const
  const given = { passphrase: rootKeyPassphrase, shares: rootKeyShares }
  return { keystore: 'software', file: join(dataDir, 'root.key'), ...given } as const
}

/** What is over the root key; `none` also where there is no file yet. @throws Problem `config.invalid` for a file that cannot be read */
export async function sealKindOf(config: Config): Promise<'none' | 'passphrase' | 'shares' | 'pkcs11'> {
  const settings = keySettings(config)
  if (settings.keystore === 'pkcs11') return 'pkcs11'
  const bytes = await readRootBytes(settings.file)
  if (!bytes) return 'none'
  const { kind } = sealOf(bytes, settings.file)
  bytes.fill(0)
  return kind
}
