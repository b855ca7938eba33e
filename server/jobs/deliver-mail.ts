import type { Database } from '../db/database.ts'
import { whyNotSent } from '../mail/failure.ts'
import type { MailTransport } from '../mail/mail.ts'
import type { MailTemplates } from '../mail/templates.ts'
import { MAIL_WAITS, type OutboxRow, type OutboxStore } from '../stores/outbox.ts'

export interface DeliverDeps {
  readonly database: Database<{ outbox: OutboxStore }>
  readonly templates: Pick<MailTemplates, 'read'>
  readonly transport: MailTransport
  readonly clock: () => number
  /** Called with the outcome, by kind: never with the recipient or the text. */
  readonly log: (event: string) => void
  /** Called for a failed attempt, which is repeated. */
  readonly failed: (error: unknown) => void
  /** Called when a poll has reached the database. */
  readonly done?: () => void
  readonly everyMs?: number
}

const BATCH = 10
const SOON_MS = 50
/** Longer than one attempt can take: a second process must not take a message that is being sent. */
const FIRST_RETRY_MS = 60_000
const LONGEST_RETRY_MS = 3_600_000

/** 1, 2, 4… minutes and at most an hour after an attempt that failed, or whose process died. */
export function retryAfterMs(attempts: number): number {
  return Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS)
}

/**
 * Sends the messages in the outbox: at once when a unit of work has committed some, and again after failures until a message is too old to
 * be of use. Any number of processes may run it: each row is taken by one, sent outside any transaction and then removed. A crash in
 * between sends a message twice, with the same `Message-ID`, rather than not at all.
 */
export function deliverMail({ database, templates, transport, clock, log, failed, done, everyMs = 5_000 }: DeliverDeps): {
  stop(): Promise<void>
} {
  let round: Promise<void> | undefined
  let again = false
  let stopped = false
  let soon: NodeJS.Timeout | undefined

  function kick(): void {
    again = true
    if (stopped) return
    round ??= repeat()
      .then(done, failed)
      .finally(() => {
        round = undefined
        // A mail could have been written since the last poll.
        if (again) kick()
      })
  }

  /** Not in the turn of the commit: the reply that it belongs to is sent first, and its time does not reveal whether there was mail. */
  function kickSoon(): void {
    if (stopped) return
    soon ??= setTimeout(() => {
      soon = undefined
      kick()
    }, SOON_MS).unref()
  }

  async function repeat(): Promise<void> {
    while (again && !stopped) {
      again = false
      const taken = await claim()
      await Promise.all(taken.map(deliver))
      if (taken.length === BATCH) again = true
    }
  }

  async function claim(): Promise<OutboxRow[]> {
    const now = clock()
    const due = await database.read(({ outbox }) => outbox.nextDue())
    if (due === undefined || due > now) return []
    return database.run(({ outbox }) => outbox.claim({ now, limit: BATCH, retryAt: attempts => now + retryAfterMs(attempts) }))
  }

  async function deliver(row: OutboxRow): Promise<void> {
    try {
      const mail = row.expires_at > clock() ? templates.read(row) : undefined
      const place = mail && (await transport.send({ id: row.id, mail, writtenAt: row.created_at }))
      await database.run(({ outbox }) => outbox.remove(row.id))
      if (place !== undefined) log(`Mail (${row.kind}) is in ${place}`)
    } catch (error) {
      failed(error)
      await database.run(({ outbox }) => outbox.failed(row.id, whyNotSent(error))).catch(failed)
    }
  }

  database.onChange(topic => {
    if (topic === MAIL_WAITS || topic === '*') kickSoon()
  })
  const timer = setInterval(kick, everyMs).unref()
  kick()

  return {
    async stop() {
      stopped = true
      clearInterval(timer)
      clearTimeout(soon)
      await round
      transport.close()
    },
  }
}
