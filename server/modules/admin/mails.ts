import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { type WrittenMail, writtenMailOf, writtenMails } from '../../mail/eml-folder.ts'
import { WITH_KEY } from '../../mail/mail.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import { recentSignIn } from '../../policy/caller.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OutboxStore } from '../../stores/outbox.ts'

export interface WaitingMailsDeps {
  readonly database: Database<{ outbox: OutboxStore; audit: AuditStore }>
  readonly templates: Pick<MailTemplates, 'read'>
  /** The folder with the mails of a server without SMTP; undefined with SMTP. */
  readonly outboxFolder: string | undefined
  readonly clock: () => number
}

export type WaitingMails = ReturnType<typeof waitingMails>

/** A mail that waits, without its text. Times in epoch milliseconds. */
export interface WaitingMail {
  readonly id: string
  readonly kind: string
  readonly to: string
  readonly subject: string
  readonly writtenAt: number
  /** With SMTP. */
  readonly sending?: { readonly attempts: number; readonly nextAt: number; readonly lastError: string | null }
  /** Without SMTP: the name of its file. */
  readonly file?: string
}

const DEFAULT_LIMIT = 100

/** The mails that nobody has received yet, as the operator of the server sees them. */
export function waitingMails({ database, templates, outboxFolder: folder, clock }: WaitingMailsDeps) {
  return {
    /** Newest first. Mails to nobody, which are discarded at their turn, count but are left out. */
    async list(
      _: Grant<'platform.admin'>,
      { limit = DEFAULT_LIMIT, offset = 0 }: { limit?: number | undefined; offset?: number | undefined },
    ): Promise<{ smtp: boolean; mails: readonly WaitingMail[]; total: number }> {
      if (folder !== undefined) return { smtp: false, ...(await writtenMails(folder, { limit, offset, now: clock() })) }
      const { rows, total } = await database.read(({ outbox }) => outbox.page(limit, offset))
      return { smtp: true, mails: rows.flatMap(row => sentLater(row) ?? []), total }
    },

    /**
     * One mail with its text, which has a link of somebody else: only from a file, which its operator can read anyway, for an owner of the
     * organisation that runs the server.
     */
    async show(grant: Grant<'platform.admin'>, id: string): Promise<WrittenMail> {
      const { actor } = grant
      if (actor.type !== 'user' || actor.role !== 'owner')
        throw denied('owner-only', 'Only an owner of the organisation that runs the server can read mail to others.')
      recentSignIn(actor, clock())
      if (folder === undefined)
        throw new Problem(
          'resource.conflict',
          'This server sends mail by SMTP: the text of a mail is shown to nobody but its recipient.',
        )
      const mail = await writtenMailOf(folder, id, clock())
      if (!mail) throw new Problem('resource.unknown', 'There is no waiting mail with this id.')
      if (mail.kind === WITH_KEY)
        throw new Problem('resource.conflict', 'This mail contains the key of an agent, which is not shown.')
      const details = { kind: mail.kind, email: mail.to }
      const event = grantEvent(grant, 'admin.mail_show', { resourceType: 'mail', resourceId: id, details })
      await database.run(({ audit }) => audit.append([event], clock()))
      return mail
    },
  }

  function sentLater(row: Awaited<ReturnType<OutboxStore['page']>>['rows'][number]): WaitingMail | undefined {
    const mail = templates.read(row)
    if (!mail) return undefined
    const { kind, to, subject } = mail
    const sending = { attempts: row.attempts, nextAt: row.due_at, lastError: row.last_error }
    return { id: row.id, kind, to, subject, writtenAt: row.created_at, sending }
  }
}
