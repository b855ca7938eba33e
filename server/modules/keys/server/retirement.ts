import { pepperMark } from '../../../credentials/api-keys.ts'
import { TTL } from '../../../credentials/sessions.ts'
import type { Database } from '../../../db/database.ts'
import { boxHead, type DataBox } from '../../../keys/data-box.ts'
import type { PepperUseStore } from '../../../stores/keys/pepper-uses.ts'
import { SEALED_TABLES, type SealedRowStore, type SealedTable } from '../../../stores/keys/sealed-rows.ts'
import type { SecretPlaceStore } from '../../../stores/keys/secret-places.ts'
import type { Purpose } from './material.ts'
import { proveAgain } from './secret-places.ts'

export interface RetirementDeps {
  readonly database: Database<{ sealedRows: SealedRowStore; pepperUses: PepperUseStore; secretPlaces: SecretPlaceStore }>
  readonly box: DataBox
  /** Signs all heads of the audit log that can be trusted. */
  readonly checkpointAll: () => Promise<void>
  readonly clock: () => number
}

/** For work that started with the previous key. Longer than any request takes. */
const GRACE_MS = 60_000

/** The longest lifetime of a token: those of the command line and of agents. Seconds. */
const LONGEST_TOKEN = TTL.device

/** The pause between two checks for rows that still need a key: with many agents, each check takes a while. */
const LOOK_EVERY_MS = 60_000

/** The number of rows in one transaction. */
const AT_ONCE = 100

/** The purpose of the boxes in each table; see `DataBox.seal`. */
const BOXES: Readonly<Record<SealedTable, string>> = { totp_factors: 'totp', outbox: 'mail' }

/** Decides when a replaced key is no longer needed: does the work that this requires, and returns whether the key can end now. */
export function retirement({ database, box, checkpointAll, clock }: RetirementDeps) {
  const lookAgainAt = new Map<string, number>()

  /** Reseals the rows that a key has sealed, batch by batch; rows that do not open are not changed. An interrupted run starts again. */
  async function resealAll(number: number): Promise<void> {
    const head = boxHead(number)
    for (const table of SEALED_TABLES) {
      for (let after: string | undefined = ''; after !== undefined; ) {
        const rows: { id: string; sealed: Uint8Array }[] = await database.read(({ sealedRows }) =>
          sealedRows.next(table, head, after ?? '', AT_ONCE),
        )
        const again = rows.flatMap(({ id, sealed }) => reseal(BOXES[table], id, sealed))
        await database.run(async ({ sealedRows }) => {
          for (const { id, from, to } of again) await sealedRows.reseal(table, id, from, to)
        })
        after = rows.at(-1)?.id
      }
    }
  }

  function reseal(purpose: string, id: string, from: Uint8Array) {
    try {
      const clear = box.open(purpose, id, from)
      const to = box.seal(purpose, id, clear)
      clear.fill(0)
      return [{ id, from, to }]
    } catch {
      return []
    }
  }

  /** The number of rows that need the key; undefined if something else keeps it. */
  async function remaining(purpose: Purpose, number: number): Promise<number | undefined> {
    if (purpose === 'data-box') return database.read(({ sealedRows }) => sealedRows.count(boxHead(number)))
    if (purpose === 'pepper') return database.read(({ pepperUses }) => pepperUses.count(pepperMark(number), clock()))
    return undefined
  }

  /** When a signing key ends, given when the next one started to sign; undefined for other keys. */
  const endsAt = (purpose: Purpose, replacedAt: number): number | undefined =>
    purpose === 'jwt' ? replacedAt + LONGEST_TOKEN * 1000 + GRACE_MS : undefined

  return {
    remaining,
    endsAt,

    /** @param replacedAt when its successor took effect */
    async mayEnd(purpose: Purpose, number: number, replacedAt: number): Promise<boolean> {
      const now = clock()
      const name = `${purpose}/${number}`
      if (now < Math.max(replacedAt, lookAgainAt.get(name) ?? 0)) return false
      if (purpose === 'data-box') await resealAll(number)
      if (now < (endsAt(purpose, replacedAt) ?? replacedAt + GRACE_MS)) return false
      if (purpose === 'audit') {
        // By now no process uses it to create anything.
        await proveAgain(database, { number })
        await checkpointAll()
      }
      const needed = await remaining(purpose, number)
      if (needed) lookAgainAt.set(name, now + LOOK_EVERY_MS)
      return !needed
    },
  }
}
