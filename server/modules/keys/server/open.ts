import type { KeyObject } from 'node:crypto'
import type { SigningKeySuccession } from '../../../../src/crypto/signing-keys.ts'
import type { Database } from '../../../db/database.ts'
import type { Keyring } from '../../../keys/keyring.ts'
import { type KeyGeneration, type Lineage, lineage } from '../../../keys/lineage.ts'
import type { SigningKey, SigningKeys } from '../../../keys/signing-keys.ts'
import type { SecretPlaceStore } from '../../../stores/keys/secret-places.ts'
import { SERVER_KEYS, type ServerKeyRow, type ServerKeyStore } from '../../../stores/keys/server-keys.ts'
import { newSecret, openSecret, PURPOSES, type Purpose, type Secret, signerOf } from './material.ts'

export interface ServerKeysDeps {
  readonly database: Database<{ serverKeys: ServerKeyStore; secretPlaces: SecretPlaceStore }>
  readonly keyring: Keyring
  readonly clock: () => number
  /** Called for a key that could not be opened; it is tried again. */
  readonly failed: (error: unknown) => void
}

/** The server's own keys that this process has open. */
export interface ServerKeys {
  readonly audit: Lineage<KeyObject>
  readonly dataBox: Lineage<KeyObject>
  readonly pepper: Lineage<KeyObject>
  readonly signing: SigningKeys
  /** Opens new keys and drops ended ones. A key that cannot be opened now is tried again the next time. */
  refresh(): Promise<void>
}

/**
 * Opens the keys of the installation, and creates those that are missing. `beforeAudit` runs before the first MAC key is created, with the
 * signing keys: events that were written until then have no MAC.
 * @throws Problem like `Keyring.unwrap` if one cannot be opened
 */
export async function openServerKeys(
  deps: ServerKeysDeps,
  beforeAudit: (signing: SigningKeys) => Promise<void>,
): Promise<ServerKeys> {
  const { database } = deps
  const { keys, load } = loader(deps)
  for (const purpose of PURPOSES) {
    const present = await database.read(({ serverKeys }) => serverKeys.all())
    if (present.some(row => row.purpose === purpose)) continue
    if (purpose === 'audit') {
      await load(present)
      await beforeAudit(keys.signing)
    }
    await addFirst(deps, purpose)
  }
  const unopened = await load(await database.read(({ serverKeys }) => serverKeys.all()))
  if (unopened.length > 0) throw unopened[0]
  let last: Promise<void> = Promise.resolve()
  const refresh = () => {
    last = last
      .catch(() => {})
      .then(async () => {
        for (const error of await load(await database.read(({ serverKeys }) => serverKeys.all()))) deps.failed(error)
      })
    return last
  }
  database.onChange(topic => {
    if (topic === SERVER_KEYS || topic === '*') refresh().catch(deps.failed)
  })
  return { ...keys, refresh }
}

async function addFirst({ database, keyring, clock }: ServerKeysDeps, purpose: Purpose): Promise<void> {
  const all = purpose === 'audit' && !(await database.read(({ secretPlaces }) => secretPlaces.any()))
  const made = purpose === 'jwt' ? undefined : await newSecret(keyring, purpose, 1, { all })
  const now = clock()
  const material = made?.material ?? null
  const times = { created_at: now, starts_at: now, ended_at: null }
  const row = { purpose, number: 1, material, succession: null, created_by: '', ...times }
  const isOurs = await database.run(({ serverKeys }) => serverKeys.add(row))
  // Another process that starts on the same database was faster: its secret key is used.
  if (!isOurs && made) await keyring.destroyKek(made.kek)
}

/** Puts rows into lineages; each key is opened once. */
function loader({ keyring, clock }: ServerKeysDeps) {
  const secrets = { audit: lineage<KeyObject>(clock), 'data-box': lineage<KeyObject>(clock), pepper: lineage<KeyObject>(clock) }
  const signers = lineage<SigningKey>(clock)
  const opened = new Map<string, KeyObject | SigningKey>()
  let successions: readonly SigningKeySuccession[] = []

  /** The keys of one purpose that are still used. Ended MAC keys are still used for verification. */
  const inUse = ({ purpose, number, material, ended_at }: ServerKeyRow) =>
    (ended_at === null || purpose === 'audit') && (material !== null || (purpose === 'jwt' && number === 1))

  async function heirs<K extends KeyObject | SigningKey>(
    rows: readonly ServerKeyRow[],
    open: (row: ServerKeyRow) => Promise<K>,
    failed: (error: unknown) => void,
  ): Promise<KeyGeneration<K>[]> {
    return Promise.all(
      rows.filter(inUse).map(async row => {
        const name = `${row.purpose}/${row.number}`
        const key = (opened.get(name) as K | undefined) ?? (await open(row).catch(failed))
        if (key) opened.set(name, key)
        return { number: row.number, startsAt: row.starts_at, ended: row.ended_at !== null, key: key ?? undefined }
      }),
    )
  }

  const signer = async ({ material }: ServerKeyRow): Promise<SigningKey> => {
    if (material === null) return { publicKey: keyring.publicKey, sign: message => keyring.sign(message) }
    const key = signerOf(material)
    const publicKey = await keyring.signerPublicKey(key)
    return { publicKey, sign: message => keyring.sign(message, key) }
  }

  /** The errors of the keys that could not be opened. */
  async function load(rows: readonly ServerKeyRow[]): Promise<unknown[]> {
    const errors: unknown[] = []
    const failed = (error: unknown) => void errors.push(error)
    const of = (purpose: Purpose) => rows.filter(row => row.purpose === purpose)
    successions = of('jwt').flatMap(({ succession }) => succession ?? [])
    signers.keep(await heirs(of('jwt'), signer, failed))
    for (const purpose of ['audit', 'data-box', 'pepper'] as const satisfies readonly Secret[]) {
      const open = ({ number, material }: ServerKeyRow) => openSecret(keyring, purpose, number, material ?? '')
      secrets[purpose].keep(await heirs(of(purpose), open, failed))
    }
    return errors
  }

  const signing: SigningKeys = { ...signers, successions: () => successions }
  return { load, keys: { audit: secrets.audit, dataBox: secrets['data-box'], pepper: secrets.pepper, signing } }
}
