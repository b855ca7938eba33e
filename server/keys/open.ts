import type { Keyring } from './keyring.ts'
import type { KekMode } from './pkcs11/wire/protocol.ts'
import { openSoftwareKeyring } from './software/keyring.ts'

/** Where the keys of this installation are. */
export type KeySettings =
  | {
      readonly keystore: 'software'
      /** The root key file. */
      readonly file: string
      readonly passphrase?: string | undefined
      /** Texts of shares that open it. */
      readonly shares?: readonly string[] | undefined
    }
  | {
      readonly keystore: 'pkcs11'
      /** Path of the PKCS#11 module. */
      readonly module: string
      readonly tokenLabel: string
      readonly pin: string
      /** Whether the KEKs of vaults are in the token, or in the database, wrapped with the token's root key. */
      readonly mode: KekMode
      /** The maximum wait for one operation of the token; 2,000 ms by default. */
      readonly deadlineMs?: number
    }

export interface OpenKeyringOptions {
  /** Create missing keys. Only if the database holds no data, and in one process at a time. */
  readonly create: boolean
  /** The content of the software key store's root key file, if it is already open; it is wiped. */
  readonly root?: Buffer | undefined
  /** Called with a short message when the key provider becomes unreachable, returns or is given up. */
  readonly log?: (event: string) => void
}

/**
 * Opens the keyring that the settings name. The PKCS#11 code is loaded only when it is used.
 * @throws Problem `config.invalid` or `keys.unavailable`; see the two adapters.
 */
export async function openKeyring(settings: KeySettings, options: OpenKeyringOptions): Promise<Keyring> {
  if (settings.keystore === 'software') return openSoftwareKeyring({ ...settings, create: options.create, root: options.root })
  const { openPkcs11Keyring } = await import('./pkcs11/keyring.ts')
  return openPkcs11Keyring({ ...settings, ...options })
}
