import { createHash, createSecretKey, randomFillSync, randomUUID, scrypt } from 'node:crypto'
import { type FileHandle, link, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Problem } from '../../../src/problem.ts'
import { BOX_OVERHEAD, openBox, sealBox } from '../primitives/gcm.ts'

/**
 * The file that holds the 32-byte root key of the software keyring.
 *
 *     "1CLAWKEY" | version 1 | 0 | root key (32) | first 8 bytes of SHA-256 over all before
 *     "1CLAWKEY" | version 1 | 1 | log2 N | r | p | salt (16) | box of the root key under scrypt(passphrase); all before is bound
 *
 * Binary, so that the key never becomes a string, which could not be wiped.
 */
const MAGIC = Buffer.from('1CLAWKEY', 'latin1')
const VERSION = 1
const PLAIN = 0
const SEALED = 1
const ROOT_BYTES = 32
const SALT_BYTES = 16
const CHECK_BYTES = 8
const HEAD_BYTES = MAGIC.length + 2
const PLAIN_SIZE = HEAD_BYTES + ROOT_BYTES + CHECK_BYTES
const SEALED_HEAD_BYTES = HEAD_BYTES + 3 + SALT_BYTES
const SEALED_SIZE = SEALED_HEAD_BYTES + ROOT_BYTES + BOX_OVERHEAD

/** 128 MiB and about half a second: once at each start. */
const SCRYPT = { logN: 17, r: 8, p: 1 }
/** The most a file may ask for: 1 GiB. */
const SCRYPT_LIMIT = { logN: 20, r: 16, p: 16 }

export interface RootFile {
  readonly file: string
  readonly passphrase?: string | undefined
}

/** The 32 bytes in the file, which the caller wipes, or undefined when there is no such file. */
export async function readRoot(root: RootFile): Promise<Buffer | undefined> {
  const handle = await open(root.file, 'r').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw invalid(`The root key file ${root.file} cannot be opened (${codeOf(error)}).`)
  })
  if (!handle) return undefined
  try {
    await checkMode(handle, root.file)
    const bytes = Buffer.alloc(SEALED_SIZE + 1)
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
    try {
      return await decode(bytes.subarray(0, bytesRead), root)
    } finally {
      bytes.fill(0)
    }
  } finally {
    await handle.close()
  }
}

/** Writes a new random root key, durable before this returns. A file that is there already is left alone. */
export async function createRoot(root: RootFile): Promise<void> {
  const folder = dirname(root.file)
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw invalid(`The folder ${folder} for the root key file cannot be made (${codeOf(error)}).`)
  })
  const key = randomFillSync(Buffer.alloc(ROOT_BYTES))
  const bytes = await encode(key, root.passphrase)
  key.fill(0)
  try {
    await place(bytes, root.file)
  } finally {
    bytes.fill(0)
  }
}

/** The file gets its name only when it is whole: a server that starts at the same time must not find half a key. */
async function place(bytes: Buffer, file: string): Promise<void> {
  const fresh = `${file}.${randomUUID()}`
  const handle = await open(fresh, 'wx', 0o600).catch((error: unknown) => {
    throw invalid(`The root key file ${file} cannot be created (${codeOf(error)}).`)
  })
  await writeDurably(handle, bytes, fresh)
  await link(fresh, file)
    .catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw invalid(`The root key file ${file} cannot be created (${codeOf(error)}).`)
    })
    .finally(() => rm(fresh, { force: true }))
  // The name is durable only when the folder is; Windows cannot open one.
  if (process.platform === 'win32') return
  const folder = await open(dirname(file), 'r')
  await folder.sync().finally(() => folder.close())
}

async function writeDurably(handle: FileHandle, bytes: Buffer, file: string): Promise<void> {
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } catch (error) {
    // Half a key must not be found at the next start; this file is ours, made a moment ago.
    await rm(file, { force: true })
    throw invalid(`The root key file ${file} cannot be written (${codeOf(error)}).`)
  } finally {
    await handle.close()
  }
}

async function checkMode(handle: FileHandle, file: string): Promise<void> {
  const stats = await handle.stat()
  if (!stats.isFile()) throw invalid(`The root key file ${file} is not a regular file.`)
  if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0) {
    throw invalid(`The root key file ${file} can be read by other users.`, `Run: chmod 600 ${file}`)
  }
}

async function encode(key: Buffer, passphrase: string | undefined): Promise<Buffer> {
  if (passphrase === undefined) {
    const body = Buffer.concat([MAGIC, Buffer.from([VERSION, PLAIN]), key])
    const bytes = Buffer.concat([body, checkOf(body)])
    body.fill(0)
    return bytes
  }
  const salt = randomFillSync(Buffer.alloc(SALT_BYTES))
  const head = Buffer.concat([MAGIC, Buffer.from([VERSION, SEALED, SCRYPT.logN, SCRYPT.r, SCRYPT.p]), salt])
  const sealing = await stretch(passphrase, head)
  return Buffer.concat([head, sealBox(sealing, key, head)])
}

async function decode(bytes: Buffer, { file, passphrase }: RootFile): Promise<Buffer> {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw invalid(`${file} is not a root key file.`)
  if (bytes[MAGIC.length] !== VERSION) throw invalid(`The root key file ${file} was written by a newer version.`)
  const kind = bytes[MAGIC.length + 1]
  if (kind === PLAIN && bytes.length === PLAIN_SIZE) {
    const body = bytes.subarray(0, PLAIN_SIZE - CHECK_BYTES)
    if (!checkOf(body).equals(bytes.subarray(body.length))) throw damaged(file)
    if (passphrase !== undefined) {
      throw invalid(
        `The root key file ${file} is not sealed, but a passphrase is set.`,
        'Remove the passphrase from the settings.',
      )
    }
    return Buffer.from(body.subarray(HEAD_BYTES))
  }
  if (kind !== SEALED || bytes.length !== SEALED_SIZE) throw damaged(file)
  if (passphrase === undefined) throw invalid(`The root key file ${file} is sealed.`, 'Set the passphrase that it was made with.')
  const head = bytes.subarray(0, SEALED_HEAD_BYTES)
  const sealing = await stretch(passphrase, head).catch(() => {
    throw damaged(file)
  })
  try {
    return openBox(sealing, bytes.subarray(SEALED_HEAD_BYTES), head)
  } catch {
    throw invalid(
      `The passphrase does not open the root key file ${file}.`,
      'Check the passphrase; it is tried once at each start.',
    )
  }
}

/** scrypt (RFC 7914) of the passphrase with the parameters and salt that stand in the head. */
async function stretch(passphrase: string, head: Buffer) {
  const [logN = 0, r = 0, p = 0] = head.subarray(HEAD_BYTES)
  if (logN < 1 || logN > SCRYPT_LIMIT.logN || r < 1 || r > SCRYPT_LIMIT.r || p < 1 || p > SCRYPT_LIMIT.p)
    throw new RangeError('scrypt')
  const N = 2 ** logN
  const salt = head.subarray(HEAD_BYTES + 3)
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 128 * N * r + 2 ** 26 }, (error, derived) =>
      error ? reject(error) : resolve(derived),
    )
  })
  const sealing = createSecretKey(key)
  key.fill(0)
  return sealing
}

function checkOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECK_BYTES)
}

function damaged(file: string): Problem {
  return invalid(`The root key file ${file} is damaged or incomplete.`, 'Restore it from a backup.')
}

function invalid(detail: string, hint?: string): Problem {
  return new Problem('config.invalid', detail, hint === undefined ? {} : { hint })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}
