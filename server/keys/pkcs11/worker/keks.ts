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
/** How many unwrapped KEKs stay in the token as session objects. */
const OPEN_KEKS = 2_000
const VAIN_LABELS = 1_000
const VAIN_MS = 2_000
/** How long the worker may learn before it looks for requests again. */
const LEARN_MS = 5
/** What a KEK in the token is searched by. Not by how well it is protected: a second key of the same label must be noticed. */
const STORED: ITemplate = { class: ObjectClass.SECRET_KEY, keyType: KeyType.AES, token: true }

/** Where the KEKs of one token are. Every method throws `OperationFault`, or what the module says. */
export interface Keks {
  find(kek: Kek): Key
  /** Makes the KEK; the answer is `Kek.blob`. */
  create(id: string): Uint8Array | null
  destroy(kek: Kek): void
  /** The handle that `find` gave turned out to be stale. */
  forget(kek: Kek): void
  /** Learns handles ahead of need for a few milliseconds; false when there is nothing left to learn. */
  learn(): boolean
  /** How many labels stand for more than one key. */
  readonly flaws: number
}

/** The keys under one label. `twice`: more than one, and nobody could say which of them is meant. */
type Found = Key | 'twice'

/**
 * KEKs that live in the token. Looking one up by its label reads every object in some tokens (SoftHSM: 20 ms with 1,000 keys), so the
 * handles of all are learned once, in the background, and a look-up is only for a key that another process has made since.
 */
export function tokenKeks({ session, prove }: TokenKeys): Keks {
  const known = new Map<string, Found>()
  const twice = new Set<string>()
  /** When a label was last looked up in vain, so that a key which is gone does not keep the token busy for everyone. */
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
    // All at once: a search that stays open would block the session for everything else.
    for (const handle of findHandles(session, STORED)) {
      const label = labelOf(keyAt(handle))
      const before = label?.startsWith(PREFIX) ? known.get(label) : 'twice'
      if (label && before === undefined) known.set(label, keyAt(handle))
      // One search decides what two handles of one label mean: a module may also give one key a new handle in each search.
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
      // A label that stands for two keys is destroyed wholly: what is asked for is that nothing opens any more.
      for (const handle of search(label)) keyAt(handle).destroy()
      forget(label)
      // A token that is gone finds nothing either.
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
    // Destroyed by another process since the search.
    return undefined
  }
}

/**
 * KEKs that are kept with us, wrapped by the token's root key (`version byte | C_WrapKey`), and unwrapped into session objects: for
 * tokens with few slots. A KEK is extractable only for the moment between its making and its wrapping, and readable never.
 */
export function wrappedKeks({ session, root, wrapMechanism, prove }: TokenKeys & { root: Key }): Keks {
  const wrapping = { name: wrapMechanism, params: null }
  const opened = new LRUCache<string, { blob: Uint8Array; key: Key }>({
    max: OPEN_KEKS,
    dispose({ key }) {
      try {
        key.destroy()
      } catch {
        // A session object that is gone already; the token itself is proven elsewhere.
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
      if (opened.get(id)) throw new OperationFault('exists', `KEK ${id} is there already`)
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
