import type { Database } from '../../../db/database.ts'
import { type IdsOf, idsOf, type KeyStore, type KeyStores } from '../../../keys/keystores.ts'
import type { KeyPlaceStore } from '../../../stores/keys/key-places.ts'
import type { OwnKeys } from './own-keys.ts'

export interface PlanDeps {
  readonly database: Database<{ keyPlaces: KeyPlaceStore }>
  readonly keyring: KeyStores
  readonly ownKeys: Pick<OwnKeys, 'elsewhere'>
  readonly clock: () => number
}

/** The keys that are not moved, and why. */
export interface Stay {
  readonly kind: 'signing-key' | 'server-keys' | 'versions' | 'vault' | 'old-keys'
  readonly vault_id?: string
  readonly vault?: string
  readonly path?: string
  readonly reason: string
}

export interface Plan {
  /** Vaults whose KEK will be moved. */
  readonly vaults: number
  /** The server's own keys that will be moved. */
  readonly serverKeys: number
  /** Transaction signing keys that will be moved. */
  readonly signingKeys: number
  /** The listed ones of them. */
  readonly goes: readonly { readonly vault_id: string; readonly vault: string; readonly path: string }[]
  /** Running rotations. */
  readonly rotations: number
  /** Unused old KEKs, to be destroyed. */
  readonly toDestroy: number
  readonly stays: readonly Stay[]
  /** The total number, including those that are not listed. */
  readonly staysTotal: number
}

/** The maximum number of entries in the list of keys that stay. */
const LISTED = 1_000

/** The keys outside a key store, and whether they can be moved there. */
export function migrationPlan({ database, keyring, ownKeys, clock }: PlanDeps) {
  /** Whether the store accepts the signing keys that could be moved to it; checked only if there are any. */
  async function takes(to: KeyStore, place: IdsOf): Promise<boolean> {
    if ((await database.read(({ keyPlaces }) => keyPlaces.countSigningKeys(place, 'with us'))) === 0) return true
    const isThere = (await to.keyring.status()).connected
    // If a key store cannot be reached, its own error refuses the migration.
    return !isThere || to.keyring.takesCurveKeys()
  }

  return async (to: KeyStore): Promise<Plan> => {
    const place = idsOf(keyring, to)
    const own = await ownKeys.elsewhere(to)
    const canTake = await takes(to, place)
    return database.read(async ({ keyPlaces }) => {
      const heldUp = (await keyPlaces.vaultsHeldUp(place, clock(), LISTED)).filter(({ isWorkedOn }) => !isWorkedOn)
      const unopened = await keyPlaces.unopened(place, LISTED)
      const undestroyed = await keyPlaces.countToDestroy(place, true)
      const goes = canTake ? await keyPlaces.signingKeys(place, 'with us', LISTED) : []
      const signing = [
        ...(await keyPlaces.signingKeys(place, 'in a token', LISTED)).map(key => ({ ...key, reason: IN_TOKEN })),
        ...(canTake ? [] : await keyPlaces.signingKeys(place, 'with us', LISTED)).map(key => ({ ...key, reason: NOT_TAKEN })),
      ].slice(0, LISTED)
      const stays = [
        ...own.stays.map(reason => ({ kind: 'server-keys', reason }) as const),
        ...heldUp.map(({ vault_id, vault }) => ({ kind: 'vault', vault_id, vault, reason: HELD_UP }) as const),
        ...unopened.map(({ vault_id, vault, versions, error }) => ({
          kind: 'versions' as const,
          vault_id,
          vault,
          reason: error ?? `${versions === 1 ? 'One version does' : `${versions} versions do`} not open under the old key.`,
        })),
        ...(undestroyed > 0 ? [{ kind: 'old-keys' as const, reason: undestroyedReason(undestroyed) }] : []),
        ...signing.map(({ id: _, ...key }) => ({ kind: 'signing-key' as const, ...key })),
      ]
      const soft = await keyPlaces.countSigningKeys(place, 'with us')
      const signingTotal = (await keyPlaces.countSigningKeys(place, 'in a token')) + (canTake ? 0 : soft)
      return {
        vaults: (await keyPlaces.countVaults(place)) - heldUp.length,
        rotations: await keyPlaces.countRotations(place),
        serverKeys: own.toMove,
        signingKeys: canTake ? soft : 0,
        goes: goes.map(({ vault_id, vault, path }) => ({ vault_id, vault, path })),
        toDestroy: (await keyPlaces.countToDestroy(place)) + own.toDestroy,
        stays: stays.slice(0, LISTED),
        staysTotal: stays.length - signing.length + signingTotal,
      }
    })
  }
}

function undestroyedReason(count: number): string {
  const [what, them] = count === 1 ? ['One old key is', 'it'] : [`${count} old keys are`, 'them']
  return `${what} no longer in use, but the old key store does not destroy ${them}. Destroy ${them} with its own tools; the log of the server has the names.`
}

const IN_TOKEN =
  'A signing key never leaves a token. Make a new one in the new key store and move the funds of its account, or keep this key store.'
const NOT_TAKEN =
  'The new key store takes no signing key from outside. Make a new one there and move the funds of its account, or keep this key store.'
const HELD_UP = 'A rotation of its customer key was interrupted. Complete it with `1claw cmek rotate`, then run this again.'
