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

/** The passphrase or shares that open the current seal, as people type them; empty without a seal. */
export interface CurrentSeal {
  readonly passphrase?: string
  /** Texts of shares, separated by spaces or line breaks. */
  readonly shares?: string
}

/** The new seal of the root key. */
export interface SealOfFile {
  readonly file: string
  readonly kind: Seal['kind']
  readonly shares?: number
  readonly threshold?: number
  /** Number of other names (hard links) of the former file; they still refer to its unchanged content. */
  readonly other_names: number
}

/** Seals the root key file of the settings of `serve`, on the machine itself. */
export interface LocalSeal {
  readonly file: string
  readonly seal: Seal
  /** @throws Problem `auth.failed` if `current` does not open the current seal; `request.invalid` for a weak passphrase */
  sealWithPassphrase(current: CurrentSeal, passphrase: string): Promise<SealOfFile>
  /** Calls `keep` with the shares before it changes anything, because without the shares everything is lost. If `keep` rejects, nothing changes. */
  sealWithShares(
    current: CurrentSeal,
    counts: { readonly shares: number; readonly threshold: number },
    keep: (shares: readonly string[]) => Promise<void>,
  ): Promise<SealOfFile>
  remove(current: CurrentSeal): Promise<SealOfFile>
}

/** The client address in the audit log: the command runs on the machine itself. */
const HERE = '127.0.0.1'

function noFile(): never {
  throw new Problem('config.invalid', 'The keys are in an HSM: the PIN of its token is their seal.', {
    hint: 'Give the PIN with ONECLAW_PKCS11_PIN_FILE, and remove the file when the server has started.',
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
    // Tries the new seal before it becomes the only way to the key.
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
