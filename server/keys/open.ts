import type { Keyring } from './keyring.ts'
import { openSoftwareKeyring, type SoftwareOptions } from './software.ts'

export type KeySettings = ({ readonly keystore: 'software' } & Omit<SoftwareOptions, 'create'>) | { readonly keystore: 'pkcs11'; readonly module: string; readonly tokenLabel: string; readonly pin: string; readonly mode: 'per-vault' | 'wrapped' }

export async function openKeyring(settings: KeySettings, { create }: { create: boolean }): Promise<Keyring> {
  if (settings.keystore === 'software') return openSoftwareKeyring({ ...settings, create })
  throw new Error('pkcs11 pending')
}
