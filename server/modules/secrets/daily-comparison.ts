import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { restBetweenBatches } from '../../db/rest-between-batches.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { DELETED, type OlderSecret, REVIVED, type RolledBackStore } from '../../stores/keys/rolled-back.ts'
import type { SecretPlaceStore } from '../../stores/keys/secret-places.ts'

export interface DailyComparisonDeps {
  readonly database: Database<{ audit: AuditStore; rolledBack: RolledBackStore; secretPlaces: SecretPlaceStore }>
  /** Audit logs that were changed from outside: they prove nothing, and are already reported. */
  readonly distrusted: () => readonly { readonly orgId: string }[]
  readonly clock: () => number
}

/** A secret that was changed in the database, bypassing the server. */
export interface ChangedSecret {
  readonly orgId: string
  readonly vaultId: string
  readonly id: string
  readonly path: string
  /** The fault, as the rest of a sentence about the secret. */
  readonly fault: string
}

type Found = Map<string, ChangedSecret>

const ACTION = 'secret.tampered'
const DAY_MS = 86_400_000
/** The pause after a failed run. */
const AGAIN_MS = 600_000
/** The number of events in one statement, which takes some 10 ms. Only other reports wait for it. */
const STRETCH = 5000
const SHORTEST_STRETCH = 100
/** The number of secrets whose MACs are computed before other work runs: a millisecond. */
const SECRETS_AT_ONCE = 250
const CHAINS_AT_ONCE = 100
/** The maximum number of findings reported for one organisation: one is enough to look closer, and the log must not be flooded. */
const MOST_TOLD = 100
/** The number of events that are searched for earlier reports. */
const MOST_REMEMBERED = 1000
/** The number of events that a look-up may have to scan because they are not in the index yet. */
const MOST_UNINDEXED = 10_000

/**
 * Compares all secrets with the audit log, and their rows with their MACs, once a day. A read finds neither an old row that was restored
 * completely, nor a fault in a secret that nobody reads. Everything is checked again after a restart, so a process that dies loses nothing.
 */
