import { createSecretKey } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { type DeliverDeps, deliverMail, retryAfterMs } from '../../../../server/jobs/deliver-mail.ts'
import { dataBox } from '../../../../server/keys/data-box.ts'
import { only } from '../../../../server/keys/lineage.ts'
import type { Delivery } from '../../../../server/mail/mail.ts'
import { templates as templatesOf } from '../../../../server/mail/templates.ts'
import { openServerDatabase } from '../../../../server/start/database.ts'
import { ENGINES, migratedPlace } from '../../../support/databases.ts'

const box = dataBox(only(createSecretKey(Buffer.alloc(32, 7))))
const opened: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

/** One database and any number of processes that deliver its mail. */
async function office(engine: (typeof ENGINES)[number], processes: number) {
  const place = await migratedPlace(engine)
  opened.push(place.remove)
  let now = 1_000_000
  const clock = () => now
  const templates = templatesOf({ box, publicUrl: () => 'https://claw.test', clock })
  const sent: Delivery[] = []
  const logged: string[] = []
  const failures: unknown[] = []
  let refuse = false
  let looks = 0
  const { url, file } = place.options
  const dataDir = file?.replace(/\/1claw\.db$/, '') ?? '/tmp'
  const open = () => openServerDatabase({ dataDir, databaseUrl: url }, () => undefined)
  const databases = [await open()]
  if (engine === 'postgres') while (databases.length < processes) databases.push(await open())
  for (const database of databases) opened.push(() => database.close())
  const deps = (index: number): DeliverDeps => ({
    database: databases[index % databases.length] ?? fail(),
    templates,
    clock,
    transport: {
      async send(delivery) {
        await new Promise(resolve => setTimeout(resolve, 5))
        if (refuse) throw new Error('451 later')
        sent.push(delivery)
        return 'the box'
      },
      close() {},
    },
    log: event => logged.push(event),
    failed: error => failures.push(error),
    done: () => void looks++,
    everyMs: 25,
  })
  for (let index = 0; index < processes; index++) {
    const job = deliverMail(deps(index))
    opened.push(() => job.stop())
  }
  const [database = fail()] = databases
  return {
    templates,
    database,
    sent,
    logged,
    failures,
    refuse: (on: boolean) => {
      refuse = on
    },
    advance: (ms: number) => {
      now += ms
    },
    /** Resolves when a process has finished a look for mail that started after this call. */
    async looked() {
      const before = looks
      await expect.poll(() => looks).toBeGreaterThan(before + processes)
    },
    waiting: () => database.read(({ outbox }) => outbox.nextDue()),
  }
}

function fail(): never {
  throw new Error('There is no database.')
}

describe.each(ENGINES)('mail in the outbox on %s', engine => {
  it('is sent by one of many processes, once each', async () => {
    const { database, templates, sent, waiting, failures, logged } = await office(engine, 3)
    const addresses = Array.from({ length: 40 }, (_, i) => `person-${i}@example.com`)
    await Promise.all(addresses.map(to => database.run(({ outbox }) => outbox.add(templates.welcome(to)))))
    await expect.poll(waiting).toBeUndefined()
    expect(sent.map(({ mail }) => mail.to).toSorted()).toEqual(addresses.toSorted())
    expect(new Set(sent.map(({ id }) => id)).size).toBe(40)
    expect(failures).toEqual([])
    expect(logged).toHaveLength(40)
    expect(logged.join()).not.toContain('example.com')
  })

  it('waits longer after each failure, and is given up when its link has expired', async () => {
    const { database, templates, sent, waiting, failures, refuse, advance, looked } = await office(engine, 2)
    refuse(true)
    await database.run(({ outbox }) =>
      outbox.add(templates.passwordReset('ada@example.com', { token: 'token', lifetimeMs: 3_600_000, proven: true })),
    )
    await expect.poll(() => failures).toHaveLength(1)
    advance(59_000)
    await looked()
    expect(failures).toHaveLength(1)
    advance(1_000)
    await expect.poll(() => failures).toHaveLength(2)
    refuse(false)
    advance(3_600_000)
    await expect.poll(waiting).toBeUndefined()
    expect(sent).toEqual([])
  })

  it('without a recipient is discarded', async () => {
    const { database, templates, sent, waiting } = await office(engine, 1)
    await database.run(({ outbox }) => outbox.add(templates.locked(undefined)))
    await expect.poll(waiting).toBeUndefined()
    expect(sent).toEqual([])
  })

  it('is not sent when the unit of work that wrote it failed', async () => {
    const { database, templates, sent, waiting, looked } = await office(engine, 1)
    const work = database.run(async ({ outbox }) => {
      await outbox.add(templates.welcome('ada@example.com'))
      throw new Error('no')
    })
    await expect(work).rejects.toThrow('no')
    await looked()
    expect(await waiting()).toBeUndefined()
    expect(sent).toEqual([])
  })
})

it('the delay grows to an hour', () => {
  expect([1, 2, 3, 7, 30].map(retryAfterMs)).toEqual([60_000, 120_000, 240_000, 3_600_000, 3_600_000])
})
