import { expect, it, onTestFinished } from 'vitest'
import { indexAudit } from '../../../../server/jobs/index-audit.ts'
import { eventAbout, ORG, openAudit, serviceOn } from '../../../support/audit.ts'
import { migratedPlace } from '../../../support/databases.ts'

/** More than one batch. */
const EVENTS = 1500

it('the job stops after the current batch, and continues there when it starts again', async () => {
  const place = await migratedPlace('sqlite')
  const database = await openAudit(place.options)
  onTestFinished(async () => {
    await database.close()
    await place.remove()
  })
  const service = serviceOn(database)
  const events = Array.from({ length: EVENTS }, (_, n) => eventAbout(`thing ${n}`))
  await database.run(({ audit }) => audit.append(events, 1))
  const indexedTo = () => database.read(({ audit }) => audit.index.indexedTo(ORG))
  const failed = (error: unknown) => {
    throw error
  }

  let asked = 0
  let stopped: Promise<void> | undefined
  const job = indexAudit({
    audit: {
      indexEvents: goesOn =>
        service.indexEvents(() => {
          asked++
          if (asked === 2) stopped = job.stop()
          return goesOn()
        }),
    },
    everyMs: 1,
    failed,
  })
  await expect.poll(() => stopped !== undefined).toBe(true)
  await stopped
  const first = await indexedTo()
  expect(first).toBeGreaterThan(0)
  expect(first).toBeLessThan(EVENTS)

  const next = indexAudit({ audit: service, everyMs: 1, failed })
  await expect.poll(indexedTo).toBe(EVENTS)
  await next.stop()
})
