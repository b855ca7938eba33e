import type { Migration } from './migration.ts'

/** Why the last attempt to send a mail failed, in words that name neither its recipient nor its text. */
export const mailErrors: Migration = {
  id: '0045-mail-errors',
  statements: () => ['ALTER TABLE outbox ADD COLUMN last_error TEXT'],
}
