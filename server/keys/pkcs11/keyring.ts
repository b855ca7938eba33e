import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '../../../src/problem.ts'
import type { Kek, Keyring, KeyringStatus } from '../keyring.ts'
import { bind, dekBinding } from '../primitives/binding.ts'
import { DEK_BYTES, dekObject } from '../primitives/gcm.ts'
import { newPrivateKey, publicKeyOf, recoverable } from '../primitives/secp256k1.ts'
import { type Limits, type Link, openLink } from './link.ts'
import { problemOfRefusal } from './problems.ts'
import type { TokenIdentity } from './process.ts'
import { Refused } from './wire/faults.ts'
import type { Operation, TokenSettings } from './wire/protocol.ts'

export interface Pkcs11Options extends TokenSettings, Partial<Limits> {
  /** Called when the token becomes unreachable, returns or is given up. The message never contains a secret. */
  readonly log?: (event: string) => void
}

/** `Keyring.status` answers within a second. */
const STATUS_MS = 800

/**
 * Tokens that have refused their PIN in this process, as `module` and `tokenLabel`. A wrong PIN is tried only once: after a few more
 * attempts the token locks for everyone. This is state of the process, because the process must not repeat it.
 */
const refusedPins = new Set<string>()

/**
 * The keyring in a PKCS#11 token. It logs in once, and again only if the token was away, with the PIN that worked. `create` creates missing
 * keys: the signing key `1claw-jwt` and, in the `wrapped` mode, `1claw-root`. The caller passes true only if the database holds no data,
 * and lets one process at a time do it.
 * @throws Problem `config.invalid`, naming the fault: no such module or token, the PIN, a key that is missing or exists twice.
 * @throws Problem `keys.unavailable` if the module crashes, hangs or fails.
 */
export async function openPkcs11Keyring(options: Pkcs11Options): Promise<Keyring> {
  const { module, tokenLabel, pin, mode, create, deadlineMs = 2_000, hangMs = 3 * deadlineMs, startMs = 15_000 } = options
  const token = bind('token', module, tokenLabel).toString('latin1')
  if (refusedPins.has(token)) throw problemOfRefusal('pin', tokenLabel)
  const log = options.log ?? (() => {})
  try {
    const link = await openLink({ module, tokenLabel, pin, mode, create }, { deadlineMs, hangMs, startMs }, log)
    return keyringOver(link)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    if (error.refusal === 'pin') refusedPins.add(token)
    throw problemOfRefusal(error.refusal, error.subject)
  }
}

function keyringOver(link: Link): Keyring {
  const bytes = async (operation: Operation): Promise<Uint8Array> => {
    const data = await link.call(operation)
    if (!data) throw new TypeError(`The PKCS#11 worker gave nothing for ${operation.do}`)
    return data
  }
  const unwrap = (kek: Kek, wrapped: Uint8Array, aad: Uint8Array) =>
    bytes({ do: 'unwrap', kek: plain(kek), data: wrapped, aad: dekBinding(kek.id, aad) })
  return {
    provider: 'pkcs11',
    fingerprint: fingerprintOf(link.identity),
    publicKey: link.identity.publicKey,
    async createKek(id) {
      return { id, blob: await link.call({ do: 'create', id }) }
    },
    async wrap(kek, dek, aad) {
      if (dek.length !== DEK_BYTES) throw new RangeError('A DEK has 32 bytes')
      return bytes({ do: 'wrap', kek: plain(kek), data: dek, aad: dekBinding(kek.id, aad) })
    },
    unwrap,
    unwrapKey: async (kek, wrapped, aad) => dekObject(await unwrap(kek, wrapped, aad)),
    async destroyKek(kek) {
      await link.call({ do: 'destroy', kek: plain(kek) })
    },
    async sign(message, signer) {
      return bytes(signer ? { do: 'sign-with', id: signer.id, data: message } : { do: 'sign', data: message })
    },
    async createSigner(id) {
      await link.call({ do: 'create-signer', id })
      return { id, blob: null }
    },
    async signerPublicKey({ id }) {
      return bytes({ do: 'signer-public-key', id })
    },
    async destroySigner({ id }) {
      await link.call({ do: 'destroy-signer', id })
    },
    async createCurveKey(id) {
      return { id, blob: null, publicKey: await bytes({ do: 'create-curve-key', id }) }
    },
    async importCurveKey(id, secret, publicKey) {
      await link.call({ do: 'import-curve-key', id, data: secret, point: publicKey })
      return { id, blob: null, publicKey }
    },
    async takesCurveKeys() {
      const [secret, digest] = [newPrivateKey(), randomBytes(32)]
      const point = publicKeyOf(secret)
      try {
        const signature = await bytes({ do: 'try-import', data: secret, digest })
        return await recoverable(signature, digest, point).then(
          () => true,
          () => false,
        )
      } catch (error) {
        if (error instanceof Problem && (error.code === 'feature.unconfigured' || error.code === 'internal')) return false
        throw error
      }
    },
    exportCurveKey: async () => undefined,
    async signDigest({ id }, digest) {
      return bytes({ do: 'sign-digest', id, data: digest })
    },
    providerOf: () => 'pkcs11',
    async destroyCurveKey({ id }) {
      await link.call({ do: 'destroy-curve-key', id })
    },
    status: () => statusOf(link),
    close: () => link.close(),
  }
}

/** The fields of a KEK for the worker; a caller's object can have more. */
function plain({ id, blob }: Kek): Kek {
  return { id, blob }
}

async function statusOf(link: Link): Promise<KeyringStatus> {
  const timer = new AbortController()
  const silence = sleep(STATUS_MS, false, { signal: timer.signal }).catch(() => false)
  const answer = link.call({ do: 'ping' }).then(
    () => true,
    () => false,
  )
  const connected = await Promise.race([answer, silence])
  timer.abort()
  if (!connected) return { status: 'unavailable', connected }
  return { status: link.flaws > 0 ? 'degraded' : 'ok', connected }
}

/** The public key identifies the token's keys; the check value of the root key distinguishes two root keys of one token. */
function fingerprintOf({ publicKey, checkValue }: TokenIdentity): string {
  return createHash('sha256')
    .update(bind('1claw/pkcs11/fingerprint/1', publicKey, checkValue ?? ''))
    .digest('hex')
}
