import type { Migration } from './migration.ts'

/** The version that a principal read last on a day, to find who has an older one. 0 for reads from before this was recorded. */
export const readVersions: Migration = {
  id: '0043-read-versions',
  statements: ({ int }) => [`ALTER TABLE secret_reads ADD COLUMN version ${int} NOT NULL DEFAULT 0`],
}
