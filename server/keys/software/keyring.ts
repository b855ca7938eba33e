import { createSecretKey, hkdfSync, type KeyObject, randomFillSync } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Problem } from '../../../src/problem.ts'
import type { Kek, Keyring, Signer } from '../keyring.ts'
import { bind, dekBinding } from '../primitives/binding.ts'
import { type Signer as KeyPair, signerOfSeed } from '../primitives/ed25519.ts'
import { DEK_BYTES, dekObject, openBox, sealBox } from '../primitives/gcm.ts'
import { newPrivateKey, publicKeyOf, signDigest } from '../primitives/secp256k1.ts'
import { MissingKey } from '../refusals.ts'
import { createRoot, readRoot } from './root-file.ts'
import { rootIn } from './root-format.ts'
import { shareIn } from './shares.ts'

export interface SoftwareOptions {
  /** The root key file. */
  readonly file: string
  /** Opens the file, and seals it when it is created. */
  readonly passphrase?: string | undefined
  /** Texts of shares that open the file. */
  readonly shares?: readonly string[] | undefined
  /** The content of the file, if it is already open; it is wiped. */
  readonly root?: Buffer | undefined
  /**
   * Create the file if it is missing. The caller passes true only if the database holds no data: a new root key over existing data would
   * look like a working server and lose everything. The caller lets one process at a time do this.
   */
  readonly create: boolean
}

/** The number of opened KEKs that stay in memory. */
const OPEN_KEKS = 10_000

/**
 * The keyring without a device: everything derives from one root key in a file. HKDF-SHA-256 (RFC 5869) derives from it the key that seals
 * the vaults' KEKs (stored in the database as `Kek.blob`), the seed of the signing key, so that every process with the same file makes the
 * same signatures, and the fingerprint.
 * @throws Problem `config.invalid`: the file is missing, readable by others, damaged, or the passphrase is wrong.
 */
export async function openSoftwareKeyring(options: SoftwareOptions): Promise<Keyring> {
  const root = options.root ?? (await obtainRoot(options))
  const key = derive(root, '1claw/software/kek-sealing/1')
  const seed = derive(root, '1claw/software/signing-seed/1')
  const fingerprint = derive(root, '1claw/software/fingerprint/1').toString('hex')
  const keys: Keys = { sealing: createSecretKey(key), signer: signerOfSeed(seed) }
  for (const secret of [key, seed, root]) secret.fill(0)
  return keyringOf(keys, fingerprint)
}

interface Keys {
  readonly sealing: KeyObject
  readonly signer: KeyPair
}

/** A key, and the blob from which it was opened. */
interface Opened<Key> {
  readonly blob: Uint8Array
  readonly key: Key
}

/**
 * Opens keys from their blobs, and keeps them open. A different blob with the same id is opened separately: it never gets the cached key.
 * @param open opens a blob; throws if it was changed
 */
function openedOnce<Key>(
  kept: { get(id: string): Opened<Key> | undefined; set(id: string, opened: Opened<Key>): unknown },
  what: string,
  open: (sealed: { id: string; blob: Uint8Array }) => Key,
) {
  return ({ id, blob }: Kek | Signer): Key => {
    if (blob === null)
      throw new Problem('internal', undefined, { cause: new MissingKey(`${what} ${id} has no blob: its key is gone`) })
    const known = kept.get(id)
    if (known && Buffer.compare(known.blob, blob) === 0) return known.key
    const key = open({ id, blob })
    kept.set(id, { blob: Uint8Array.from(blob), key })
    return key
  }
}

/** The key from plain bytes, which are wiped. */
function wiped<Key>(clear: Buffer, make: (clear: Buffer) => Key): Key {
  try {
    return make(clear)
  } finally {
    clear.fill(0)
  }
}

