import { randomUUID } from 'node:crypto'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { type IdsOf, idsOf, isIn, type KeyStore, type KeyStores } from '../../../keys/keystores.ts'
import { FIRST, SIGNER } from '../../../keys/store-facts.ts'
import type { NewEvent } from '../../../policy/event.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { FactsStore } from '../../../stores/facts.ts'
import type { KekDestructionStore } from '../../../stores/keys/kek-destructions.ts'
import type { ServerKeyRow, ServerKeyStore } from '../../../stores/keys/server-keys.ts'
import { kekOf, rewrapSecret, type Secret, signerOf } from '../server/material.ts'
import type { By, ServerKeyRotation } from '../server/rotation.ts'

export interface OwnKeysDeps {
  readonly database: Database<{
    serverKeys: ServerKeyStore
    kekDestructions: KekDestructionStore
    facts: FactsStore
    audit: AuditStore
  }>
  readonly keyring: KeyStores
  readonly rotation: Pick<ServerKeyRotation, 'replaceSigner' | 'endsAt'>
  readonly clock: () => number
}

export type OwnKeys = ReturnType<typeof ownKeys>

/** For processes that are opening it at the moment. Longer than a start takes. */
const GRACE_MS = 60_000

/**
 * Moves the server's own keys. Secret keys do not change; a KEK in the other store wraps them. A signing key cannot leave its store, so it
 * is replaced by another one in the new store, and the old one stays until no token needs it.
 */
export function ownKeys({ database, keyring, rotation, clock }: OwnKeysDeps) {
  const rows = () => database.read(({ serverKeys }) => serverKeys.all())

  /** The store of the first signing key, which has no id. */
  const signerStore = () => database.read(({ facts }) => facts.get(SIGNER))

  const isSigner = ({ purpose }: ServerKeyRow) => purpose === 'jwt'
  /** Keys that have ended still verify MACs; others are destroyed. */
  const isKept = ({ purpose, ended_at }: ServerKeyRow) => ended_at === null || purpose === 'audit'

  const secretsElsewhere = (all: readonly ServerKeyRow[], place: IdsOf) =>
    all.flatMap(row => {
      const { material } = row
      return !isSigner(row) && material !== null && !isIn(place, kekOf(material).id) ? [{ ...row, material }] : []
    })

  /** Signing keys in other stores, the current one first. */
  const signersElsewhere = async (all: readonly ServerKeyRow[], to: KeyStore, place: IdsOf) => {
    const own = await signerStore()
    const isHere = ({ material }: ServerKeyRow) => (material === null ? own === to.name : isIn(place, signerOf(material).id))
    const signers = all.filter(isSigner)
    return signers.map((row, at) => ({ row, next: signers[at - 1], isHere: isHere(row) })).filter(each => !each.isHere)
  }

  async function moveSecret(row: ServerKeyRow & { readonly material: string }, to: KeyStore, by: By): Promise<void> {
    const { number, material } = row
    const purpose = row.purpose as Secret
    const kek = await keyring.createKekIn(to, `server-${randomUUID()}`)
    const moved = await rewrapSecret(keyring, { purpose, number, material }, kek)
    const now = clock()
    const isMoved = await database.run(async ({ serverKeys, kekDestructions, audit }) => {
      if (!(await serverKeys.rewrap(purpose, number, material, moved))) return false
      await kekDestructions.addServerKek({ ...kekOf(material), destroy_at: now + GRACE_MS }, by.orgId)
      await audit.append([movedEvent(row, to, by)], now)
      return true
    })
    if (!isMoved) await keyring.destroyKek(kek)
  }

  async function moveSigner(by: By): Promise<void> {
    await rotation.replaceSigner(by).catch((error: unknown) => {
      // Another process has just done it; the next run checks again.
      if (!(error instanceof Problem && error.code === 'resource.conflict')) throw error
    })
  }

  /** When the last signing key in another store has ended, the database is tied to the store where the keys are. */
  async function tie(to: KeyStore): Promise<void> {
    await database.run(async ({ facts }) => {
      const before = await facts.get(SIGNER)
      if (before === undefined || before === to.name) return
      await facts.settle(FIRST, before)
      await facts.change(SIGNER, before, to.name)
    })
  }

  return {
    /** Keys outside a store: how many can be moved now, how many wait for destruction, and why the others stay. */
    async elsewhere(to: KeyStore): Promise<{ toMove: number; toDestroy: number; stays: string[] }> {
      const place = idsOf(keyring, to)
      const all = await rows()
      const secrets = secretsElsewhere(all, place)
      const signers = await signersElsewhere(all, to, place)
      const present = signers.filter(({ next }) => next === undefined)
      const retiring = signers.filter(({ row, next }) => next !== undefined && row.ended_at === null)
      return {
        toMove: secrets.filter(isKept).length + present.length,
        toDestroy:
          secrets.filter(row => !isKept(row)).length +
          signers.filter(({ row }) => row.ended_at !== null && row.material !== null).length,
        stays: retiring.map(({ next }) => {
          const until = new Date(rotation.endsAt('jwt', next?.starts_at ?? 0) ?? 0).toISOString()
          return `A key of the server that signed tokens is needed until ${until}, when the last of them ends.`
        }),
      }
    },

    async move(to: KeyStore, by: By): Promise<void> {
      const place = idsOf(keyring, to)
      const all = await rows()
      for (const row of secretsElsewhere(all, place).filter(isKept)) await moveSecret(row, to, by)
      const [present] = await signersElsewhere(all, to, place)
      if (present && present.next === undefined) await moveSigner(by)
    },

    /** After a migration to a store: removes references to the old one, once that is possible. */
    async settle(to: KeyStore): Promise<void> {
      if ((await signerStore()) === to.name) return
      const signers = await signersElsewhere(await rows(), to, idsOf(keyring, to))
      if (signers.every(({ row }) => row.ended_at !== null)) await tie(to)
    },
  }
}

function movedEvent({ purpose, number }: ServerKeyRow, to: KeyStore, { orgId, id, ip }: By): NewEvent {
  return {
    orgId,
    action: 'key.migrate',
    actorId: id,
    actorType: 'user',
    resourceType: 'server-key',
    resourceId: purpose,
    details: { change: 'moved', key: purpose, number, to: to.name },
    ipAddress: ip,
  }
}
