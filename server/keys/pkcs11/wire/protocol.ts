import type { Kek } from '../../keyring.ts'

/** The protocol between the server and its PKCS#11 worker process, one frame per message (see `messages.ts`). */

export type KekMode = 'per-vault' | 'wrapped'

export interface TokenSettings {
  /** Path of the PKCS#11 module (a shared library). */
  readonly module: string
  readonly tokenLabel: string
  readonly pin: string
  readonly mode: KekMode
  /** Create missing keys in the token. */
  readonly create: boolean
}

/** One operation for the token. `aad` is already bound. */
export type Operation =
  | { readonly do: 'create'; readonly id: string }
  | { readonly do: 'wrap'; readonly kek: Kek; readonly data: Uint8Array; readonly aad: Uint8Array }
  | { readonly do: 'unwrap'; readonly kek: Kek; readonly data: Uint8Array; readonly aad: Uint8Array }
  | { readonly do: 'destroy'; readonly kek: Kek }
  | { readonly do: 'sign'; readonly data: Uint8Array }
  | { readonly do: 'create-signer'; readonly id: string }
  | { readonly do: 'signer-public-key'; readonly id: string }
  | { readonly do: 'sign-with'; readonly id: string; readonly data: Uint8Array }
  | { readonly do: 'destroy-signer'; readonly id: string }
  | { readonly do: 'create-curve-key'; readonly id: string }
  | { readonly do: 'sign-digest'; readonly id: string; readonly data: Uint8Array }
  /** `data` is the key; `point` its public key, uncompressed. */
  | { readonly do: 'import-curve-key'; readonly id: string; readonly data: Uint8Array; readonly point: Uint8Array }
  /** The same with a temporary key for one signature of the digest; the answer is the signature. */
  | { readonly do: 'try-import'; readonly data: Uint8Array; readonly digest: Uint8Array }
  | { readonly do: 'destroy-curve-key'; readonly id: string }
  | { readonly do: 'ping' }

export interface Request {
  readonly id: number
  /** On the monotonic clock (`monotonicMs`): when the caller stops waiting. Older requests are no longer started. */
  readonly expires: number
  readonly operation: Operation
}

/**
 * Why an operation failed. `unreadable`: wrong key, wrong associated data or changed bytes. `missing`, `twice`: no key with that label, or
 * several. `exists`: there already is a key with that id. `incapable`: the token does not have the mechanism. `failed`: the token refused
 * this operation but works. `late`: it had expired. `lost`: the token does not work; the worker ends.
 */
export type Fault = 'unreadable' | 'missing' | 'twice' | 'exists' | 'incapable' | 'failed' | 'late' | 'lost'

export interface Failure {
  readonly fault: Fault
  /** For the server's log: a label or a CKR name, never a value. */
  readonly log: string
}

export type Outcome = { readonly id: number } & ({ readonly data: Uint8Array | null } | Failure)

/** Why the token cannot be used at all; `problems.ts` explains each in words. */
export type Refusal =
  | 'module'
  | 'token'
  | 'token-twice'
  | 'token-unready'
  | 'mechanism'
  | 'pin'
  | 'pin-locked'
  | 'missing'
  | 'twice'
  | 'broken'
  | 'failed'
  | 'silent'

export type ToWorker =
  | { readonly type: 'open'; readonly settings: TokenSettings }
  | { readonly type: 'requests'; readonly requests: readonly Request[] }
  | { readonly type: 'close' }

export type FromWorker =
  | { readonly type: 'ready'; readonly publicKey: Uint8Array; readonly checkValue: Uint8Array | null }
  | { readonly type: 'refused'; readonly refusal: Refusal; readonly subject: string }
  /** `flaws` is the number of KEK labels that belong to more than one key. */
  | { readonly type: 'outcomes'; readonly outcomes: readonly Outcome[]; readonly flaws: number }

/** Milliseconds on a clock that never jumps and that all processes of one machine share. */
export function monotonicMs(): number {
  return CLOCK_START + performance.now()
}

/** The time on the shared clock when the clock of `performance` started, with the process. */
const CLOCK_START = Number(process.hrtime.bigint()) / 1e6 - performance.now()
