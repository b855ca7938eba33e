import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '../../src/problem.ts'
import type { Config } from '../config/config.ts'
import type { Snapshot } from '../db/copy/snapshot.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type End, FORMAT, type Head, type Line, lineWriter, rowLine, VERSION } from './format.ts'
import { ROOT_KEY, snapshotOf } from './places.ts'
import { survey } from './read.ts'
import { type Sealing, sealStream } from './sealing.ts'
import { digestOfValues, keyFacts } from './values.ts'

export interface BackupRequest {
  readonly config: Pick<Config, 'dataDir' | 'databaseUrl'> & Partial<Pick<Config, 'keystore' | 'nextKeyStore'>>
  /** Undefined if the keys are not open yet: then the backup has no digest of its values. */
  readonly keyring: Keyring | undefined
  readonly file: string
  readonly sealing: Sealing
  /** Put the root key file of the software key store inside. */
  readonly withKeys: boolean
  readonly madeBy: string
  readonly now: number
  /** Called occasionally with the number of written rows. */
  readonly progress?: ((rows: number) => void) | undefined
}

export interface Backup {
  readonly file: string
  readonly bytes: number
  readonly head: Head
  readonly end: End
}

/** Bytes that are encrypted together. */
const CHUNK_BYTES = 64 * 1024
const TELL_EVERY_ROWS = 1000

/**
 * Writes a consistent backup of the database during normal work, and reads it back: the file with the requested name has been decrypted
 * once, from the disk. It is readable by its owner only.
 */
export async function makeBackup(request: BackupRequest): Promise<Backup> {
  const { config, file, sealing } = request
  const snapshot = await snapshotOf(config)
  const draft = `${file}.partial`
  try {
    const content = contentOf(snapshot, request)
    const { stream, unlocking } = await sealStream(content.chunks(), sealing)
    const bytes = await writeDurably(draft, file, stream)
    const found = await survey(draft, unlocking)
    if (found.end.digest !== content.end().digest)
      throw new Problem('check.failed', 'The backup differs from the database after it was read back.')
    await rename(draft, file)
    await syncFolder(file)
    return { file, bytes, head: found.head, end: found.end }
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  } finally {
    await snapshot.close()
  }
}

function contentOf(snapshot: Snapshot, { config, keyring, withKeys, madeBy, now, progress }: BackupRequest) {
  const writer = lineWriter()
  let end: End | undefined

  async function* lines(): AsyncGenerator<Line> {
    const head: Head = {
      format: FORMAT,
      version: VERSION,
      created_at: new Date(now).toISOString(),
      made_by: madeBy,
      engine: snapshot.engine,
      migrations: snapshot.migrations,
      keys: (await keyFacts(snapshot)).signer,
      key_files: withKeys ? ROOT_KEY : 'none',
    }
    yield { head }
    if (withKeys) yield { file: ROOT_KEY, bytes: (await rootKey(config)).toString('base64') }
    const counts: Record<string, number> = {}
    const heads: End['audit_heads'][number][] = []
    let written = 0
    for (const table of snapshot.tables) {
      counts[table] = 0
      for await (const row of snapshot.rows(table)) {
        yield rowLine(table, row)
        counts[table]++
        if (table === 'audit_heads') heads.push(headOf(row))
        if (++written % TELL_EVERY_ROWS === 0) progress?.(written)
      }
    }
    progress?.(written)
    end = {
      counts,
      audit_heads: heads,
      values: keyring
        ? await digestOfValues(snapshot, keyring)
        : { count: counts['secret_versions'] ?? 0, unreadable: 0, digest: '' },
      digest: writer.digest(),
    }
    yield { end }
  }

  return {
    async *chunks(): AsyncGenerator<Uint8Array> {
      let waiting: Buffer[] = []
      let size = 0
      for await (const line of lines()) {
        const bytes = writer.bytes(line)
        waiting.push(bytes)
        size += bytes.length
        if (size < CHUNK_BYTES) continue
        yield Buffer.concat(waiting)
        waiting = []
        size = 0
      }
      if (size > 0) yield Buffer.concat(waiting)
    },
    end(): End {
      if (!end) throw new Error('The backup is not written yet')
      return end
    },
  }
}

function headOf(row: Readonly<Record<string, unknown>>): End['audit_heads'][number] {
  return { org_id: String(row['org_id']), seq: Number(row['seq']), integrity_hash: String(row['integrity_hash']) }
}

/** @throws Problem `config.invalid` if there is no such file, because an HSM keeps the keys */
async function rootKey({ dataDir, keystore, nextKeyStore }: BackupRequest['config']): Promise<Buffer> {
  if (keystore !== 'software' && nextKeyStore?.keystore !== 'software') {
    throw new Problem('config.invalid', 'The keys are in an HSM, which does not export them.', {
      hint: 'Leave out --with-keys, and back up the HSM with its own tools.',
    })
  }
  return readFile(join(dataDir, ROOT_KEY))
}

async function writeDurably(draft: string, file: string, stream: AsyncIterable<Uint8Array>): Promise<number> {
  const handle = await open(draft, 'w', 0o600).catch((error: unknown) => {
    throw unwritable(file, error)
  })
  let bytes = 0
  try {
    for await (const chunk of stream) {
      await writeAll(handle, chunk)
      bytes += chunk.length
    }
    await handle.sync()
  } catch (error) {
    throw codeOf(error) === undefined ? error : unwritable(file, error)
  } finally {
    await handle.close()
  }
  return bytes
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await handle.write(chunk, done)).bytesWritten
}

/** The name is only durable once the folder is; Windows cannot open a folder. */
export async function syncFolder(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  await folder.sync().finally(() => folder.close())
}

function unwritable(file: string, error: unknown): Problem {
  if (codeOf(error) === 'ENOSPC') return new Problem('storage.full', `The disk is full: ${file} was not written.`)
  return new Problem('config.invalid', `The backup ${file} cannot be written (${codeOf(error) ?? 'unknown error'}).`, {
    cause: error,
  })
}

/** `ENOSPC`, or `SQLITE_FULL` where SQLite says so. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^(?:E|SQLITE_)[A-Z]+$/.test(error.code)
    ? error.code
    : undefined
}
