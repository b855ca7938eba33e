import type { Database } from '../../../db/database.ts'
import { idsOf, type KeyStore, type KeyStores } from '../../../keys/keystores.ts'
import type { KeyPlaceStore } from '../../../stores/keys/key-places.ts'
import type { OwnKeys } from './own-keys.ts'

export interface PlanDeps {
  readonly database: Database<{ keyPlaces: KeyPlaceStore }>
  readonly keyring: KeyStores
  readonly ownKeys: Pick<OwnKeys, 'elsewhere'>
  readonly clock: () => number
}

/** What is not moved, and why. */
export interface Stay {
  readonly kind: 'signing-key' | 'server-keys' | 'versions' | 'vault'
  readonly vault_id?: string
  readonly vault?: string
  readonly path?: string
  readonly reason: string
}

export interface Plan {
  /** Vaults whose KEK is to be moved. */
  readonly vaults: number
  /** Keys of the server itself that are to be moved. */
  readonly serverKeys: number
  /** Rotations that are under way. */
  readonly rotations: number
  /** Old KEKs that nothing is under any more, to be destroyed. */
  readonly doomed: number
  readonly stays: readonly Stay[]
  /** With those that are not listed. */
  readonly staysTotal: number
}

/** Entries of the list of what stays. */
const LISTED = 1_000

/** What is elsewhere than in a key store, and whether it can be moved there. */
export function migrationPlan({ database, keyring, ownKeys, clock }: PlanDeps) {
  return async (to: KeyStore): Promise<Plan> => {
    const place = idsOf(keyring, to)
    const own = await ownKeys.elsewhere(to)
    return database.read(async ({ keyPlaces }) => {
      const heldUp = (await keyPlaces.vaultsHeldUp(place, clock(), LISTED)).filter(({ isWorkedOn }) => !isWorkedOn)
      const unopened = await keyPlaces.unopened(place, LISTED)
      const signing = await keyPlaces.signingKeys(place, LISTED)
      const stays = [
        ...own.stays.map(reason => ({ kind: 'server-keys', reason }) as const),
        ...heldUp.map(({ vault_id, vault }) => ({ kind: 'vault', vault_id, vault, reason: HELD_UP }) as const),
        ...unopened.map(({ vault_id, vault, versions }) => ({
          kind: 'versions' as const,
          vault_id,
          vault,
          reason: `${versions === 1 ? 'One version does' : `${versions} versions do`} not open under the old key.`,
        })),
        ...signing.map(({ vault_id, vault, path }) => ({
          kind: 'signing-key' as const,
          vault_id,
          vault,
          path,
          reason: 'A signing key never leaves the key store that it was made in.',
        })),
      ]
      const signingTotal = signing.length < LISTED ? signing.length : await keyPlaces.countSigningKeys(place)
      return {
        vaults: (await keyPlaces.countVaults(place)) - heldUp.length,
        rotations: await keyPlaces.countRotations(place),
        serverKeys: own.toMove,
        doomed: (await keyPlaces.countDoomed(place)) + own.doomed,
        stays: stays.slice(0, LISTED),
        staysTotal: stays.length - signing.length + signingTotal,
      }
    })
  }
}

const HELD_UP = 'A rotation of its customer key was interrupted. Complete it with `1claw cmek rotate`, then run this again.'
