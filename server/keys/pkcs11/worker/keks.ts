import { type ITemplate, Key, KeyType, ObjectClass } from 'graphene-pk11'
import { LRUCache } from 'lru-cache'
import type { Kek } from '../../keyring.ts'
import { BOX_VERSION } from '../../primitives/gcm.ts'
import { OperationFault, unreadable } from '../wire/faults.ts'
import { monotonicMs } from '../wire/protocol.ts'
import { findHandles, MECHANISM } from './slot.ts'
import { ROOT_LABEL, SECRET, type TokenKeys } from './token.ts'

const PREFIX = '1claw-kek-'
const USE = { encrypt: true, decrypt: true }
/** The number of unwrapped KEKs that stay in the token as session objects. */
const OPEN_KEKS = 2_000
const VAIN_LABELS = 1_000
const VAIN_MS = 2_000
/** For how long the worker can learn handles before it checks for requests again. */
const LEARN_MS = 5
/** The attributes of the search for a KEK. They do not include its protection, so a second key with the same label is noticed. */
const STORED: ITemplate = { class: ObjectClass.SECRET_KEY, keyType: KeyType.AES, token: true }

/** The KEKs of one token. Every method throws `OperationFault`, or the module's own error. */
export interface Keks {
  find(kek: Kek): Key
  /** Creates the KEK; returns `Kek.blob`. */
  create(id: string): Uint8Array | null
  destroy(kek: Kek): void
  /** Called when the handle from `find` turned out to be stale. */
  forget(kek: Kek): void
  /** Learns handles in advance for a few milliseconds; false if there is nothing left to learn. */
  learn(): boolean
  /** The number of labels that belong to more than one key. */
  readonly flaws: number
}

/** The key with a label. `twice`: there are several, and the right one cannot be determined. */
type Found = Key | 'twice'

/**
 * KEKs that are in the token. In some tokens, finding one by its label reads every object (SoftHSM: 20 ms with 1,000 keys). So the handles
 * of all are learned once, in the background; only a key that another process created later is looked up.
 */
export function tokenKeks({ session, prove }: TokenKeys): Keks {
  const known = new Map<string, Found>()
  const twice = new Set<string>()
  /** The time of the last failed look-up of a label, so requests for a destroyed key do not keep the token busy. */
  const inVain = new LRUCache<string, number>({ max: VAIN_LABELS })
  const ahead = enumerate()
  const keyAt = (handle: Buffer): Key => new Key(handle, session, session.lib)
  const search = (label: string): Buffer[] => findHandles(session, { ...STORED, label })

  const forget = (label: string): void => {
    known.delete(label)
    twice.delete(label)
  }

  const lookUp = (label: string): Found | undefined => {
    const [handle, second] = search(label)
    forget(label)
    if (!handle) return undefined
    const found = second ? 'twice' : keyAt(handle)
    known.set(label, found)
    if (second) twice.add(label)
    return found
  }

  const lookUpAgain = (label: string): Found | undefined => {
    const now = monotonicMs()
    if (now - (inVain.get(label) ?? Number.NEGATIVE_INFINITY) < VAIN_MS) return known.get(label)
    const found = lookUp(label)
    if (!(found instanceof Key)) inVain.set(label, now)
    return found
  }

  function* enumerate(): Generator<void> {
    // Reads all results at once, because an open search blocks the session for other calls.
    for (const handle of findHandles(session, STORED)) {
      const label = labelOf(keyAt(handle))
      const before = label?.startsWith(PREFIX) ? known.get(label) : 'twice'
      if (label && before === undefined) known.set(label, keyAt(handle))
      // Another search decides whether two handles with one label are two keys: a module can give one key a new handle in each search.
      else if (label && before instanceof Key && !before.handle.equals(handle)) lookUp(label)
      yield
    }
  }

  return {
    find({ id }) {
      const label = PREFIX + id
      const before = known.get(label)
      const key = before instanceof Key ? before : lookUpAgain(label)
      if (!key) throw new OperationFault('missing', `The token has no key labelled ${label}`)
      if (key === 'twice') throw new OperationFault('twice', `The token has more than one key labelled ${label}`)
      return key
    },
    create(id) {
      const label = PREFIX + id
      if (lookUp(label)) throw new OperationFault('exists', `The token has a key labelled ${label}`)
      const template = { ...SECRET, ...USE, token: true, label, id: Buffer.from(id), valueLen: 32 }
      known.set(label, session.generateKey({ name: MECHANISM.CKM_AES_KEY_GEN, params: null }, template))
      inVain.delete(label)
      return null
    },
    destroy({ id }) {
      const label = PREFIX + id
      // Destroys all keys with this label: after a destruction, nothing may be opened any more.
      for (const handle of search(label)) keyAt(handle).destroy()
      forget(label)
      // A removed token also finds nothing.
      prove()
    },
    forget: ({ id }) => forget(PREFIX + id),
    learn() {
      const until = performance.now() + LEARN_MS
      while (performance.now() < until) if (ahead.next().done) return false
      return true
    },
    get flaws() {
      return twice.size
    },
  }
}

function labelOf(key: Key): string | undefined {
  try {
    return key.getAttribute({ label: null }).label ?? undefined
  } catch {
    // Another process destroyed it after the search.
    return undefined
  }
}

/**
 * KEKs that are stored with us, wrapped with the token's root key (`version byte
 * C_WrapKey`), and unwrapped into session objects: for tokens with space for few keys. A KEK is extractable only between its creation and
 * its wrapping, and never readable.
 */
export function wrappedKeks({ session, root, wrapMechanism, prove }: TokenKeys & { root: Key }): Keks {
  const wrapping = { name: wrapMechanism, params: null }
  const opened = new LRUCache<string, { blob: Uint8Array; key: Key }>({
    max: OPEN_KEKS,
    dispose({ key }) {
      try {
        key.destroy()
      } catch {
        // The session object no longer exists; the state of the token is checked elsewhere.
      }
    },
  })

  const unwrap = (blob: Uint8Array): Key => {
    if (blob[0] !== BOX_VERSION) throw new OperationFault('unreadable', 'The KEK has an unknown format')
    try {
      return session.unwrapKey(wrapping, root, Buffer.from(blob.subarray(1)), { ...SECRET, ...USE, token: false })
    } catch (error) {
      throw unreadable(error, prove, `${ROOT_LABEL} does not open the KEK`)
    }
  }

  return {
    find({ id, blob }) {
      if (blob === null) throw new OperationFault('missing', `KEK ${id} has no blob: its key is gone`)
      const known = opened.get(id)
      if (known && Buffer.compare(known.blob, blob) === 0) return known.key
      const key = unwrap(blob)
      opened.set(id, { blob: Uint8Array.from(blob), key })
      return key
    },
    create(id) {
      if (opened.get(id)) throw new OperationFault('exists', `KEK ${id} already exists`)
      const template = { ...SECRET, ...USE, token: false, extractable: true, valueLen: 32 }
      const fresh = session.generateKey({ name: MECHANISM.CKM_AES_KEY_GEN, params: null }, template)
      try {
        const blob = Buffer.concat([Buffer.from([BOX_VERSION]), session.wrapKey(wrapping, root, fresh)])
        opened.set(id, { blob: Uint8Array.from(blob), key: unwrap(blob) })
        return blob
      } finally {
        fresh.destroy()
      }
    },
    destroy: ({ id }) => opened.delete(id),
    forget: ({ id }) => opened.delete(id),
    learn: () => false,
    flaws: 0,
  }
}
