/**
 * What this machine has written with imports: for each secret the version and a keyed fingerprint of the value. With it, a second import
 * knows what is already done without reading a value. The key is stored with the login; without a stored login nothing is kept.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Context } from '../context/context.ts'
import { locked } from '../context/lock.ts'
import { replaceFile } from '../context/private-file.ts'
import { ensureFolder } from '../context/settings.ts'
import type { Target } from '../context/target.ts'
import { textIn } from '../context/text-file.ts'
import { type Fingerprint, fingerprintWith } from './fingerprint.ts'

export interface Ledger {
  /** Whether this machine wrote this value as this version; undefined if it does not know the version. */
  holds(path: string, version: number, value: string): boolean | undefined
  /** Remembers it; on the disk after `save`. */
  note(path: string, version: number, value: string): void
  save(): Promise<void>
}

interface Known {
  readonly version: number
  readonly fingerprint: string
}

type Book = Record<string, Record<string, Known>>

const FORGETFUL: Ledger = { holds: () => undefined, note() {}, async save() {} }

/** The ledger of one vault. */
export async function ledgerOf(context: Context, { profile }: Pick<Target, 'profile'>, vaultId: string): Promise<Ledger> {
  const { dir } = context.settings
  const store = profile.credential_store
  if (dir === undefined || !store || store === 'none') return FORGETFUL
  return openLedger(join(dir, 'imports.json'), dir, vaultId, await fingerprints(context, store))
}

async function fingerprints(context: Context, kind: 'keychain' | 'file'): Promise<Fingerprint> {
  const store = await context.credentials(kind)
  const kept = await store.get(ACCOUNT)
  if (kept !== undefined) return fingerprintWith(Buffer.from(kept, 'base64'))
  const key = randomBytes(32)
  await store.set(ACCOUNT, key.toString('base64'))
  return fingerprintWith(key)
}

/** Name of the key in the credential store. */
const ACCOUNT = 'import-fingerprints'

function openLedger(file: string, dir: string, vaultId: string, fingerprint: Fingerprint): Ledger {
  const known: Record<string, Known> = { ...read(file)[vaultId] }
  const added: Record<string, Known> = {}
  return {
    holds(path, version, value) {
      const entry = Object.hasOwn(known, path) ? known[path] : undefined
      return entry?.version === version ? entry.fingerprint === fingerprint(vaultId, path, value) : undefined
    },
    note(path, version, value) {
      added[path] = { version, fingerprint: fingerprint(vaultId, path, value) }
      known[path] = added[path]
    },
    async save() {
      if (Object.keys(added).length === 0) return
      ensureFolder(dir)
      await locked(file, () => {
        const book = read(file)
        replaceFile(file, JSON.stringify({ ...book, [vaultId]: { ...book[vaultId], ...added } }))
      })
    },
  }
}

/** An invalid one counts as empty: values are then compared by reading them. */
function read(file: string): Book {
  try {
    return JSON.parse(textIn(file) ?? '{}') as Book
  } catch {
    return {}
  }
}
