import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DAY, ensureNone, type Job, MINUTE, rowsIn } from './job.ts'

export const auditCut: Job = {
  settings: dataDir => ({ auditRetention: { days: 30, archive: join(dataDir, 'archive') } }),
  async start({ parts }) {
    parts.advance(1000 * DAY)
    await parts.services.removeOldEvents()
  },
  async finish({ parts }) {
    // Still within the day, as when a server restarts.
    parts.advance(1000 * DAY + 5 * MINUTE)
    await parts.services.removeOldEvents()
  },
  async ensureDone(bench) {
    const { config } = bench.parts
    const cuts = await rowsIn(bench, 'SELECT kept_in, finished_at FROM audit_cuts')
    if (cuts.length === 0) throw new Error('Nothing was removed.')
    for (const { kept_in, finished_at } of cuts) {
      if (finished_at === null) throw new Error('A cut is not finished.')
      if (!existsSync(join(config.dataDir, 'archive', String(kept_in)))) throw new Error('Removed events are not kept.')
    }
  },
}

/** Expires credits, and mails owners about credits that expire soon. */
export const creditEnd: Job = {
  async start({ parts }) {
    parts.advance(31 * DAY)
    await parts.services.creditExpiry.round()
  },
  finish: bench => creditEnd.start(bench),
  async ensureDone(bench) {
    await ensureNone(bench, 'credit_lots', `left_cents > 0 AND expires_at <= ${bench.parts.now()}`)
    const books = await rowsIn(
      bench,
      `SELECT a.org_id, a.balance_cents, (SELECT sum(e.amount_cents) FROM credit_entries e WHERE e.org_id = a.org_id) AS entries,
        (SELECT sum(l.left_cents) FROM credit_lots l WHERE l.org_id = a.org_id) AS lots FROM billing_accounts a`,
    )
    if (books.length !== bench.facts.creditors) throw new Error(`There are ${books.length} accounts.`)
    for (const { org_id, balance_cents, entries, lots } of books) {
      const sums = [balance_cents, entries, lots].map(Number)
      if (new Set(sums).size !== 1) throw new Error(`The books of ${org_id} do not agree: ${sums.join(', ')}.`)
    }
    const told = await rowsIn(bench, "SELECT id FROM outbox WHERE kind = 'credits-expiring'")
    if (told.length !== 1) throw new Error(`The owner was told ${told.length} times.`)
  },
}