export function dailyComparison({ database, distrusted, clock }: DailyComparisonDeps) {
  let due = 0
  let known: ReadonlyMap<string, number> = new Map()

  /** The secrets of an organisation that are older than their events record. */
  async function older(orgId: string, to: number, signal: AbortSignal): Promise<Found> {
    const found = new Map<string, ChangedSecret>()
    const indexed = await database.report(({ audit }) => audit.index.indexedTo(orgId))
    const canLookUp = to - indexed <= MOST_UNINDEXED
    // Events that were removed before it need no check.
    const [first] = await database.report(({ audit }) => audit.following(orgId, 0, to, 1))
    for (let after = (first?.seq ?? to + 1) - 1; after < to && found.size < MOST_TOLD; after += STRETCH) {
      signal.throwIfAborted()
      const began = performance.now()
      const until = Math.min(to, after + STRETCH)
      for (const secret of await inStretch(orgId, after, until)) {
        const fault = faultOf(secret) ?? (canLookUp && (await isUndeleted(orgId, secret)) ? UNDELETED : undefined)
        const { id, vaultId, path } = secret
        if (fault !== undefined && found.size < MOST_TOLD) found.set(id, { orgId, vaultId, id, path, fault })
      }
      if (until < to) await restBetweenBatches(began)
    }
    return found
  }

  /** Splits the range in halves if a busy database exceeds the time limit of a report. */
  async function inStretch(orgId: string, after: number, to: number): Promise<OlderSecret[]> {
    try {
      return await database.report(({ rolledBack }) => rolledBack.older(orgId, after, to))
    } catch (error) {
      const isTooMuch = error instanceof Problem && error.code === 'request.too-broad'
      if (!isTooMuch || to - after <= SHORTEST_STRETCH) throw error
      const middle = Math.floor((after + to) / 2)
      return [...(await inStretch(orgId, after, middle)), ...(await inStretch(orgId, middle, to))]
    }
  }

  /** Whether no event after the deletion restored it. */
  async function isUndeleted(orgId: string, { id, deletedBy }: OlderSecret): Promise<boolean> {
    return deletedBy !== undefined && (await lastWord(orgId, id)) === deletedBy
  }

  /** The newest event that says whether a secret exists. */
  async function lastWord(orgId: string, id: string): Promise<number | undefined> {
    const filter = { orgId, resourceId: id, kinds: ['changes'], outcomes: ['ok'], order: 'desc', limit: 100 } as const
    const events = await database.report(({ audit }) => audit.page(filter))
    return events.find(({ action, resource_id }) => resource_id === id && (action === DELETED || REVIVED.includes(action)))?.seq
  }

  /** The same for all organisations. `failed` is called for each that could not be checked, which does not stop the others. */
  async function allOlder(signal: AbortSignal, failed: (error: unknown) => void): Promise<Map<string, Found>> {
    const all = new Map<string, Found>()
    for (let after: string | undefined = ''; after !== undefined; ) {
      const from: string = after
      const heads = await database.report(({ audit }) => audit.heads(from, CHAINS_AT_ONCE))
      for (const { org_id, seq } of heads) {
        if (distrusted().some(({ orgId }) => orgId === org_id)) continue
        const found = await older(org_id, seq, signal).catch(error => {
          failed(error)
          return undefined
        })
        signal.throwIfAborted()
        if (found && found.size > 0) all.set(org_id, found)
      }
      after = heads.at(-1)?.org_id
    }
    return all
  }

  /** Adds the secrets whose path or newest version was not written with our keys. */
  async function addMisplaced(all: Map<string, Found>, signal: AbortSignal): Promise<void> {
    for (let after: string | undefined = ''; after !== undefined; ) {
      signal.throwIfAborted()
      const began = performance.now()
      const from: string = after
      const rows = await database.report(({ secretPlaces }) => secretPlaces.next(from, SECRETS_AT_ONCE))
      const wrong = await database.report(async ({ secretPlaces }) => {
        const ids = secretPlaces.wrong(rows).map(({ id }) => id)
        // The key could have been replaced since the rows were read.
        return secretPlaces.wrong(await secretPlaces.these(ids))
      })
      for (const { org_id: orgId, vault_id: vaultId, id, path } of wrong) {
        const found: Found = all.get(orgId) ?? new Map()
        if (found.size < MOST_TOLD) all.set(orgId, found.set(id, { orgId, vaultId, id, path, fault: MISPLACED }))
      }
      after = rows.at(-1)?.id
      if (rows.length === SECRETS_AT_ONCE) await restBetweenBatches(began)
    }
  }

  async function lookAtAll(signal: AbortSignal): Promise<ChangedSecret[]> {
    const errors: unknown[] = []
    const all = await allOlder(signal, error => errors.push(error))
    await addMisplaced(all, signal)
    known = new Map([...all].map(([orgId, found]) => [orgId, found.size]))
    for (const [orgId, found] of all) await tell(orgId, [...found.values()])
    if (errors.length > 0) throw errors[0]
    return [...all.values()].flatMap(found => [...found.values()])
  }

  /** Once for each fault, however often it is found. */
  async function tell(orgId: string, found: readonly ChangedSecret[]): Promise<void> {
    const filter = { orgId, action: ACTION, order: 'desc', limit: MOST_REMEMBERED } as const
    const told = await database.report(({ audit }) => audit.page(filter))
    const isNew = ({ id, fault }: ChangedSecret) =>
      !told.some(({ resource_id, details }) => resource_id === id && details.includes(JSON.stringify(fault)))
    const events = found.filter(isNew).map(eventOf)
    await database.run(({ audit }) => audit.append(events, clock()))
  }

  return {
    /** Checks all secrets when due. Returns the findings, at most 100 for each organisation. */
    async compareSecretsDaily(signal: AbortSignal): Promise<readonly ChangedSecret[]> {
      if (clock() < due) return []
      due = clock() + AGAIN_MS
      const changed = await lookAtAll(signal)
      due = clock() + DAY_MS
      return changed
    },

    /** The number of an organisation's secrets that were changed outside the server, as far as this process has found; at most 100. */
    changedSecrets: (orgId: string): number => known.get(orgId) ?? 0,
  }
}

const UNDELETED = 'it was put back in the database after it had been deleted'
const MISPLACED = 'its path or its newest version was changed in the database, so it is neither read nor written'

function faultOf({ newest, recorded, isGone }: OlderSecret): string | undefined {
  if (isGone) return 'it was put back in the database after it had been purged, or moved to another vault'
  // Two ranges can have different newest events of a secret, so the reported faults are remembered.
  if (recorded > newest) return `an old copy was put back in the database: version ${newest} is not the newest in the audit log`
  return undefined
}

function eventOf({ orgId, vaultId, id, path, fault }: ChangedSecret): NewEvent {
  return {
    orgId,
    action: ACTION,
    actorId: '',
    actorType: 'system',
    resourceType: 'secret',
    resourceId: id,
    vaultId,
    details: { path, fault },
    ipAddress: '',
  }
}
