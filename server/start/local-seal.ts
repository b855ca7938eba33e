import { Problem } from '../../src/problem.ts'
import { readConfig } from '../config/config.ts'
import { readRootBytes, replaceRoot } from '../keys/software/root-file.ts'
import {
  plainRoot,
  rootIn,
  rootUnderPassphrase,
  rootUnderShares,
  type Seal,
  sealOf,
  type Unsealing,
} from '../keys/software/root-format.ts'
import { ensureShareCounts, shareIn } from '../keys/software/shares.ts'
import { ensureStrong } from '../modules/auth/threads/strength.ts'
import { rootFileOf } from './keys.ts'

/** What opens the seal that is there, as people give it; nothing where there is none. */
export interface CurrentSeal {
  readonly passphrase?: string
  /** Texts of shares, separated by blanks or lines. */
  readonly shares?: string
}

/** What is over the root key now. */
export interface SealOfFile {
  readonly file: string
  readonly kind: Seal['kind']
  readonly shares?: number
  readonly threshold?: number
  /** Other names (hard links) of the file as it was before: there it is unchanged. */
  readonly other_names: number
}

/** The root key file of the settings of `serve`, to seal it on the machine itself. */
export interface LocalSeal {
  readonly file: string
  readonly seal: Seal
  /** @throws Problem `auth.failed` when what is given does not open the seal that is there; `request.invalid` for a weak passphrase */
  sealWithPassphrase(current: CurrentSeal, passphrase: string): Promise<SealOfFile>
  /** `keep` is given the shares before anything is changed: anyone who loses them has lost everything. Rejecting, it changes nothing. */
  sealWithShares(
    current: CurrentSeal,
    counts: { readonly shares: number; readonly threshold: number },
    keep: (shares: readonly string[]) => Promise<void>,
  ): Promise<SealOfFile>
  remove(current: CurrentSeal): Promise<SealOfFile>
}

/** What stands in place of an address: it happened on the machine itself. */
const HERE = '127.0.0.1'

function noFile(): never {
  throw new Problem('config.invalid', 'The keys are in an HSM: the PIN of its token is their seal.', {
    hint: 'Give the PIN with ONECLAW_PKCS11_PIN_FILE, and take the file away when the server has started.',
  })
}

/** @throws Problem `config.invalid` when the keys are in an HSM, or there is no root key file */
export async function openLocalSeal(flags: { readonly dataDir?: string }): Promise<LocalSeal> {
  const file = rootFileOf(readConfig(flags)) ?? noFile()
  const before = await readRootBytes(file)
  if (!before) {
    throw new Problem('config.invalid', `There is no root key file ${file}.`, {
      hint: 'Name the data folder of the server with --data-dir. The first start of a server makes the file.',
    })
  }
  const seal = sealOf(before, file)

  async function replace(root: Uint8Array, bytes: Buffer, opening: Unsealing): Promise<SealOfFile> {
    // What is about to be the only way to everything is tried first.
    const again = await rootIn(bytes, file, opening)
    if (!again.equals(root)) throw new Error('The new root key file does not open')
    again.fill(0)
    const { otherNames } = await replaceRoot(file, before ?? bytes, bytes)
    const { kind, ...counts } = sealOf(bytes, file)
    const { shares, threshold } = counts as { shares?: number; threshold?: number }
    return { file, kind, ...(shares !== undefined && { shares, threshold }), other_names: otherNames }
  }

  async function opened<T>(current: CurrentSeal, use: (root: Buffer) => Promise<T>): Promise<T> {
    const root = await rootIn(before ?? Buffer.alloc(0), file, {
      passphrase: current.passphrase,
      shares: current.shares?.split(/\s+/).filter(Boolean).map(shareIn),
    })
    try {
      return await use(root)
    } finally {
      root.fill(0)
    }
  }

  return {
    file,
    seal,
    sealWithPassphrase: (current, passphrase) =>
      opened(current, async root => {
        await ensureStrong(passphrase, { field: 'passphrase', about: ['1claw'], from: HERE })
        return replace(root, await rootUnderPassphrase(root, passphrase), { passphrase })
      }),
    sealWithShares: (current, { shares, threshold }, keep) =>
      opened(current, async root => {
        ensureShareCounts(shares, threshold)
        const made = await rootUnderShares(root, shares, threshold)
        await keep(made.shares)
        return replace(root, made.bytes, { shares: made.shares.map(shareIn) })
      }),
    remove: current => opened(current, root => replace(root, plainRoot(root), {})),
  }
}
