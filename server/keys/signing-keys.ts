import { type SigningKeyLine, type SigningKeySuccession, signingKeyLine } from '../../src/crypto/signing-keys.ts'
import type { Lineage } from './lineage.ts'

/** A key that signs tokens and heads of the audit log: Ed25519, in the key provider. */
export interface SigningKey {
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 bytes, RFC 8032. @throws Problem `keys.unavailable` */
  sign(message: Uint8Array): Promise<Uint8Array>
}

export interface SigningKeys extends Lineage<SigningKey> {
  /** The succession of the keys, including ended ones. */
  successions(): readonly SigningKeySuccession[]
}

interface KnownLine {
  readonly of: SigningKey
  readonly line: SigningKeyLine
}

/** Cached, because checking the signatures of a succession takes longer than checking the requested one. */
const known = new WeakMap<readonly SigningKeySuccession[], KnownLine>()

/** All keys that ever signed for this installation: those that lead to the current one, whatever else the database contains. */
export function lineOf(keys: Pick<SigningKeys, 'current' | 'successions'>): SigningKeyLine {
  const { key: of } = keys.current()
  const successions = keys.successions()
  const before = known.get(successions)
  if (before?.of === of) return before.line
  const line = signingKeyLine(of.publicKey, successions)
  known.set(successions, { of, line })
  return line
}
