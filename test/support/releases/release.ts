import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { rowOf } from '../../../server/backup/format.ts'
import type { Copied } from '../../../server/db/copy/load.ts'

/** A whole database with its root key, as a release left it: created by that release, and never changed since. */
export interface Release {
  readonly rootKey: Buffer
  readonly agentKey: string
  readonly owner: string
  readonly vaults: { readonly prod: string; readonly staging: string }
  /** With the checksum of each. */
  readonly migrations: readonly string[]
  readonly checksums: Readonly<Record<string, string>>
  rows(): AsyncGenerator<Copied>
}

export function readRelease(version: string): Release {
  const text = readFileSync(join(import.meta.dirname, `${version}.json`), 'utf8')
  const { root_key, agent_key, owner, vaults, migrations, checksums, rows } = JSON.parse(text)
  return {
    rootKey: Buffer.from(root_key, 'base64'),
    agentKey: agent_key,
    owner,
    vaults,
    migrations,
    checksums,
    async *rows() {
      for (const row of rows) yield rowOf(row)
    },
  }
}
