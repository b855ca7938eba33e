import { randomUUID } from 'node:crypto'
import type { Database } from '../../../db/database.ts'
import type { Keyring } from '../../../keys/keyring.ts'
import { NO_ORG } from '../../../policy/event.ts'
import type { MacKey } from '../../../stores/audit/mac.ts'
import type { KekDestructionStore } from '../../../stores/keys/kek-destructions.ts'
import type { PlacedRow, SecretPlaceStore } from '../../../stores/keys/secret-places.ts'
import type { ServerKeyStore } from '../../../stores/keys/server-keys.ts'
import type { OrgStore } from '../../../stores/orgs.ts'
import { kekOf, provesAll, rewrapSecret } from './material.ts'

export interface SecretPlacesDeps {
  readonly database: Database<{
    serverKeys: ServerKeyStore
    secretPlaces: SecretPlaceStore
    kekDestructions: KekDestructionStore
    orgs: OrgStore
  }>
  readonly keyring: Keyring
  readonly clock: () => number
  /** The number of secrets in one transaction, 1000 by default. */
  readonly atOnce?: number
}

/** For processes that are opening the key at the moment. Longer than a start takes. */
const GRACE_MS = 60_000
const AT_ONCE = 1000

/**
 * Gives every secret a MAC of its path and newest version, at the first start of a version that has them. Then it wraps the MAC keys again,
 * as those of an installation in which every secret has a MAC. After that, a person who can only write to the database cannot pretend that
 * a secret without a MAC is an old one: the keys of the earlier state are gone. An interrupted start leaves the rest to the next one.
 */
export async function proveSecretPlaces({ database, keyring, clock, atOnce = AT_ONCE }: SecretPlacesDeps): Promise<void> {
  const keys = (await database.read(({ serverKeys }) => serverKeys.all())).flatMap(({ purpose, number, material }) =>
    purpose === 'audit' && material !== null ? [{ number, material }] : [],
  )
  const before = keys.filter(({ material }) => !provesAll(material))
  if (before.length === keys.length) await inBatches(database, (places, after) => places.unproven(after, atOnce))
  for (const { number, material } of before) {
    const kek = await keyring.createKek(`server-${randomUUID()}`)
    const wrapped = await rewrapSecret(keyring, { purpose: 'audit', number, material }, kek, { all: true })
    const isOurs = await database.run(async ({ serverKeys, kekDestructions, orgs }) => {
      if (!(await serverKeys.rewrap('audit', number, material, wrapped))) return false
      const orgId = (await orgs.platform())?.id ?? NO_ORG
      await kekDestructions.addServerKek({ ...kekOf(material), destroy_at: clock() + GRACE_MS }, orgId)
      return true
    })
    // Another process that started on the same database was faster.
    if (!isOurs) await keyring.destroyKek(kek)
  }
}

/** Replaces the MACs of another key with MACs of the current one. Wrong MACs are not changed, and become invalid with their key. */
export async function proveAgain(
  database: Database<{ secretPlaces: SecretPlaceStore }>,
  former: Pick<MacKey, 'number'>,
): Promise<void> {
  await inBatches(database, (places, after) => places.provenBy(former, after, AT_ONCE))
}

async function inBatches(
  database: Database<{ secretPlaces: SecretPlaceStore }>,
  next: (places: SecretPlaceStore, after: string) => Promise<PlacedRow[]>,
): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await database.read(({ secretPlaces }) => next(secretPlaces, after))
    const last = rows.at(-1)
    if (!last) return
    await database.run(({ secretPlaces }) => secretPlaces.prove(rows))
    after = last.id
  }
}