function keyringOf(keys: Keys, fingerprint: string): Keyring {
  const { publicKey } = keys.signer
  // Dropped when the keyring is closed, no matter who still has it: Node.js wipes a key without references.
  let held: Keys | undefined = keys
  const own = (): Keys => {
    if (!held) throw new Problem('keys.unavailable', 'The key provider was closed.')
    return held
  }
  const opened = new LRUCache<string, Opened<KeyObject>>({ max: OPEN_KEKS })
  const keyOf = openedOnce(opened, 'KEK', ({ id, blob }) => wiped(openBox(own().sealing, blob, kekBinding(id)), createSecretKey))

  // Keyed by the caller's bytes, so that a dropped row also drops its DEK. A cached DEK is used only with the same key and binding.
  let unwrapped = new WeakMap<Uint8Array, { kek: KeyObject; aad: Uint8Array; dek: KeyObject }>()

  const dekOf = (kek: Kek, wrapped: Uint8Array, aad: Uint8Array): KeyObject => {
    const key = keyOf(kek)
    const known = unwrapped.get(wrapped)
    if (known && known.kek === key && Buffer.compare(known.aad, aad) === 0) return known.dek
    const dek = dekObject(openBox(key, wrapped, dekBinding(kek.id, aad)))
    unwrapped.set(wrapped, { kek: key, aad: Uint8Array.from(aad), dek })
    return dek
  }

  const signers = new Map<string, Opened<KeyPair>>()
  const pairOf = openedOnce(signers, 'Signer', ({ id, blob }) =>
    wiped(openBox(own().sealing, blob, signerBinding(id)), signerOfSeed),
  )

  return {
    provider: 'software',
    fingerprint,
    publicKey,
    async createKek(id) {
      if (opened.get(id)) throw new Problem('resource.conflict', 'A key with this id already exists.')
      const clear = randomFillSync(Buffer.alloc(32))
      const blob = sealBox(own().sealing, clear, kekBinding(id))
      opened.set(id, { blob, key: createSecretKey(clear) })
      clear.fill(0)
      return { id, blob }
    },
    async wrap(kek, dek, aad) {
      if (dek.length !== DEK_BYTES) throw new RangeError('A DEK has 32 bytes')
      return sealBox(keyOf(kek), dek, dekBinding(kek.id, aad))
    },
    async unwrap(kek, wrapped, aad) {
      return openBox(keyOf(kek), wrapped, dekBinding(kek.id, aad))
    },
    unwrapKey: dekOf,
    async destroyKek({ id }) {
      opened.delete(id)
    },
    async sign(message, by) {
      return (by ? pairOf(by) : own().signer).sign(message)
    },
    async createSigner(id) {
      if (signers.has(id)) throw new Problem('resource.conflict', 'A key with this id already exists.')
      const seed = randomFillSync(Buffer.alloc(32))
      const made = { id, blob: sealBox(own().sealing, seed, signerBinding(id)) }
      seed.fill(0)
      pairOf(made)
      return made
    },
    async signerPublicKey(signer) {
      return pairOf(signer).publicKey
    },
    async destroySigner({ id }) {
      signers.delete(id)
    },
    async createCurveKey(id) {
      const clear = newPrivateKey()
      const blob = sealBox(own().sealing, clear, curveBinding(id))
      const publicKey = publicKeyOf(clear)
      clear.fill(0)
      return { id, blob, publicKey }
    },
    async importCurveKey(id, secret, publicKey) {
      return { id, blob: sealBox(own().sealing, secret, curveBinding(id)), publicKey }
    },
    takesCurveKeys: async () => true,
    async exportCurveKey({ id, blob }) {
      return blob === null ? undefined : openBox(own().sealing, blob, curveBinding(id))
    },
    async signDigest({ id, blob }, digest) {
      if (blob === null) throw new Problem('internal', undefined, { cause: new MissingKey(`Key ${id} has no blob: it is gone`) })
      const clear = openBox(own().sealing, blob, curveBinding(id))
      try {
        const { r, s } = await signDigest(clear, digest)
        return Buffer.from(r.slice(2).padStart(64, '0') + s.slice(2).padStart(64, '0'), 'hex')
      } finally {
        clear.fill(0)
      }
    },
    providerOf: () => 'software',
    async destroyCurveKey() {
      // The sealed key is stored with the caller; there is nothing of it here.
    },
    async status() {
      return { status: 'ok', connected: true }
    },
    async close() {
      opened.clear()
      signers.clear()
      unwrapped = new WeakMap()
      held = undefined
    },
  }
}

async function obtainRoot({ file, passphrase, shares, create }: SoftwareOptions): Promise<Buffer> {
  if (passphrase === '') throw new Problem('config.invalid', 'The passphrase of the root key file is empty.')
  const given = { file, passphrase, shares }
  const found = await read(given)
  if (found) return found
  if (create && shares) {
    throw new Problem('config.invalid', `Shares are set, but there is no root key file ${file} yet.`, {
      hint: 'Start without them, then run `1claw keys seal --shares 5 --threshold 3`.',
    })
  }
  if (create) {
    await createRoot({ file, passphrase })
    const made = await read(given)
    if (made) return made
  }
  throw new Problem('config.invalid', `The key is missing while data exists: there is no root key file ${file}.`, {
    hint: 'Restore the file from a backup. A new one could not open the stored data.',
  })
}

type Settings = Pick<SoftwareOptions, 'file' | 'passphrase' | 'shares'>

/**
 * The root key in the bytes of a file that was read elsewhere; the caller wipes both.
 * @throws Problem `config.invalid`
 */
export function rootInBytes(bytes: Buffer, { file, passphrase, shares }: Settings): Promise<Buffer> {
  return bySettings(async () => rootIn(bytes, file, { passphrase, shares: shares?.map(shareIn) }))
}

function read({ shares, ...root }: Settings): Promise<Buffer | undefined> {
  return bySettings(async () => readRoot({ ...root, shares: shares?.map(shareIn) }))
}

/** A passphrase that does not open the file is an error in the settings here. */
async function bySettings<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    if (!(error instanceof Problem) || error.code === 'config.invalid') throw error
    throw new Problem('config.invalid', error.message, { hint: 'Check the setting; it is tried once at each start.' })
  }
}

function derive(root: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), info, 32))
}

function signerBinding(id: string): Buffer {
  return bind('1claw/software/ed25519/1', id)
}

function curveBinding(id: string): Buffer {
  return bind('1claw/software/secp256k1/1', id)
}

function kekBinding(id: string): Buffer {
  return bind('1claw/software/kek/1', id)
}
