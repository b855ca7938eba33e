/** The passphrase or shares that open a sealed root key file, for a server that unseals itself. */
export interface UnsealingConfig {
  readonly rootKeyPassphrase: string | undefined
  /** Texts of shares. */
  readonly rootKeyShares: readonly string[] | undefined
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

/** `ONECLAW_UNSEAL_PASSPHRASE`, or by its older name `ONECLAW_ROOT_KEY_PASSPHRASE`; or shares with blanks between them. */
export function unsealingConfig({ read, fault }: Reader): UnsealingConfig {
  const [passphrase, older, shares] = ['UNSEAL_PASSPHRASE', 'ROOT_KEY_PASSPHRASE', 'UNSEAL_SHARES'].map(read)
  if (passphrase !== undefined && older !== undefined)
    fault('UNSEAL_PASSPHRASE', 'and ONECLAW_ROOT_KEY_PASSPHRASE are both set; keep one')
  const own = passphrase ?? older
  if (own !== undefined && shares !== undefined) fault('UNSEAL_SHARES', 'and ONECLAW_UNSEAL_PASSPHRASE are both set; keep one')
  return { rootKeyPassphrase: own, rootKeyShares: shares?.split(/\s+/).filter(Boolean) }
}
