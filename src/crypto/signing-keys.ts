/**
 * The succession of a server's signing keys. Both keys sign that one follows the other, so anyone who trusts either of them can find the
 * other, in both directions, without asking anybody.
 */
import { createHash, type KeyObject, verify } from 'node:crypto'
import { ed25519PublicKey, fields } from './audit-chain.ts'

export interface SigningKeySuccession {
  /** Raw Ed25519, base64. */
  readonly previous_public_key: string
  /** The next key; raw Ed25519, base64. */
  readonly public_key: string
  /** RFC 3339. */
  readonly created_at: string
  /** Ed25519 over `successionBytes` by the previous key, base64. */
  readonly previous_signature: string
  /** The same signed by the next key. */
  readonly signature: string
}

export type OpenSuccession = Omit<SigningKeySuccession, 'previous_signature' | 'signature'>

/** The keys that signed for one server, oldest first. */
export type SigningKeyLine = readonly { readonly kid: string; readonly key: KeyObject; readonly publicKey: Uint8Array }[]

const DOMAIN = '1claw signing key succession v1'

/** The bytes that both signatures of a succession cover. */
export function successionBytes({ previous_public_key, public_key, created_at }: OpenSuccession): Uint8Array {
  return fields(DOMAIN, [previous_public_key, public_key, created_at])
}

/** The name of a signing key: the thumbprint (RFC 7638) with the members that RFC 8037 requires, in their order. */
export function signingKeyId(publicKey: Uint8Array): string {
  const x = Buffer.from(publicKey).toString('base64url')
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
}

/** All keys that can be reached from a trusted one, including that one. A succession without both signatures is ignored. */
export function signingKeyLine(trusted: Uint8Array, successions: readonly SigningKeySuccession[]): SigningKeyLine {
  const good = successions.filter(isGood)
  const line = [memberOf(trusted)]
  const seen = new Set([line[0]?.kid])
  const reach = (
    from: 'previous_public_key' | 'public_key',
    to: 'previous_public_key' | 'public_key',
    place: 'push' | 'unshift',
  ) => {
    for (let at = Buffer.from(trusted).toString('base64'); ; ) {
      const next = good.find(succession => succession[from] === at)
      const member = next && memberOf(Buffer.from(next[to], 'base64'))
      if (!next || !member || seen.has(member.kid)) return
      seen.add(member.kid)
      line[place](member)
      at = next[to]
    }
  }
  reach('previous_public_key', 'public_key', 'push')
  reach('public_key', 'previous_public_key', 'unshift')
  return line
}

/**
 * The place of the key with this name in the line. If the line has only one key, its place, regardless of the name; otherwise -1 if there
 * is none.
 */
export function placeInLine(line: SigningKeyLine, kid: string): number {
  return line.length === 1 ? 0 : line.findIndex(member => member.kid === kid)
}

/** The key of the line that signed, according to its name. */
export function keyFor(line: SigningKeyLine, { kid }: { readonly kid: string }): KeyObject | undefined {
  return line[placeInLine(line, kid)]?.key
}

function memberOf(publicKey: Uint8Array) {
  return { kid: signingKeyId(publicKey), key: ed25519PublicKey(publicKey), publicKey }
}

function isGood(succession: SigningKeySuccession): boolean {
  const bytes = successionBytes(succession)
  const signs = (publicKey: string, signature: string) => {
    const raw = Buffer.from(publicKey, 'base64')
    return raw.length === 32 && verify(null, bytes, ed25519PublicKey(raw), Buffer.from(signature, 'base64'))
  }
  return (
    signs(succession.previous_public_key, succession.previous_signature) && signs(succession.public_key, succession.signature)
  )
}
