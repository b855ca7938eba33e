import { createSecretKey, type KeyObject, scrypt } from 'node:crypto'
import { opaqueString } from '../../../src/crypto/opaque-string.ts'

/** The cost of Argon2id (RFC 9106). It is stored with the sealed bytes, so it can be raised later. */
export interface ArgonCost {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

/** 128 MiB and about half a second: once for each start, and once for each attempt. */
export const ARGON: ArgonCost = { memoryKiB: 128 * 1024, passes: 4, lanes: 1 }
/** The maximum that a file can request: 2 GiB. */
const ARGON_LIMIT: ArgonCost = { memoryKiB: 2 * 1024 * 1024, passes: 64, lanes: 16 }
const ARGON2ID = 2

/** The cost of scrypt in files that an earlier version wrote. */
export interface ScryptCost {
  readonly logN: number
  readonly r: number
  readonly p: number
}

/** The maximum that a file can request: 1 GiB. */
const SCRYPT_LIMIT: ScryptCost = { logN: 20, r: 16, p: 16 }

/**
 * Argon2id of the passphrase, 32 bytes.
 * @throws RangeError for a cost that none of our files has
 */
export async function argonKey(passphrase: string, salt: Uint8Array, cost: ArgonCost): Promise<KeyObject> {
  const { memoryKiB, passes, lanes } = cost
  const { memoryKiB: mostMemory, passes: mostPasses, lanes: mostLanes } = ARGON_LIMIT
  const isUsual = memoryKiB <= mostMemory && passes >= 1 && passes <= mostPasses && lanes >= 1 && lanes <= mostLanes
  if (!isUsual || memoryKiB < 8 * lanes) throw new RangeError('argon2')
  // Loaded when needed, because clients without the server packages import this file.
  const { hashRaw } = await import('@node-rs/argon2')
  const options = { algorithm: ARGON2ID, memoryCost: memoryKiB, timeCost: passes, parallelism: lanes, outputLen: 32 }
  return keyOf(await hashRaw(opaqueString(passphrase), { ...options, salt }))
}

/**
 * scrypt (RFC 7914) of the passphrase, 32 bytes.
 * @throws RangeError for a cost that none of our files has
 */
export async function scryptKey(passphrase: string, salt: Uint8Array, { logN, r, p }: ScryptCost): Promise<KeyObject> {
  if (logN < 1 || logN > SCRYPT_LIMIT.logN || r < 1 || r > SCRYPT_LIMIT.r || p < 1 || p > SCRYPT_LIMIT.p)
    throw new RangeError('scrypt')
  const N = 2 ** logN
  const key = await new Promise<Buffer>((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 128 * N * r + 2 ** 26 }, (error, derived) =>
      error ? reject(error) : resolve(derived),
    )
  })
  return keyOf(key)
}

/** The bytes as a key object; they are wiped. */
function keyOf(bytes: Uint8Array): KeyObject {
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}
