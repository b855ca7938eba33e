import { LRUCache } from 'lru-cache'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import {
  addressOf,
  addressOfPublicKey,
  isPrivateKey,
  prepareSigning,
  type RecoverableSignature,
  recoverable,
  signDigest,
} from '../../keys/primitives/secp256k1.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { CanonicalPath, Grant } from '../../policy/grant.ts'
import type { SigningKeyStore } from '../../stores/keys/signing-keys.ts'
import type { SecretStore, VersionRow } from '../../stores/secrets.ts'
import { newestVersions } from './newest.ts'
import { type UnsealDeps, type UnsealStores, versionOpener } from './opening.ts'
import { unknownSecret, whyEnded } from './usable.ts'

export interface SigningKeyDeps extends UnsealDeps {
  readonly database: Database<UnsealStores & { secrets: SecretStore; signingKeys: SigningKeyStore }>
  readonly clock: () => number
}

/** A private key by reference; it reveals nothing of the key. */
export interface SigningKey {
  readonly vaultId: string
  readonly path: CanonicalPath
  readonly secretId: string
  readonly version: number
  /** EIP-55. */
  readonly address: `0x${string}`
  /** Whether each use counts against a limit of the secret. */
  readonly isCounted: boolean
}

/** Signs a digest of 32 bytes. */
export type SignNow = (digest: Uint8Array) => Promise<RecoverableSignature>

const ADDRESSES = 10_000

/**
 * Uses `private_key` secrets without revealing them. The plain key exists only as bytes that are wiped after one signature; a key in the
 * key provider signs there. The caller makes events and counts, and must commit them before a signature is returned.
 */
export function signingKeys(deps: SigningKeyDeps) {
  const { database, keyring, clock } = deps
  const open = versionOpener(deps)
  const newest = newestVersions(database)
  /** Cached by secret and version. An address is not secret, and opening the key again only for it would be a needless risk. */
  const addresses = new LRUCache<string, `0x${string}`>({ max: ADDRESSES })

  async function row({ resource }: Grant<'secret.read'>): Promise<VersionRow | undefined> {
    return newest.one(resource.vault, resource.path)
  }

  /** @throws Problem `resource.conflict` */
  async function unchanged(grant: Grant<'secret.read'>, { secretId, version }: SigningKey): Promise<VersionRow> {
    const found = await row(grant)
    if (found?.id === secretId && found.version === version && !found.is_disabled && found.deleted_at === null) return found
    throw new Problem('resource.conflict', 'The signing key has changed in the meantime; try again.')
  }

  async function withKey<T>(vault: VaultFacts, version: VersionRow, use: (key: Uint8Array) => Promise<T>): Promise<T> {
    const text = await open(vault, version)
    const key = Buffer.alloc(32)
    try {
      if (!decodeHex(text, key) || !isPrivateKey(key)) throw unusable('it does not hold a key of 64 hexadecimal digits')
      return await use(key)
    } finally {
      text.fill(0)
      key.fill(0)
    }
  }

  async function addressOfVersion(vault: VaultFacts, version: VersionRow): Promise<`0x${string}`> {
    if (version.signing_key_id === null) return withKey(vault, version, addressOf)
    return addressOfPublicKey((await providerKey(vault, version)).public_key)
  }

  async function providerKey(vault: VaultFacts, { id, version }: Pick<VersionRow, 'id' | 'version'>) {
    const key = await database.read(stores => stores.signingKeys.ofVersion(vault, id, version))
    if (!key) throw unknownSecret()
    return key
  }

  async function signInProvider(vault: VaultFacts, version: VersionRow, digest: Uint8Array): Promise<RecoverableSignature> {
    const key = await providerKey(vault, version)
    return recoverable(await keyring.signDigest(key, digest), digest, key.public_key)
  }

  return {
    /**
     * The key that a grant reaches; undefined if there is no secret at the path.
     * @throws Problem `resource.gone`, or `request.unprocessable` for a secret that is not a private key.
     */
    async find(grant: Grant<'secret.read'>): Promise<SigningKey | undefined> {
      const found = await row(grant)
      if (!found) return undefined
      const version = found
      const reason = whyEnded(version, clock())
      if (reason) throw new Problem('resource.gone', reason)
      if (version.type !== 'private_key') throw unusable(`it is of the type ${version.type}, not private_key`)
      if (version.cmek_fingerprint !== null) throw unusable('it is encrypted with a key that only the customer has')
      const name = `${version.id}:${version.version}`
      const address = addresses.get(name) ?? (await addressOfVersion(grant.resource.vault, version))
      addresses.set(name, address)
      return {
        vaultId: grant.resource.vault.id,
        path: grant.resource.path,
        secretId: version.id,
        version: version.version,
        address,
        isCounted: version.max_access_count > 0,
      }
    },

    /**
     * Signs a digest of 32 bytes with the key that was found, which must still be the newest one.
     * @throws Problem `resource.conflict` if the secret has changed since.
     */
    async sign(grant: Grant<'secret.read'>, key: SigningKey, digest: Uint8Array): Promise<RecoverableSignature> {
      const { vault } = grant.resource
      const found = await unchanged(grant, key)
      return found.signing_key_id !== null
        ? signInProvider(vault, found, digest)
        : withKey(vault, found, bytes => signDigest(bytes, digest))
    },

    /**
     * Signs like `sign`, with the current key, without waiting, so it can be used within a unit of work. Undefined if another process must
     * be asked.
     */
    async signerAtHand(grant: Grant<'secret.read'>, key: SigningKey): Promise<SignNow | undefined> {
      const { vault } = grant.resource
      const found = await unchanged(grant, key)
      if (found.signing_key_id !== null || keyring.providerOf(found.kek_id) !== 'software') return undefined
      const clear = open(vault, found)
      // The key had to be read again, because its keys were replaced.
      if (clear instanceof Promise) return void (await clear).fill(0)
      clear.fill(0)
      await prepareSigning()
      return digest => withKey(vault, found, bytes => signDigest(bytes, digest))
    },
  }
}

/**
 * Reads hexadecimal digits, with or without `0x` and surrounding white space, into `key`; false for anything else. It creates no string of
 * them.
 */
function decodeHex(text: Uint8Array, key: Buffer): boolean {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  if (text[start] === 0x30 && (text[start + 1] === 0x78 || text[start + 1] === 0x58)) start += 2
  if (end - start !== 2 * key.length) return false
  for (let index = 0; index < key.length; index++) {
    const high = digitOf(text[start + 2 * index])
    const low = digitOf(text[start + 2 * index + 1])
    if (high < 0 || low < 0) return false
    key[index] = high * 16 + low
  }
  return true
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
}

function digitOf(byte = 0): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1
}

function unusable(why: string): Problem {
  return new Problem('request.unprocessable', `The secret cannot sign: ${why}.`, { reason: 'signing key' })
}
