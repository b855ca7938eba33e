import type { Migration } from './migration.ts'

/** Which version somebody read last on a day: who holds an older one. 0 for reads that were counted before it was kept. */
export const readVersions: Migration = {
  id: '0043-read-versions',
  statements: ({ int }) => [`ALTER TABLE secret_reads ADD COLUMN version ${int} NOT NULL DEFAULT 0`],
}
