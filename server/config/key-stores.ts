/** The place of keys, from the settings. */
export interface KeyStoreConfig {
  readonly keystore: 'software' | 'pkcs11'
  readonly pkcs11:
    | { readonly module: string; readonly tokenLabel: string; readonly pin: string; readonly mode: 'per-vault' | 'wrapped' }
    | undefined
}

interface Reading {
  readonly read: (name: string) => string | undefined
  readonly oneOf: <T extends string>(name: string, allowed: readonly T[], fallback: T) => T
  readonly fault: (name: string, message: string) => void
}

const STORES = ['software', 'pkcs11'] as const
const MODES = ['per-vault', 'wrapped'] as const
/** The prefix after `ONECLAW_` in the settings of the second key store. */
export const NEXT = 'NEXT_'

/** The key store, `ONECLAW_KEYSTORE` and what it needs, and the second one that keys are moved to or from, `ONECLAW_NEXT_KEYSTORE`. */
export function keyStoreConfig(
  reading: Reading,
  dev: boolean,
): KeyStoreConfig & { readonly nextKeyStore: KeyStoreConfig | undefined } {
  const present = keyStoreOf(reading, '', dev ? 'software' : reading.oneOf('KEYSTORE', STORES, 'software'))
  if (dev || reading.read(`${NEXT}KEYSTORE`) === undefined) return { ...present, nextKeyStore: undefined }
  const next = keyStoreOf(reading, NEXT, reading.oneOf(`${NEXT}KEYSTORE`, STORES, 'software'))
  if (next.keystore === 'software' && present.keystore === 'software')
    reading.fault(`${NEXT}KEYSTORE`, 'cannot be software too: there is one root key file in a data folder')
  return { ...present, nextKeyStore: next }
}

function keyStoreOf({ read, oneOf, fault }: Reading, prefix: string, keystore: 'software' | 'pkcs11'): KeyStoreConfig {
  const need = (name: string) => {
    const value = read(prefix + name)
    if (!value) fault(prefix + name, `is needed with ONECLAW_${prefix}KEYSTORE=pkcs11`)
    return value ?? ''
  }
  const pkcs11 = () => ({
    module: need('PKCS11_MODULE'),
    tokenLabel: need('PKCS11_TOKEN_LABEL'),
    pin: need('PKCS11_PIN'),
    mode: oneOf(`${prefix}PKCS11_MODE`, MODES, 'per-vault'),
  })
  return {
    keystore,
    pkcs11: keystore === 'pkcs11' ? pkcs11() : undefined,
  }
}
