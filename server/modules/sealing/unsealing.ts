import { Problem } from '../../../src/problem.ts'
import { invalidField } from '../../http/checks.ts'
import { readRootBytes } from '../../keys/software/root-file.ts'
import { isShareOf, rootIn, type Seal, sealOf } from '../../keys/software/root-format.ts'
import { shareDigest, shareIn } from '../../keys/software/shares.ts'
import { type Asker, attempts, type WrongAttempt } from './attempts.ts'

/** The state of a sealed server. */
export interface SealState {
  readonly sealed: boolean
  readonly kind?: 'passphrase' | 'shares'
  readonly given?: number
  readonly threshold?: number
}

/** How a server was unsealed, for the audit log. */
export interface Unsealed {
  readonly kind: 'passphrase' | 'shares'
  /** The client that gave the passphrase or the last share. */
  readonly ip: string
  readonly wrong: { readonly kept: readonly WrongAttempt[]; readonly count: number }
}

export interface UnsealingDeps {
  /** The root key file. */
  readonly file: string
  /** Starts the server with the root key, which it wipes. Rejects with the reason if it cannot start; the server then stays sealed. */
  readonly open: (root: Buffer, how: Unsealed) => Promise<void>
  readonly clock: () => number
  /** Called for each wrong attempt with a short message, without the input. */
  readonly warn: (facts: { readonly ip: string }, event: string) => void
}

export interface Unsealing {
  status(): Promise<SealState>
  /**
   * Tries a passphrase, or adds a share.
   * @throws Problem `auth.failed` if it is wrong, `auth.locked` after too many wrong ones, `request.invalid` for the wrong kind or a
   * mistyped share, `server.busy` if too many wait or the server cannot start
   */
  offer(
    given: { readonly passphrase?: string | undefined; readonly share?: string | undefined },
    asker: Asker,
  ): Promise<SealState>
  /** Forgets the shares. */
  forget(): void
}

/** How long shares are kept while waiting for the next one. */
const FORGET_MS = 10 * 60_000
/** One attempt takes 128 MiB and half a second. */
const MOST_WAITING = 8

type Sealed = Exclude<Seal, { kind: 'none' }>

/** The operation of a sealed server: unsealing. Only one attempt runs at a time. */
export function unsealing({ file, open, clock, warn }: UnsealingDeps): Unsealing {
  const tries = attempts(clock)
  const shares = pending(clock)
  let isOpen = false
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()

  async function sealed(): Promise<{ bytes: Buffer; seal: Sealed }> {
    const bytes = await readRootBytes(file)
    const seal = bytes && sealOf(bytes, file)
    if (seal && seal.kind !== 'none') return { bytes, seal }
    throw new Problem('resource.conflict', bytes ? 'The root key is no longer sealed.' : 'The root key file is gone.', {
      hint: bytes ? 'Restart the server.' : 'Restore it from a backup.',
    })
  }

  function stateOf(seal: Sealed): SealState {
    if (isOpen) return { sealed: false }
    if (seal.kind === 'passphrase') return { sealed: true, kind: 'passphrase' }
    return { sealed: true, kind: 'shares', given: shares.of(seal).length, threshold: seal.threshold }
  }

  async function attempt({ passphrase, share }: { passphrase?: string | undefined; share?: string | undefined }, asker: Asker) {
    if (isOpen) return { sealed: false }
    tries.ensureOpen(asker)
    const { bytes, seal } = await sealed()
    if (seal.kind === 'shares') {
      if (share === undefined) throw invalidField('share', 'is needed: this server is sealed with shares')
      add(seal, share, asker)
      const given = shares.of(seal)
      if (given.length >= seal.threshold) await start(await rootIn(bytes, file, { shares: given }), 'shares', asker.ip)
      return stateOf(seal)
    }
    if (passphrase === undefined) throw invalidField('passphrase', 'is needed: this server is sealed with one')
    const root = await rootIn(bytes, file, { passphrase }).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'auth.failed') throw error
      throw wrong('passphrase', asker, 'The passphrase is wrong.')
    })
    await start(root, 'passphrase', asker.ip)
    return stateOf(seal)
  }

  function add(seal: Sealed & { kind: 'shares' }, text: string, asker: Asker): void {
    const share = shareIn(text)
    if (!isShareOf(seal, share)) throw wrong('share', asker, 'This share belongs to another seal, or to an earlier one.')
    shares.add(share)
  }

  function wrong(kind: WrongAttempt['kind'], asker: Asker, detail: string): Problem {
    tries.failed(asker, kind)
    warn({ ip: asker.ip }, `A wrong ${kind} was given to unseal the server.`)
    return new Problem('auth.failed', detail)
  }

  async function start(root: Buffer, kind: Unsealed['kind'], ip: string): Promise<void> {
    try {
      await open(root, { kind, ip, wrong: tries.all() })
    } catch (error) {
      if (!(error instanceof Problem) || error.code === 'internal') throw error
      throw new Problem('server.busy', `The root key was opened, but the server cannot start: ${error.message}`, { cause: error })
    } finally {
      root.fill(0)
    }
    isOpen = true
    shares.forget()
  }

  return {
    async status() {
      return stateOf((await sealed()).seal)
    },
    async offer(given, asker) {
      if ((given.passphrase === undefined) === (given.share === undefined))
        throw invalidField('passphrase', 'or share must be given, not both')
      if (waiting >= MOST_WAITING) throw new Problem('server.busy', 'Other attempts to unseal are waiting.', { retryAfter: 5 })
      waiting++
      const mine = turn.then(() => attempt(given, asker))
      turn = mine.catch(() => {}).finally(() => waiting--)
      return mine
    },
    forget: shares.forget,
  }
}

/** The given shares, in memory only; they are discarded after a while without another share. */
function pending(clock: () => number) {
  const given = new Map<string, Buffer>()
  let last = 0
  let timer: NodeJS.Timeout | undefined

  function forget(): void {
    clearTimeout(timer)
    for (const share of given.values()) share.fill(0)
    given.clear()
  }

  return {
    /** The shares of this seal: it could have been changed in between. */
    of(seal: Sealed & { kind: 'shares' }): Buffer[] {
      if (clock() - last > FORGET_MS) forget()
      return [...given.values()].filter(share => isShareOf(seal, share))
    },
    add(share: Buffer): void {
      last = clock()
      clearTimeout(timer)
      timer = setTimeout(forget, FORGET_MS).unref()
      given.set(shareDigest(share).toString('hex'), share)
    },
    forget,
  }
}
