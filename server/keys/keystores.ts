import { createHash } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import type { Kek, Keyring } from './keyring.ts'

/**
 * Several key stores behind the one interface, while keys are moved from one to another. The id of a key says which one it is in:
 * `<tag>.<id>` is in the store with that tag, an id without a tag in the installation's first store. The id is bound into everything that
 * the key wraps, so a row cannot refer to a key of another store, and a moved key gets a new id.
 */
export interface KeyStore {
  /** `<provider>:<fingerprint>`, the form in which the database is tied to it. */
  readonly name: string
  /** The tag in ids of keys: 16 hexadecimal digits. */
  readonly tag: string
  /** The name in the settings, for people. */
  readonly place: string
  readonly keyring: Keyring
}

export interface KeyStores extends Keyring {
  /** The stores in the settings. */
  readonly stores: readonly KeyStore[]
  /** The store of ids without a tag. */
  readonly first: string
  /** The store that signs tokens and audit checkpoints. */
  readonly signer: string
  /** Creates a KEK in a store of `stores`, even if new ones are created in another. Throws like `createKek`. */
  createKekIn(store: KeyStore, id: string): Promise<Kek>
  /** The id of a moved key in a store of `stores`; it is always the same. */
  idThere(store: KeyStore, id: string): string
}

export interface KeyStoresOptions {
  readonly stores: readonly KeyStore[]
  readonly first: string
  readonly signer: string
  /** The name of the store in which new keys are currently created. */
  readonly active: () => Promise<string | undefined>
}

const TAG_DIGITS = 16

export function keyStore(keyring: Keyring, place: string): KeyStore {
  const name = `${keyring.provider}:${keyring.fingerprint}`
  return { name, tag: tagOf(name), place, keyring }
}

/** A condition for the ids of keys in a store. */
export interface IdsOf {
  readonly tag: string
  /** Whether this includes ids without a tag. */
  readonly isFirst: boolean
}

export function idsOf({ first }: Pick<KeyStores, 'first'>, { tag, name }: Pick<KeyStore, 'tag' | 'name'>): IdsOf {
  return { tag, isFirst: name === first }
}

/** Whether a key is in a store, by its id. */
export function isIn({ tag, isFirst }: IdsOf, id: string): boolean {
  return tagIn(id) === tag || (isFirst && tagIn(id) === undefined)
}

/** The tag of a store by its name. */
export function tagOf(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, TAG_DIGITS)
}

/** The tag in the id of a key; undefined if there is none. */
export function tagIn(id: string): string | undefined {
  return id.charAt(TAG_DIGITS) === '.' ? id.slice(0, TAG_DIGITS) : undefined
}

/** @throws Error without the signing store: the caller has checked that it exists. */
export function keyStores({ stores, first, signer, active }: KeyStoresOptions): KeyStores {
  const byName = new Map(stores.map(store => [store.name, store]))
  const byTag = new Map(stores.map(store => [store.tag, store]))
  const signing = byName.get(signer)
  if (!signing) throw new Error('The store of the signing key is not among the key stores.')

  const idIn = (store: KeyStore, id: string) => (store.name === first ? id : `${store.tag}.${id}`)

  const storeOf = (id: string): Keyring => {
    const tag = tagIn(id)
    const store = tag === undefined ? byName.get(first) : byTag.get(tag)
    if (store) return store.keyring
    throw elsewhere(new Error(`Key ${id} is in a key store that the settings do not name`))
  }

  const activeStore = async (): Promise<KeyStore> => {
    const name = (await active()) ?? signer
    const store = byName.get(name)
    if (store) return store
    throw elsewhere(new Error(`New keys are created in ${name}, which the settings do not name`))
  }

  return {
    stores,
    first,
    signer,
    provider: signing.keyring.provider,
    fingerprint: signing.keyring.fingerprint,
    publicKey: signing.keyring.publicKey,
    sign: async (message, signer) => (signer ? storeOf(signer.id) : signing.keyring).sign(message, signer),
    async createSigner(id) {
      const store = await activeStore()
      return store.keyring.createSigner(idIn(store, id))
    },
    signerPublicKey: async signer => storeOf(signer.id).signerPublicKey(signer),
    destroySigner: async signer => storeOf(signer.id).destroySigner(signer),
    async createKek(id) {
      const store = await activeStore()
      return store.keyring.createKek(idIn(store, id))
    },
    createKekIn: (store, id) => store.keyring.createKek(idIn(store, id)),
    idThere: (store, id) => idIn(store, tagIn(id) === undefined ? id : id.slice(TAG_DIGITS + 1)),
    wrap: async (kek, dek, aad) => storeOf(kek.id).wrap(kek, dek, aad),
    unwrap: async (kek, wrapped, aad) => storeOf(kek.id).unwrap(kek, wrapped, aad),
    unwrapKey: (kek, wrapped, aad) => storeOf(kek.id).unwrapKey(kek, wrapped, aad),
    destroyKek: async kek => storeOf(kek.id).destroyKek(kek),
    async createCurveKey(id) {
      const store = await activeStore()
      return store.keyring.createCurveKey(idIn(store, id))
    },
    async importCurveKey(id, secret, publicKey) {
      return storeOf(id).importCurveKey(id, secret, publicKey)
    },
    takesCurveKeys: async () => (await activeStore()).keyring.takesCurveKeys(),
    exportCurveKey: async key => storeOf(key.id).exportCurveKey(key),
    signDigest: async (key, digest) => storeOf(key.id).signDigest(key, digest),
    destroyCurveKey: async key => storeOf(key.id).destroyCurveKey(key),
    providerOf: id => storeOf(id).providerOf(id),
    async status() {
      const [own, ...all] = await Promise.all([signing, ...stores].map(store => store.keyring.status()))
      const whole = all.every(({ status }) => status === 'ok')
      if (!own || own.status === 'unavailable') return { status: 'unavailable', connected: false }
      return whole ? own : { status: 'degraded', connected: true }
    },
    async close() {
      for (const store of [...stores].reverse()) await store.keyring.close()
    },
  }
}

function elsewhere(cause: Error): Problem {
  return new Problem('keys.unavailable', 'The key is in a key store that is not in the settings of this server.', {
    hint: 'Set ONECLAW_NEXT_KEYSTORE and what it needs on every server, then start them again.',
    cause,
  })
}
