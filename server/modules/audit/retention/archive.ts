import { createHash } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SignedCut, SignedHead } from '../../../../src/crypto/audit-chain.ts'
import { trailText } from '../../../../src/crypto/audit-trail-file.ts'
import type { SigningKeySuccession } from '../../../../src/crypto/signing-keys.ts'
import type { DatabasePlace } from '../../../db/database.ts'
import { sealedEvent } from '../../../stores/audit/chaining.ts'
import { type Proofs, type Rows, type Stretch, type StretchEnd, type StretchFault, stretchChecker } from '../checking/stretch.ts'

/** The job for a thread that writes a range to a file. */
export interface ArchiveQuestion {
  readonly place: DatabasePlace
  readonly stretch: Stretch
  readonly proofs: Proofs
  readonly file: string
  /** Signed heads of the range; the last one ends it. */
  readonly heads: readonly SignedHead[]
  /** The previous removal. */
  readonly cut: SignedCut | undefined
  /** Raw Ed25519 in base64, and the succession of the earlier keys. */
  readonly publicKey: string
  readonly successions: readonly SigningKeySuccession[]
  /** RFC 3339. */
  readonly writtenAt: string
  /** One Int32: any value but 0 ends the work. */
  readonly stop: SharedArrayBuffer
}

export type Archived = StretchEnd & {
  /** SHA-256 of the file in hex; absent if the file was not written, because a fault was found or the work was stopped. */
  readonly sha256?: string
}

const PAGE = 1000
const DRAFT = '.part'

/**
 * Writes a range like `1claw audit export`, completely or not at all, and checks each event as it writes it, so the file contains what was
 * verified. The file is durable when this resolves. Throws the error of the file system.
 */
export async function writeArchive(question: ArchiveQuestion, rows: Rows, stopped: () => boolean): Promise<Archived> {
  const { file, stretch, proofs, writtenAt } = question
  const { heads: checkpoints, cut, publicKey } = question
  const successions = question.successions.length > 0 ? question.successions : undefined
  const checker = stretchChecker(stretch.from, proofs)
  let fault: StretchFault | undefined

  async function* pages() {
    while (checker.end().seq < stretch.to && !stopped()) {
      const found = await rows(stretch.orgId, checker.end().seq, stretch.to, PAGE)
      fault = checker.feed(found)
      if (fault) return
      yield found.map(sealedEvent)
    }
  }

  await prepare(dirname(file))
  const draft = `${file}${DRAFT}`
  try {
    const sha256 = await writeDurably(draft, trailText({ checkpoints, cut, successions, publicKey }, pages(), writtenAt))
    if (fault || checker.end().seq < stretch.to) return { end: checker.end(), fault }
    await rename(draft, file)
    await syncFolder(dirname(file))
    return { end: checker.end(), sha256 }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Returns the SHA-256 of the file in hex. */
async function writeDurably(file: string, text: AsyncIterable<string>): Promise<string> {
  const digest = createHash('sha256')
  const handle = await open(file, 'w', 0o600)
  try {
    for await (const piece of text) {
      digest.update(piece)
      await handle.appendFile(piece)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return digest.digest('hex')
}

/** The folder, cleaned of incomplete files that a killed server left. */
async function prepare(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const name of await readdir(folder)) if (name.endsWith(DRAFT)) await rm(join(folder, name), { force: true })
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
