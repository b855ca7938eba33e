import { join } from 'node:path'
import type { Config } from '../config/config.ts'

/** Which key provider the settings name, as `openKeyring` takes it. */
export function keySettings({ keystore, dataDir, rootKeyPassphrase, pkcs11 }: Config) {
  if (keystore === 'pkcs11' && pkcs11) return { keystore, ...pkcs11 } as const
  return { keystore: 'software', file: join(dataDir, 'root.key'), passphrase: rootKeyPassphrase } as const
}
