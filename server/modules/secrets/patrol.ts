import type { Database } from '../../db/database.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { DELETED, type OlderSecret, type PutBackStore, REVIVED } from '../../stores/keys/put-back.ts'
import type { SecretPlaceStore } from '../../stores/keys/secret-places.ts'

export interface SecretPatrolDeps {
  readonly database: Database<{ audit: AuditStore; putBack: PutBackStore; secretPlaces: SecretPlaceStore }>
  /** Audit logs that were changed from outside: they prove nothing, and are told of already. */
  readonly distrusted: () => readonly { readonly orgId: string }[]
  readonly clock: () => number
}

/** A secret that somebody changed in the database, past the server. */
export interface ChangedSecret {
  readonly orgId: string
  readonly vaultId: string
  readonly id: string
  readonly path: string
  /** What is wrong, as the rest of a sentence about the secret. */
  readonly fault: string
}

type Found = Map<string, ChangedSecret>

const ACTION = 'secret.tampered'
const DAY_MS = 86_400_000
/** After a round that failed. */
const AGAIN_MS = 600_000
/** Events of one statement: some 10 ms, in which nobody waits but other reports. */
const STRETCH = 5000
/** Secrets whose MACs are computed before others have their turn: a millisecond. */
const SECRETS_AT_ONCE = 250
const CHAINS_AT_ONCE = 100
/** Told of one organisation: one is enough to look closer, and a log must not be flooded. */
const MOST_TOLD = 100

/**
 * Compares all secrets with the audit log, and their rows with their MACs, once a day: a read finds neither an old row that was put back
 * whole, nor anything before somebody asks for it. All of it is looked at again after a restart, so a process that dies loses nothing.
 */
export function secretPatrol({ database, distrusted, clock }: SecretPatrolDeps) {
  let due = 0
  let known: ReadonlyMap<string, number> = new Map()

  /** The secrets of an organisation that are older than its events say. */
  async function older(orgId: string, to: number, signal: AbortSignal): Promise<Found> {
    const found = new Map<string, ChangedSecret>()
    // What was cut off before it needs no look.
    const [first] = await database.report(({ audit }) => audit.following(orgId, 0, to, 1))
    for (let after = (first?.seq ?? to + 1) - 1; after < to && found.size < MOST_TOLD; after += STRETCH) {
      signal.throwIfAborted()
      const until = Math.min(to, after + STRETCH)
      for (const secret of await database.report(({ putBack }) => putBack.older(orgId, after, until))) {
        const fault = await faultOf(orgId, secret)
        const { id, vaultId, path } = secret
        if (fault !== undefined && found.size < MOST_TOLD) found.set(id, { orgId, vaultId, id, path, fault })
      }
    }
    return found
  }

  async function faultOf(orgId: string, { id, newest, recorded, isGone, deletedBy }: OlderSecret): Promise<string | undefined> {
    if (isGone) return 'it was put back in the database after it had been purged, or moved to another vault'
    // Of how many newer ones is in the log: it differs between two stretches.
    if (recorded > newest) return `an old copy was put back in the database: version ${newest} is not the newest in the audit log`
    if (deletedBy === undefined || (await lastWord(orgId, id)) !== deletedBy) return undefined
    return 'it was put back in the database after it had been deleted'
  }

  /** The newest event that says whether a secret is there. */
  async function lastWord(orgId: string, id: string): Promise<number | undefined> {
    const filter = { orgId, resourceId: id, kinds: ['changes'], outcomes: ['ok'], order: 'desc', limit: 100 } as const
    const events = await database.report(({ audit }) => audit.page(filter))
    return events.find(({ action, resource_id }) => resource_id === id && (action === DELETED || REVIVED.includes(action)))?.seq
  }

  /** The same of all organisations. `failed` is told of each that could not be looked at, which keeps no other from it. */
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

  /** Adds those whose path or newest version no key of ours has put there. */
  async function addMisplaced(all: Map<string, Found>, signal: AbortSignal): Promise<void> {
    for (let after: string | undefined = ''; after !== undefined; ) {
      signal.throwIfAborted()
      const from: string = after
      const rows = await database.report(({ secretPlaces }) => secretPlaces.next(from, SECRETS_AT_ONCE))
      const wrong = await database.report(async ({ secretPlaces }) => {
        const ids = secretPlaces.wrong(rows).map(({ id }) => id)
        // The key may have been replaced since the rows were read.
        return secretPlaces.wrong(await secretPlaces.these(ids))
      })
      for (const { org_id: orgId, vault_id: vaultId, id, path } of wrong) {
        const found: Found = all.get(orgId) ?? new Map()
        if (found.size < MOST_TOLD) all.set(orgId, found.set(id, { orgId, vaultId, id, path, fault: MISPLACED }))
      }
      after = rows.at(-1)?.id
    }
  }

  async function lookAtAll(signal: AbortSignal): Promise<ChangedSecret[]> {
    const errors: unknown[] = []
    const all = await allOlder(signal, error => errors.push(error))
    await addMisplaced(all, signal)
    known = new Map([...all].map(([orgId, found]) => [orgId, found.size]))
    const changed = [...all.values()].flatMap(found => [...found.values()])
    await tell(changed)
    if (errors.length > 0) throw errors[0]
    return changed
  }

  /** Once for each fault, however often it is found. */
  async function tell(found: readonly ChangedSecret[]): Promise<void> {
    for (const secret of found) {
      const { orgId, id } = secret
      const event = eventOf(secret)
      const filter = { orgId, resourceId: id, action: ACTION, order: 'desc', limit: 1 } as const
      const [last] = await database.report(({ audit }) => audit.page(filter))
      if (last?.details.includes(JSON.stringify(secret.fault))) continue
      await database.run(({ audit }) => audit.append([event], clock()))
    }
  }

  return {
    /** Looks at all secrets when that is due. What it finds, at most 100 an organisation. */
    async patrolSecrets(signal: AbortSignal): Promise<readonly ChangedSecret[]> {
      if (clock() < due) return []
      due = clock() + AGAIN_MS
      const changed = await lookAtAll(signal)
      due = clock() + DAY_MS
      return changed
    },

    /** How many secrets of an organisation were changed past the server, as far as this process has found; at most 100. */
    changedSecrets: (orgId: string): number => known.get(orgId) ?? 0,
  }
}

const MISPLACED = 'its path or its newest version was changed in the database, so it is neither read nor written'

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
