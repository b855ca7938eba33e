/** Data for the growth bench: rows cloned within the database, in addition to a few that the API has written. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import sqlite3 from 'sqlite3'
import { readConfig } from '../../../server/config/config.ts'
import { assemble } from '../../../server/main.ts'
import type { NewEvent } from '../../../server/policy/event.ts'
import { GROUP } from '../../../server/stores/audit/signature.ts'
import { progress } from '../progress.ts'

export interface Grown {
  readonly vaultId: string
  readonly orgId: string
  readonly agentId: string
}

/** Runs statements on a closed database. */
async function withDatabase(
  file: string,
  work: (run: (sql: string, ...values: unknown[]) => Promise<void>) => Promise<void>,
): Promise<void> {
  const db = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, error => (error ? reject(error) : resolve(opened)))
  })
  const run = (sql: string, ...values: unknown[]) =>
    new Promise<void>((resolve, reject) => {
      db.run(sql, values, error => (error ? reject(error) : resolve()))
    })
  try {
    await run('PRAGMA synchronous = OFF')
    await work(run)
  } finally {
    await closed(db)
  }
}

function closed(db: sqlite3.Database): Promise<void> {
  return new Promise((resolve, reject) => {
    db.close(error => (error ? reject(error) : resolve()))
  })
}

const NUMBERS = (from: number, to: number) =>
  `WITH RECURSIVE number(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM number WHERE n < ${to})`

/** The number of secrets in one transaction, which must be held until it ends. */
const STEP = 20_000

/** Secrets `grown/000/000001`, …, which can be listed but not opened. */
export async function growSecrets(file: string, { vaultId }: Grown, from: number, to: number): Promise<void> {
  const tell = progress('secrets', to)
  await withDatabase(file, async run => {
    for (let first = from; first <= to; first += STEP) {
      const last = Math.min(first + STEP - 1, to)
      await run('BEGIN')
      for (const statement of secretsOf(first, last)) await run(statement, vaultId)
      await run('COMMIT')
      tell(last)
    }
  })
}

function secretsOf(first: number, last: number): readonly string[] {
  const id = `printf('00000000-0000-4000-8000-%012d', n)`
  const template = '(SELECT v.* FROM secret_versions v JOIN secrets s ON s.id = v.secret_id WHERE s.vault_id = ? LIMIT 1)'
  return [
    `${NUMBERS(first, last)} INSERT INTO secrets (id, vault_id, path, latest_version, created_at)
      SELECT ${id}, ?, printf('grown/%03d/%06d', n % 1000, n), 1, 0 FROM number`,
    `${NUMBERS(first, last)} INSERT INTO secret_versions (secret_id, version, type, ciphertext, wrapped_dek, kek_id, created_by, created_at,
        is_disabled, max_access_count, access_count)
      SELECT ${id}, 1, t.type, t.ciphertext, t.wrapped_dek, t.kek_id, t.created_by, 0, 0, 0, 0 FROM number, ${template} t`,
  ]
}

/**
 * Gives the grown secrets the MACs of the server. Without them the daily comparison takes each of them for a secret that was changed in the
 * database, and checks it twice.
 */
export async function proveSecrets(dataDir: string): Promise<void> {
  const { database, close } = await assemble(readConfig({ dataDir }, SILENT))
  try {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const from: string = after
      const rows = await database.read(({ secretPlaces }) => secretPlaces.unproven(from, PROVEN_AT_ONCE))
      await database.run(({ secretPlaces }) => secretPlaces.prove(rows))
      after = rows.at(-1)?.id
    }
  } finally {
    await close()
  }
}

const SILENT = { ONECLAW_LOG_LEVEL: 'silent' }
const PROVEN_AT_ONCE = 5000

/** The number of events in one commit. */
const COMMIT = 500
/** The number of events after which a checkpoint is signed, up to which they can be removed later; half of them if there are fewer. */
const CUT = 10_000

