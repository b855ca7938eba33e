import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLog } from '../../../../../server/modules/audit/read-log.ts'
import { type AuditDatabase, eventAbout, ORG, openAudit, verdict } from '../../../../support/audit.ts'
import { migratedPlace, type Place } from '../../../../support/databases.ts'

describe('the read log', () => {
  let place: Place
  let real: AuditDatabase
  let begun: number
  let commits: number
  let sink: 'open' | 'broken' | Promise<void>
  /** The real database with a switch that makes it fail, like a full disk or a lost server. */
  let database: AuditDatabase

  beforeEach(async () => {
    place = await migratedPlace('sqlite')
    real = await openAudit(place.options)
    begun = 0
    commits = 0
    sink = 'open'
    database = {
      ...real,
      run: async work => {
        begun++
        if (sink === 'broken') throw new Error('disk I/O error')
        if (sink !== 'open') await sink
        commits++
        return real.run(work)
      },
    }
  })

  afterEach(async () => {
    await real.close()
    await place.remove()
  })

  const log = () => readLog({ database, clock: Date.now })
  const stored = async () => {
    const rows = await real.read(({ audit }) => audit.page({ orgId: ORG, order: 'asc', limit: 5000 }))
    return rows.map(({ resource_id }) => resource_id)
  }

  it('resolves only once the events are committed', async () => {
    await log().record([eventAbout('a'), eventAbout('b')])
    expect(await stored()).toEqual(['a', 'b'])
  })

  it('commits waiting events together: 300 callers need a handful of transactions', async () => {
    const { record } = log()
    await Promise.all(Array.from({ length: 300 }, (_, index) => record([eventAbout(`r${index}`)])))
    expect(new Set(await stored()).size).toBe(300)
    expect(commits).toBeLessThanOrEqual(4)
    expect((await verdict(real)).ok).toBe(true)
  })

  it('limits the size of batches, but keeps one caller’s events together', async () => {
    const { record } = log()
    const callers = Array.from({ length: 6 }, (_, caller) =>
      record(Array.from({ length: 200 }, (_, n) => eventAbout(`${caller}-${n}`))),
    )
    await Promise.all([...callers, record(Array.from({ length: 700 }, (_, n) => eventAbout(`big-${n}`)))])
    expect(await stored()).toHaveLength(1900)
    expect(commits).toBeGreaterThanOrEqual(4)
  })

  it('never leaves a caller waiting that arrives just as a batch ends', async () => {
    const { record } = log()
    const chained = async (name: string) => {
      for (let n = 0; n < 50; n++) await record([eventAbout(`${name}${n}`)])
    }
    await Promise.all(['a', 'b', 'c', 'd'].map(chained))
    expect(await stored()).toHaveLength(200)
  })

  it('rejects all callers of the batch when the sink fails, and works again afterwards', async () => {
    sink = 'broken'
    const { record } = log()
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map(id => record([eventAbout(id)])))
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    sink = 'open'
    await record([eventAbout('d')])
    expect(await stored()).toEqual(['d'])
  })

  it('allows no request while the sink is blocked, and refuses at once when too many wait', async () => {
    let unblock = () => {}
    sink = new Promise(resolve => {
      unblock = resolve
    })
    const { record } = log()
    let through = 0
    const caller = () => record(Array.from({ length: 500 }, () => eventAbout('w'))).then(() => through++)
    const waiting = Array.from({ length: 40 }, caller)
    await expect.poll(() => begun).toBe(1)
    // The first is running; all others fill the queue.
    waiting.push(caller())
    expect(through).toBe(0)
    await expect(record([eventAbout('late')])).rejects.toMatchObject({ code: 'server.busy' })
    unblock()
    await Promise.all(waiting)
    expect(await stored()).not.toContain('late')
  })

  it('records failed attempts later, without delaying anyone, and drains them at the end', async () => {
    const { recordLater, drain, dropped } = log()
    for (let n = 0; n < 20; n++) recordLater(eventAbout(`f${n}`))
    await drain()
    expect(await stored()).toEqual(Array.from({ length: 20 }, (_, n) => `f${n}`))
    expect(dropped()).toBe(0)
  })

  it('keeps failed attempts while the sink is broken, drops the oldest of a flood and reports how many', async () => {
    sink = 'broken'
    const { record, recordLater, drain, dropped } = log()
    for (let n = 0; n < 2500; n++) recordLater(eventAbout(`f${n}`))
    await expect(record([eventAbout('reading')])).rejects.toThrow('disk I/O error')
    sink = 'open'
    await drain()
    const kept = await stored()
    expect(kept).toHaveLength(2000)
    expect(kept.at(-1)).toBe('f2499')
    expect(kept).not.toContain('reading')
    expect(dropped()).toBe(500)
    expect((await verdict(real)).ok).toBe(true)
  })

  it('drops at shutdown what cannot be committed', async () => {
    sink = 'broken'
    const { recordLater, drain, dropped } = log()
    recordLater(eventAbout('f'))
    await drain()
    expect(dropped()).toBe(1)
  })
})
