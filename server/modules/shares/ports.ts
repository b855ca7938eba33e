import type { VaultFacts, VaultPlace } from '../../policy/facts.ts'
import type { VersionRow } from '../../stores/secrets.ts'

/** A viewer, who may or may not see a key; an actor is one. */
export type Viewer = { readonly type: 'user' } | { readonly type: 'agent'; readonly intentsEnabled: boolean }

/** The secrets, as far as shares need them. */
export interface SharedSecrets {
  /** The newest version. @throws Problem `resource.unknown` for none, `resource.gone` for one that cannot be read any more. */
  newest(vault: VaultPlace, secretId: string): Promise<VersionRow>
  /** @throws Problem `policy.denied` for a signing key that this agent may use but not see. */
  ensureVisible(viewer: Viewer, type: string): void
  /** The clear value; only after its event is committed. */
  unseal(vault: VaultFacts, row: VersionRow): Promise<string>
}

/** Passphrases are hashed like passwords, in a separate queue; addresses (`from`) take turns in it. */
export interface PassphraseHashing {
  hash(passphrase: string, from: string): Promise<string>
  verify(stored: string, passphrase: string, from: string): Promise<boolean>
}
