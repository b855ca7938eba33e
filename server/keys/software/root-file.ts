import { randomFillSync, randomUUID } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, link, mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Problem } from '../../../src/problem.ts'
import { UUID_FORM } from '../../../src/uuid.ts'
import { LARGEST, plainRoot, ROOT_BYTES, rootIn, rootUnderPassphrase, type Unsealing } from './root-format.ts'
import type { ArgonCost } from './stretching.ts'

export interface RootFile extends Unsealing {
  readonly file: string
}

/**
 * The bytes of the file, which the caller wipes, or undefined if there is no such file.
 * @throws Problem `config.invalid`
 */
export async function readRootBytes(file: string): Promise<Buffer | undefined> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw invalid(`The root key file ${file} cannot be opened (${codeOf(error)}).`)
  })
  if (!handle) return undefined
  try {
    await checkMode(handle, file)
    const bytes = Buffer.alloc(LARGEST + 1)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** The 32 bytes in the file, which the caller wipes, or undefined if there is no such file. Throws like `rootIn`. */
export async function readRoot({ file, ...given }: RootFile): Promise<Buffer | undefined> {
  const bytes = await readRootBytes(file)
  if (!bytes) return undefined
  try {
    return await rootIn(bytes, file, given)
  } finally {
    bytes.fill(0)
  }
}

/** Writes a new random root key, durable before this returns. An existing file is not changed. */
export async function createRoot({ file, passphrase }: RootFile, cost?: ArgonCost): Promise<void> {
  const key = randomFillSync(Buffer.alloc(ROOT_BYTES))
  const bytes = passphrase === undefined ? plainRoot(key) : await rootUnderPassphrase(key, passphrase, cost)
  key.fill(0)
  await placeRoot(file, bytes).finally(() => bytes.fill(0))
}

/**
 * Writes the bytes of a root key file, durable before this returns. An existing file is not changed. The file gets its name only when it is
 * complete: neither a server that starts at the same time nor one after a crash finds half a key.
 */
export async function placeRoot(file: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw invalid(`The folder ${folder} for the root key file cannot be created (${codeOf(error)}).`)
  })
  const draft = draftOf(file)
  try {
    const handle = await create(draft, file)
    await writeDurably(handle, bytes, draft, file)
    await link(draft, file).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw invalid(`The root key file ${file} cannot be created (${codeOf(error)}).`)
    })
  } finally {
    await rm(draft, { force: true })
  }
  await syncFolder(folder)
}

/**
 * Replaces the bytes of a root key file, atomically and durably, with the owner and mode of the old one; the old bytes are overwritten on
 * the disk. Whenever the process is killed, one of the two files exists.
 * @param before the content of the file
 * @returns the number of other names (hard links) of the old file, which therefore still exists
 * @throws Problem `resource.conflict` if the file has other content by now; `config.invalid` if it cannot be written
 */
export async function replaceRoot(file: string, before: Uint8Array, bytes: Uint8Array): Promise<{ otherNames: number }> {
  // A link is followed: if the link itself were replaced, the old key would remain in its target.
  const place = await realpath(file)
  const old = await open(place, 'r').catch((error: unknown) => {
    throw invalid(`The root key file ${file} cannot be opened (${codeOf(error)}).`)
  })
  const draft = draftOf(place)
  try {
    const { uid, gid, mode } = await old.stat()
    const handle = await create(draft, file)
    await likeBefore(handle, { uid, gid, mode }, file)
    await writeDurably(handle, bytes, draft, file)
    const now = await readRootBytes(file)
    if (!now?.equals(before)) throw new Problem('resource.conflict', `The root key file ${file} was changed at the same time.`)
    now.fill(0)
    const writable = await open(place, 'r+').catch(() => undefined)
    await rename(draft, place)
    await syncFolder(dirname(place))
    return { otherNames: await erase(writable) }
  } finally {
    await old.close()
    await rm(draft, { force: true })
    await sweepDrafts(place)
  }
}

/** Removes the incomplete files of processes that were killed while they wrote. */
export async function sweepDrafts(file: string): Promise<void> {
  const names = await readdir(dirname(file)).catch(() => [])
  for (const name of names.filter(name => isDraft(file, name))) {
    await erase(await open(join(dirname(file), name), 'r+').catch(() => undefined), true)
    await rm(join(dirname(file), name), { force: true })
  }
}

const DRAFT = new RegExp(`\\.${UUID_FORM}\\.draft$`)

/** Whether a file next to a root key file is, by its name, such an incomplete file. */
export function isDraft(file: string, name: string): boolean {
  return name.startsWith(`${basename(file)}.`) && DRAFT.test(name)
}

function draftOf(file: string): string {
  return `${file}.${randomUUID()}.draft`
}

/**
 * If root replaces the file, it keeps its owner.
 * @throws Problem `config.invalid` if the server could no longer read it
 */
async function likeBefore(
  handle: FileHandle,
  { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>,
  file: string,
): Promise<void> {
  try {
    await handle.chmod(mode & 0o700)
    const isMine = uid === process.getuid?.()
    if (isMine && gid === process.getgid?.()) return
    await handle.chown(uid, gid).catch(() => {
      // The group alone decides nothing: only the owner may read the file.
      if (!isMine) throw invalid(`The root key file ${file} belongs to another user.`, 'Run this as that user, or as root.')
    })
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Overwrites an old file, unless it has other names, which are somebody's copies. Returns their number. */
async function erase(handle: FileHandle | undefined, named = false): Promise<number> {
  if (!handle) return 0
  try {
    const { size, nlink } = await handle.stat()
    const others = nlink - (named ? 1 : 0)
    if (others > 0) return others
    await handle.write(Buffer.alloc(size), 0, size, 0)
    await handle.sync()
    return 0
  } finally {
    await handle.close()
  }
}

function create(draft: string, file: string): Promise<FileHandle> {
  return open(draft, 'wx', 0o600).catch((error: unknown) => {
    throw invalid(`The root key file ${file} cannot be created (${codeOf(error)}).`)
  })
}

async function writeDurably(handle: FileHandle, bytes: Uint8Array, draft: string, file: string): Promise<void> {
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } catch (error) {
    // The next start must not find half a key; this file is our own, created a moment ago.
    await rm(draft, { force: true })
    throw invalid(`The root key file ${file} cannot be written (${codeOf(error)}).`)
  } finally {
    await handle.close()
  }
}

/** A name is durable only if the folder is; Windows cannot open a folder. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}

async function checkMode(handle: FileHandle, file: string): Promise<void> {
  const stats = await handle.stat()
  if (!stats.isFile()) throw invalid(`The root key file ${file} is not a regular file.`)
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    throw invalid(`The root key file ${file} can be read by other users.`, `Run: chmod 600 ${file}`)
  }
}

function invalid(detail: string, hint?: string): Problem {
  return new Problem('config.invalid', detail, hint === undefined ? {} : { hint })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}
