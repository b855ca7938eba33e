import type { NewOutboxRow } from '../stores/outbox.ts'
import type { MailText } from './layout.ts'
import { quoted } from './quoted.ts'
import { howLong, minute } from './times.ts'

type Row = (kind: string, to: string | undefined, text: MailText) => NewOutboxRow

/** Mails about requests for access. */
export function accessTemplates(row: Row, page: (path: string) => string) {
  return {
    accessRequested: (to: string, asked: AskedFor & { by: string; reason: string }) =>
      row('access-requested', to, {
        subject: `${quoted(asked.by)} asks for access on 1claw`,
        before: [`${quoted(asked.by)} asks for ${whatOf(asked)}.`, `The reason given: ${quoted(asked.reason)}`],
        link: { label: 'Review the request', url: page('/requests') },
        after: ['If you do not know who is asking, or why, decline it or do nothing: it expires within 7 days.'],
      }),

    accessDecided: (
      to: string,
      { by, note, until, ...asked }: AskedFor & { by: string; note?: string | undefined; until?: number | null },
    ) =>
      row('access-decided', to, {
        subject: until === undefined ? 'Your request for access was declined' : 'Your request for access was approved',
        before: [
          `${quoted(by)} ${until === undefined ? 'declined' : 'approved'} what you asked for: ${whatOf(asked)}.`,
          ...(typeof until === 'number' ? [`The access ends automatically at ${minute(until)}.`] : []),
          ...(note ? [`A note for you: ${quoted(note)}`] : []),
        ],
        link: { label: 'See your requests', url: page('/requests') },
        after: ['If you did not ask for this, change your password: someone else could be signed in as you.'],
      }),
  }
}

/** A request for access. */
export interface AskedFor {
  readonly permissions: readonly string[]
  readonly pattern: string
  readonly vault: string
  /** Milliseconds. */
  readonly lasts: number
}

function whatOf({ permissions, pattern, vault, lasts }: AskedFor): string {
  return `${permissions.join(', ')} access to ${quoted(pattern)} in the vault ${quoted(vault)} for ${howLong(lasts)}`
}
