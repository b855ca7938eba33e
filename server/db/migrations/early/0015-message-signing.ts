import type { Migration } from '../migration.ts'

export const messageSigning: Migration = {
  id: '0015-message-signing',
  statements: ({ int }) => [
    `ALTER TABLE agents ADD COLUMN message_signing_enabled ${int} NOT NULL DEFAULT 0`,
    `ALTER TABLE agents ADD COLUMN raw_signing_enabled ${int} NOT NULL DEFAULT 0`,
    "ALTER TABLE agents ADD COLUMN eip712_domain_allowlist TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE agents ADD COLUMN eip712_default_policy TEXT NOT NULL DEFAULT 'block'",
  ],
}
