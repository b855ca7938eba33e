import type { CmekKey } from '../../../src/crypto/cmek.ts'

/**
 * The customer keys that somebody has entered in this document, by vault. They are in its memory only, as keys that no script can read,
 * and are gone with the page and at the end of the session.
 */
export interface CustomerKeys {
  enter(vaultId: string, key: CmekKey): void
  forget(vaultId: string): void
  forgetAll(): void
  /** Newest first. */
  of(vaultId: string): readonly CmekKey[]
  /** Calls `changed` after each change; returns a function that stops it. */
  listen(changed: () => void): () => void
}

const NONE: readonly CmekKey[] = []

export function customerKeys(): CustomerKeys {
  const held = new Map<string, readonly CmekKey[]>()
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const changed of listeners) changed()
  }
  return {
    enter(vaultId, key) {
      const others = (held.get(vaultId) ?? NONE).filter(({ fingerprint }) => fingerprint !== key.fingerprint)
      held.set(vaultId, [key, ...others])
      tell()
    },
    forget(vaultId) {
      held.delete(vaultId)
      tell()
    },
    forgetAll() {
      held.clear()
      tell()
    },
    of: vaultId => held.get(vaultId) ?? NONE,
    listen(changed) {
      listeners.add(changed)
      return () => void listeners.delete(changed)
    },
  }
}
