import type { Database } from '../../db/database.ts'
import { inBatches } from '../../db/rest-between-batches.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { groupSignature } from '../../stores/audit/signature.ts'

type AuditDatabase = Database<{ audit: AuditStore }>

/** The number of chains in one call. */
const ORGS_AT_ONCE = 1000
/** Events that are read and signed in one turn, for about 3 ms. */
const EVENTS_AT_ONCE = 128

/**
 * Adds the signatures of complete groups of events, by which searches for texts and patterns skip most events. It stops after the batch
 * during which `goesOn` became false; the next call makes that group again.
 */
export async function indexTexts(database: AuditDatabase, goesOn: () => boolean): Promise<void> {
  for (const orgId of await database.read(({ audit }) => audit.texts.behind(ORGS_AT_ONCE)))
    while (goesOn() && (await addGroup(database, orgId, goesOn)));
}

/** False if there is no complete group. */
async function addGroup(database: AuditDatabase, orgId: string, goesOn: () => boolean): Promise<boolean> {
  const next = await database.read(({ audit }) => audit.texts.next(orgId))
  if (!next) return false
  const signature = groupSignature()
  let after = next.first - 1
  await inBatches(async () => {
    const events = await database.read(({ audit }) => audit.texts.events(orgId, after, next.last, EVENTS_AT_ONCE))
    for (const event of events) signature.add(event)
    after = events.at(-1)?.seq ?? next.last
    return after < next.last
  }, goesOn)
  if (after < next.last) return false
  await database.run(({ audit }) => audit.texts.add(orgId, next.group, signature.parts()))
  return true
}
