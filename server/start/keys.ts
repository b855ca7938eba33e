import { join } from 'node:path'
import type { Config } from '../config/config.ts'

/** Which key provider the settings name, as `openKeyring` takes it. */
export function keySettings({ keystore, dataDir, rootKeyPassphrase, rootKeyShares, pkcs11 }: Config) {
  if (keystore === 'pkcs11' && pkcs11) return { keystore, ...pkcs11 } as const
  const given = { passphrase: rootKeyPassphrase, shares: rootKeyShares }
  return { keystore: 'software', file: join(dataDir, 'root.key'), ...given } as const
}
