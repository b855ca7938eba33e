import { Problem } from '../../src/problem.ts'
import type { KeyStoreConfig } from '../config/key-stores.ts'
import type { Database } from '../db/database.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type IdsOf, idsOf, isIn, type KeyStore, type KeyStores, keyStore, keyStores, tagOf } from '../keys/keystores.ts'
import { openKeyring } from '../keys/open.ts'
import { activeStore, FIRST, SIGNER } from '../keys/store-facts.ts'
import { kekOf, signerOf } from '../modules/keys/server/material.ts'
import type { FactsStore } from '../stores/facts.ts'
import type { KeyPlaceStore } from '../stores/keys/key-places.ts'
import type { ServerKeyStore } from '../stores/keys/server-keys.ts'
import { type KeyStoresConfig, keySettings, placeOf } from './keys.ts'

type KeyDatabase = Database<{ facts: FactsStore; keyPlaces: KeyPlaceStore; serverKeys: ServerKeyStore }>

interface OpenKeyStoresOptions {
  readonly config: KeyStoresConfig
  readonly database: KeyDatabase
  /** Creates missing keys if no existing data can depend on them; only for the server itself. */
  readonly create: boolean
  /** The content of the root key file, if it was opened already; it is wiped. */
  readonly root?: Buffer | undefined
  readonly log?: (event: string) => void
  /** Wraps each keyring. */
  readonly around?: ((keyring: Keyring) => Keyring) | undefined
}

/**
 * Opens the one or two key stores of the settings, ties the database to them at the first start, and checks the tie at every other.
 * @throws Problem `config.invalid` when keys of this data are in a store that the settings do not name; others like `openKeyring`
 */
export async function openKeyStores({
  config,
  database,
  create,
  root,
  log,
  around = keyring => keyring,
}: OpenKeyStoresOptions): Promise<KeyStores> {
  const opened: KeyStore[] = []
  const open = async (settings: KeyStoreConfig, create: boolean) => {
    const keyring = await openKeyring(keySettings(settings, config), { create, root, ...(log && { log }) })
    opened.push(keyStore(around(keyring), placeOf(settings)))
  }
  return closingOnFailure(opened, async () => {
    const signer = await database.read(({ facts }) => facts.get(SIGNER))
    await open(config, create && signer === undefined)
    if (config.nextKeyStore) await open(config.nextKeyStore, create && (await isOnlyIn(database, opened[0]?.name)))
    const [first, second] = opened
    if (first?.name === second?.name) throw twice()
    const tied = await tie(database, opened)
    await ensureNoneElsewhere(database, opened, tied.first)
    return keyStores({ stores: opened, ...tied, active: () => database.read(({ facts }) => activeStore(facts)) })
  })
}

/**
 * Opens the key stores of the settings to read a copy of the data. `facts` are the facts in that copy.
 * @param root the content of the root key file, if the data folder has none; it is wiped
 * @throws Problem `config.invalid` unless the copy is tied to one of them; others like `openKeyring`
 */
export async function openKeyStoresOfCopy(
  config: KeyStoresConfig,
  { signer, first, root }: { readonly signer: string; readonly first?: string | undefined; readonly root?: Buffer | undefined },
  otherKeys: (mine: string) => Problem,
): Promise<KeyStores> {
  const opened: KeyStore[] = []
  return closingOnFailure(opened, async () => {
    for (const settings of [config, ...(config.nextKeyStore ? [config.nextKeyStore] : [])])
      opened.push(keyStore(await openKeyring(keySettings(settings, config), { create: false, root }), placeOf(settings)))
    if (!opened.some(({ name }) => name === signer)) throw otherKeys(opened[0]?.name ?? '')
    return keyStores({ stores: opened, first: first ?? signer, signer, active: async () => undefined })
  })
}

async function closingOnFailure<T>(opened: readonly KeyStore[], work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    for (const { keyring } of opened) await keyring.close()
    throw error
  }
}

/** Whether all keys that the database knows are in this store, so that keys which another store lacks never existed. */
async function isOnlyIn(database: KeyDatabase, name: string | undefined): Promise<boolean> {
  if (name === undefined) return false
  const isAlone = await database.read(async ({ facts }) => {
    const known = [await facts.get(SIGNER), await activeStore(facts)]
    return known.every(other => other === undefined || other === name)
  })
  if (!isAlone) return false
  const first = await database.read(async ({ facts }) => (await facts.get(FIRST)) ?? (await facts.get(SIGNER)))
  return !(await hasStrangers(database, [{ tag: tagOf(name), isFirst: first === undefined || first === name }]))
}

/** Whether a key of this data is in none of the stores. */
async function hasStrangers(database: KeyDatabase, places: readonly IdsOf[]): Promise<boolean> {
  const { strange, own } = await database.read(async ({ keyPlaces, serverKeys }) => ({
    strange: await keyPlaces.strange(places),
    own: await serverKeys.all(),
  }))
  const ids = own.flatMap(row => (row.material === null ? [] : [idOf(row.purpose, row.material)]))
  return strange !== undefined || ids.some(id => !places.some(place => isIn(place, id)))
}

function idOf(purpose: string, material: string): string {
  return purpose === 'jwt' ? signerOf(material).id : kekOf(material).id
}

async function tie(database: KeyDatabase, opened: readonly KeyStore[]): Promise<{ first: string; signer: string }> {
  const [own] = opened
  if (!own) throw new Error('No key store is open.')
  const { signer, first } = await database.run(async ({ facts }) => {
    const signer = await facts.settle(SIGNER, own.name)
    return { signer, first: (await facts.get(FIRST)) ?? signer }
  })
  if (!opened.some(({ name }) => name === signer)) throw otherKeys(signer, own.name)
  return { signer, first }
}

async function ensureNoneElsewhere(database: KeyDatabase, opened: readonly KeyStore[], first: string): Promise<void> {
  const active = await database.read(({ facts }) => activeStore(facts))
  const isKnown = active === undefined || opened.some(({ name }) => name === active)
  const places = opened.map(store => idsOf({ first }, store))
  if (isKnown && !(await hasStrangers(database, places))) return
  throw new Problem('config.invalid', 'Some keys of this installation are in a key store that is not in the settings.', {
    hint: 'Set ONECLAW_NEXT_KEYSTORE and what it needs to that store as well. `1claw keys migrate --dry-run` then shows the keys in it.',
  })
}

function twice(): Problem {
  return new Problem('config.invalid', 'ONECLAW_NEXT_KEYSTORE names the same keys as ONECLAW_KEYSTORE.', {
    hint: 'Set it to another token or mode. If a token does not report the check value of its root key, the modes cannot be distinguished.',
  })
}

/** The problem of data and settings that do not belong together. */
export function otherKeys(theirs: string, mine: string): Problem {
  return new Problem(
    'config.invalid',
    `This data was written with other keys (${shortened(theirs)}) than these (${shortened(mine)}).`,
    { hint: 'Point the key settings at the provider the data was created with, or use another data folder.' },
  )
}

/** The short name of a key store for people: `pkcs11 1f2e3d4c5b6a`. */
export function shortened(name: string): string {
  const [provider, fingerprint] = name.split(':')
  return `${provider} ${fingerprint?.slice(0, 12)}`
}