/**
 * Events after the last one of the organisation, one in 10,000 by the agent. The server's own code writes them, so the chain is sound.
 * Returns when a checkpoint of the first of them was signed, in epoch milliseconds.
 */
export async function growEvents(dataDir: string, grown: Grown, from: number, to: number): Promise<number> {
  const tell = progress('audit events', to - from + 1)
  const { database, services, close } = await assemble(readConfig({ dataDir }, SILENT))
  const add = async (first: number, last: number) => {
    for (let next = first; next <= last; next += COMMIT) {
      const count = Math.min(COMMIT, last - next + 1)
      const events = Array.from({ length: count }, (_, index) => eventNumber(next + index, grown))
      await database.run(({ audit }) => audit.append(events, next * 1000))
      tell(next + count - from)
    }
  }
  try {
    const middle = from - 1 + Math.min(CUT, Math.ceil((to - from) / 2))
    await add(from, middle)
    await services.audit.signedHeads(grown.orgId)
    const signedAt = Date.now()
    await add(middle + 1, to)
    // Its jobs run here as in any server, and the index would continue at the next start.
    await untilIndexed(join(dataDir, '1claw.db'), grown)
    return signedAt
  } finally {
    await close()
  }
}

function eventNumber(n: number, { orgId, agentId, vaultId }: Grown): NewEvent {
  const isOfAgent = n % 10_000 === 0
  return {
    orgId,
    action: n % 5000 === 0 ? 'vault.create' : 'secret.read',
    actorId: isOfAgent ? agentId : 'somebody',
    actorType: isOfAgent ? 'agent' : 'user',
    resourceType: 'secret',
    resourceId: `thing-${n % 50_000}`,
    vaultId,
    details: { path: `grown/${n % 50_000}` },
    ipAddress: '127.0.0.1',
  }
}

/** Policies of the agent; none of them lets it read more than the last one. */
export async function growPolicies(file: string, { orgId, vaultId, agentId }: Grown, count: number): Promise<void> {
  await withDatabase(file, async run => {
    await run(
      `${NUMBERS(1, count)} INSERT INTO policies (id, org_id, vault_id, secret_path_pattern, principal_type, principal_id, permissions,
          created_by, created_by_type, created_at)
        SELECT printf('20000000-0000-4000-8000-%012d', n), ?, ?, printf('grown/%03d/**', n % 1000), 'agent', ?, '["read"]', 'bench', 'user', 0
        FROM number`,
      orgId,
      vaultId,
      agentId,
    )
  })
}

/** Waits until all events are in the index of the audit log; reads next to a running server, whose job adds them. */
export async function untilIndexed(file: string, grown: Grown): Promise<void> {
  const { length } = await indexed(file, grown)
  const tell = progress('index of the audit log', length)
  for (let known = 0; known < length; await sleep(200)) {
    known = (await indexed(file, grown)).known
    tell(known)
  }
}

/** The number of events in the chain of the organisation, and of those in the index. */
async function indexed(file: string, { orgId }: Grown): Promise<{ readonly length: number; readonly known: number }> {
  const db = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, sqlite3.OPEN_READONLY, error => (error ? reject(error) : resolve(opened)))
  })
  // A checkpoint of the server can hold the file for a moment.
  db.configure('busyTimeout', 10_000)
  // The signatures of texts are of complete groups only.
  const texts = `coalesce((SELECT max(event_group) + 1 FROM audit_texts t WHERE t.org_id = h.org_id), 0) * ${GROUP}`
  const question = `SELECT h.seq AS length, min(coalesce(i.seq, 0), ${texts} + ${GROUP - 1}) AS known FROM audit_heads h
    LEFT JOIN audit_indexed i ON i.org_id = h.org_id WHERE h.org_id = ?`
  try {
    return await new Promise((resolve, reject) => {
      db.get<{ length: number; known: number }>(question, [orgId], (error, found) =>
        error ? reject(error) : resolve(found ?? { length: 0, known: 0 }),
      )
    })
  } finally {
    await closed(db)
  }
}
