import type { VaultFacts, VaultPlace } from '../../policy/facts.ts'
import type { VersionRow } from '../../stores/secrets.ts'

/** A reader, who is not allowed to see every key; an actor is one. */
export type Viewer = { readonly type: 'user' } | { readonly type: 'agent'; readonly intentsEnabled: boolean }

/** The part of the secrets that shares need. */
export interface SharedSecrets {
  /**
   * The newest version.
   * @throws Problem `resource.unknown` if there is none, `resource.gone` if it can no longer be read.
   */
  newest(vault: VaultPlace, secretId: string): Promise<VersionRow>
  /** @throws Problem `policy.denied` for a signing key that this agent can use but not see. */
  ensureVisible(viewer: Viewer, type: string): void
  /** The plain value; call this only after its event is committed. */
  unseal(vault: VaultFacts, row: VersionRow): Promise<string>
}

/** Passphrases are hashed like passwords, in a separate queue that alternates between addresses (`from`). */
export interface PassphraseHashing {
  hash(passphrase: string, from: string): Promise<string>
  verify(stored: string, passphrase: string, from: string): Promise<boolean>
}
