import { createHash, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import { BOX_OVERHEAD, openBox, sealBox } from '../primitives/gcm.ts'
import { DIGEST_BYTES, keyOfShares, MOST_SHARES, shareDigest, sharesOf, shareText } from './shares.ts'
import { ARGON, type ArgonCost, argonKey, scryptKey } from './stretching.ts'

/**
 * The bytes of the file that holds the 32-byte root key of the software keyring.
 *
 *     "1CLAWKEY" | version 1 | 0 | root key (32) | first 8 bytes of SHA-256 over all before
 *     "1CLAWKEY" | version 1 | 1 | log2 N | r | p | salt (16) | box of the root key under scrypt(passphrase); all before is bound
 *     "1CLAWKEY" | version 2 | 2 | KiB of memory (4) | passes | lanes | salt (16) | box under Argon2id(passphrase); all before is bound
 *     "1CLAWKEY" | version 2 | 3 | shares n | threshold | n digests of shares (16 each) | box under the key that was split; all before is bound
 *
 * Binary, so that the key never becomes a string, which could not be wiped. Version 1 under scrypt is read and no longer written. A version
 * that only knows 1 says of 2 that a newer one wrote it.
 */
const MAGIC = Buffer.from('1CLAWKEY', 'latin1')
const [PLAIN, SCRYPT, PASSPHRASE, SHARES] = [0, 1, 2, 3] as const
const VERSION_OF: Readonly<Record<number, number>> = { [PLAIN]: 1, [SCRYPT]: 1, [PASSPHRASE]: 2, [SHARES]: 2 }
const NEWEST = 2
export const ROOT_BYTES = 32
const SALT_BYTES = 16
const CHECK_BYTES = 8
const HEAD_BYTES = MAGIC.length + 2
const BOX_BYTES = ROOT_BYTES + BOX_OVERHEAD
const SHARES_HEAD = HEAD_BYTES + 2
/** The number of bytes before the box, by kind. */
const BEFORE_BOX: Readonly<Record<number, number>> = {
  [SCRYPT]: HEAD_BYTES + 3 + SALT_BYTES,
  [PASSPHRASE]: HEAD_BYTES + 6 + SALT_BYTES,
}
/** The maximum size of such a file. */
export const LARGEST = SHARES_HEAD + MOST_SHARES * DIGEST_BYTES + BOX_BYTES

/** The seal of the root key in a file. */
export type Seal =
  | { readonly kind: 'none' }
  | { readonly kind: 'passphrase' }
  | { readonly kind: 'shares'; readonly shares: number; readonly threshold: number; readonly digests: readonly Buffer[] }

/** The passphrase or shares that open a seal. */
export interface Unsealing {
  readonly passphrase?: string | undefined
  readonly shares?: readonly Uint8Array[] | undefined
}

/**
 * The seal of the root key in these bytes.
 * @throws Problem `config.invalid` if they are not from a root key file, or damaged
 */
export function sealOf(bytes: Buffer, file: string): Seal {
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw invalid(`${file} is not a root key file.`)
  const [version = 0, kind = 0] = bytes.subarray(MAGIC.length)
  if (version < 1 || version > NEWEST) throw invalid(`The root key file ${file} was written by a newer version.`)
  if (VERSION_OF[kind] !== version) throw damaged(file)
  if (kind === PLAIN) {
    const body = bytes.subarray(0, -CHECK_BYTES)
    if (body.length !== HEAD_BYTES + ROOT_BYTES || !checkOf(body).equals(bytes.subarray(body.length))) throw damaged(file)
    return { kind: 'none' }
  }
  if (kind !== SHARES) {
    if (bytes.length !== (BEFORE_BOX[kind] ?? 0) + BOX_BYTES) throw damaged(file)
    return { kind: 'passphrase' }
  }
  const [shares = 0, threshold = 0] = bytes.subarray(HEAD_BYTES)
  const digests = Array.from({ length: shares }, (_, index) => {
    const start = SHARES_HEAD + index * DIGEST_BYTES
    return Buffer.from(bytes.subarray(start, start + DIGEST_BYTES))
  })
  const isWhole = bytes.length === SHARES_HEAD + shares * DIGEST_BYTES + BOX_BYTES
  if (!isWhole || threshold < 2 || threshold > shares) throw damaged(file)
  return { kind: 'shares', shares, threshold, digests }
}

/**
 * The root key, which the caller wipes.
 * @throws Problem `config.invalid` if it is damaged, sealed without anything to open it, or cannot be opened with what was given (cause
 * `auth.failed`)
 */
export async function rootIn(bytes: Buffer, file: string, given: Unsealing): Promise<Buffer> {
  const seal = sealOf(bytes, file)
  if (seal.kind === 'none') {
    if (given.passphrase !== undefined || given.shares !== undefined) {
      const what = given.passphrase === undefined ? 'shares are' : 'a passphrase is'
      const remove = given.passphrase === undefined ? 'the shares' : 'the passphrase'
      throw invalid(`The root key file ${file} is not sealed, but ${what} set.`, `Remove ${remove} from the settings.`)
    }
    return Buffer.from(bytes.subarray(HEAD_BYTES, HEAD_BYTES + ROOT_BYTES))
  }
  const key = seal.kind === 'shares' ? await keyByShares(seal, file, given) : await keyByPassphrase(bytes, file, given)
  const head = bytes.subarray(0, bytes.length - BOX_BYTES)
  try {
    return openBox(key, bytes.subarray(head.length), head)
  } catch {
    if (seal.kind === 'shares') throw damaged(file)
    throw new Problem('auth.failed', `The passphrase does not open the root key file ${file}.`, { hint: 'Check the passphrase.' })
  }
}

/** A root key as a file that everyone who can read it can use. The caller wipes the bytes. */
export function plainRoot(root: Uint8Array): Buffer {
  const body = Buffer.concat([headOf(PLAIN), root])
  const bytes = Buffer.concat([body, checkOf(body)])
  body.fill(0)
  return bytes
}

/** A root key that is sealed with a passphrase. */
export async function rootUnderPassphrase(root: Uint8Array, passphrase: string, cost: ArgonCost = ARGON): Promise<Buffer> {
  const salt = randomFillSync(Buffer.alloc(SALT_BYTES))
  const memory = Buffer.alloc(4)
  memory.writeUInt32BE(cost.memoryKiB)
  const head = Buffer.concat([headOf(PASSPHRASE), memory, Buffer.from([cost.passes, cost.lanes]), salt])
  return Buffer.concat([head, sealBox(await argonKey(passphrase, salt, cost), root, head)])
}

/** A root key that is sealed with a random key, which is split into shares. The shares for people are returned and stored nowhere. */
export async function rootUnderShares(
  root: Uint8Array,
  shares: number,
  threshold: number,
): Promise<{ readonly bytes: Buffer; readonly shares: readonly string[] }> {
  const key = randomFillSync(Buffer.alloc(ROOT_BYTES))
  const parts = await sharesOf(key, shares, threshold)
  const head = Buffer.concat([headOf(SHARES), Buffer.from([shares, threshold]), ...parts.map(shareDigest)])
  const bytes = Buffer.concat([head, sealBox(key, root, head)])
  const texts = parts.map(shareText)
  for (const secret of [key, ...parts]) secret.fill(0)
  return { bytes, shares: texts }
}

async function keyByPassphrase(bytes: Buffer, file: string, { passphrase, shares }: Unsealing): Promise<KeyObject> {
  if (shares !== undefined) throw invalid(`The root key file ${file} is sealed with a passphrase, not with shares.`)
  if (passphrase === undefined) throw sealed(file, 'Set ONECLAW_UNSEAL_PASSPHRASE_FILE to a file of its passphrase.')
  const [memory, salt] = [bytes.subarray(HEAD_BYTES), bytes.subarray(bytes.length - BOX_BYTES - SALT_BYTES, -BOX_BYTES)]
  try {
    if (bytes[MAGIC.length + 1] === SCRYPT) {
      const [logN = 0, r = 0, p = 0] = memory
      return await scryptKey(passphrase, salt, { logN, r, p })
    }
    const [passes = 0, lanes = 0] = memory.subarray(4)
    return await argonKey(passphrase, salt, { memoryKiB: memory.readUInt32BE(), passes, lanes })
  } catch (error) {
    if (error instanceof RangeError) throw damaged(file)
    throw error
  }
}

async function keyByShares(seal: Seal & { kind: 'shares' }, file: string, given: Unsealing): Promise<KeyObject> {
  const { threshold } = seal
  if (given.passphrase !== undefined) throw invalid(`The root key file ${file} is sealed with shares, not with a passphrase.`)
  if (given.shares === undefined) throw sealed(file, `Set ONECLAW_UNSEAL_SHARES_FILE to a file of ${threshold} of its shares.`)
  const own = new Map<string, Uint8Array>()
  for (const share of given.shares) {
    if (!isShareOf(seal, share)) throw new Problem('auth.failed', 'This share belongs to another seal, or to an earlier one.')
    own.set(shareDigest(share).toString('hex'), share)
  }
  if (own.size < threshold) throw invalid(`${own.size} of ${threshold} shares are given.`, 'Add the missing ones.')
  const key = await keyOfShares([...own.values()].slice(0, threshold))
  const object = createSecretKey(key)
  key.fill(0)
  return object
}

/** Whether the share belongs to this seal. */
export function isShareOf(seal: Seal & { kind: 'shares' }, share: Uint8Array): boolean {
  const digest = shareDigest(share)
  return seal.digests.some(known => known.equals(digest))
}

function headOf(kind: number): Buffer {
  return Buffer.concat([MAGIC, Buffer.from([VERSION_OF[kind] ?? 0, kind])])
}

function checkOf(body: Buffer): Buffer {
  return createHash('sha256').update(body).digest().subarray(0, CHECK_BYTES)
}

function sealed(file: string, hint: string): Problem {
  return invalid(`The root key file ${file} is sealed.`, hint)
}

function damaged(file: string): Problem {
  return invalid(`The root key file ${file} is damaged or incomplete.`, 'Restore it from a backup.')
}

function invalid(detail: string, hint?: string): Problem {
  return new Problem('config.invalid', detail, hint === undefined ? {} : { hint })
}
