import type { SignedHead } from '../../crypto/audit-chain.ts'
import type { TrailFile } from '../../crypto/audit-trail-file.ts'
import { type ChainFault, type ChainReport, chainVerifier, verifyChain } from '../../crypto/audit-verify.ts'
import { type SigningKeyLine, signingKeyLine } from '../../crypto/signing-keys.ts'
import { Problem } from '../../problem.ts'
import type { Output } from '../context/terminal.ts'
import type { Session } from '../session/session.ts'
import { publicKeyBytes, readTrail } from './export-file.ts'
import type { KnownHeads } from './known-heads.ts'
import { counted } from './progress.ts'
import { trailPages, trailProof } from './trail.ts'

/** The verified part, and the result. */
export interface Verdict {
  readonly ok: boolean
  readonly checked: number
  /** The number of the first verified event. */
  readonly checked_from: number
  /** The newest event that a valid signature covers. */
  readonly signed_to: number
  /** The key of the signatures: raw Ed25519, base64. */
  readonly public_key: string
  /** Whether the operator named the key, or it came with the trail. */
  readonly key_from: 'pinned' | 'server' | 'file'
  /** Events that no longer exist, according to their signed removal. */
  readonly removed?: Removed
  readonly faults: readonly ChainFault[]
}

interface Removed {
  /** The number of the last one. */
  readonly to: number
  readonly removed_at: string
  readonly reason: string
  /** Empty when they are kept nowhere. */
  readonly kept_in: string
}

export interface Trust {
  /** The key that must have signed: raw Ed25519, base64. */
  readonly publicKey?: string | undefined
  /** An earlier export. Its checkpoints must be of the same trail and still match. */
  readonly earlier?: TrailFile | undefined
  /** Verify every event, even those that this machine has verified. */
  readonly full?: boolean | undefined
}

/** The number of events between two heads that are remembered during the check, so that it can continue after an interruption. */
const REMEMBER_EVERY = 10_000

/**
 * Verifies the server's trail from the newest head that this machine has verified, and all of it if something is wrong or it is compared
 * with an earlier export. Remembers the verified part. `stderr` shows the progress.
 */
export async function verifyServer(
  { client, target }: Pick<Session, 'client' | 'target'>,
  known: KnownHeads,
  { publicKey, earlier, full = earlier !== undefined }: Trust,
  stderr?: Output,
): Promise<Verdict> {
  const proof = await trailProof(client)
  const origin = URL.parse(target.apiUrl)?.origin ?? target.apiUrl
  const offered = new Set(proof.checkpoints.map(({ signature }) => signature))
  const remembered = known.of(origin, proof.orgId)
  const heads = [
    ...proof.checkpoints,
    ...(earlier?.checkpoints ?? []),
    ...remembered.filter(({ signature }) => !offered.has(signature)),
  ]
  const until = Math.max(proof.until, ...heads.map(({ seq }) => seq))
  const key = publicKey ?? proof.publicKey
  const line = signingKeyLine(publicKeyBytes(key), proof.successions ?? [])

  async function check(since: SignedHead | undefined): Promise<ChainReport> {
    const verifier = chainVerifier(heads, line, { cut: proof.cut, since })
    let noted = 0
    for await (const page of counted(trailPages(client, until, verifier.after), until - verifier.after, stderr)) {
      verifier.feed(page)
      const last = page.at(-1)?.seq ?? 0
      const passed = proof.checkpoints.findLast(({ seq }) => seq <= last)
      if (!passed || passed.seq < noted + REMEMBER_EVERY || !verifier.isSound()) continue
      noted = passed.seq
      await known.remember(origin, passed)
    }
    return verifier.finish()
  }

  const since = full || proof.orgId === undefined ? undefined : remembered.find(({ seq }) => seq <= proof.until)
  const report = await check(since)
  const found = verdict(
    since && !report.ok ? await check(undefined) : report,
    { key, line, from: publicKey === undefined ? 'server' : 'pinned' },
    proof.publicKey,
  )
  const newest = proof.checkpoints.at(-1)
  if (found.ok && newest && !(await known.remember(origin, newest)))
    stderr?.write(`note: ${known.file} cannot be written, so this head is not remembered.\n`)
  return found
}

/** Verifies an exported trail without a server. */
export async function verifyFile(file: string, { publicKey, earlier }: Trust): Promise<Verdict> {
  const trail = readTrail(file)
  const key = publicKey ?? trail.public_key
  const { cut, successions = [] } = trail
  const heads = [...trail.checkpoints, ...(earlier?.checkpoints ?? [])]
  const report = await verifyChain([trail.events], heads, publicKeyBytes(key), { cut, successions, kept: earlier?.events })
  const line = signingKeyLine(publicKeyBytes(key), successions)
  return verdict(report, { key, line, from: publicKey === undefined ? 'file' : 'pinned' }, trail.public_key)
}

/** An earlier export. */
export function earlierTrail(file: string): TrailFile {
  const trail = readTrail(file)
  if (trail.checkpoints.length === 0) throw new Problem('usage', `${file} has no checkpoints to compare the trail with.`)
  return trail
}

/** The trusted key, and its successors. */
interface Trusted {
  readonly key: string
  readonly line: SigningKeyLine
  readonly from: Verdict['key_from']
}

function verdict(report: ChainReport, { key, line, from: keyFrom }: Trusted, offered: string): Verdict {
  const replaced: ChainFault = {
    seq: 0,
    kind: 'bad-signature',
    detail: `the presented key is not the pinned one: ${offered}`,
  }
  const isInLine = line.some(({ publicKey }) => Buffer.from(offered, 'base64').equals(publicKey))
  const faults = isInLine ? report.faults : [replaced, ...report.faults]
  const { checked, from: before, signedTo: signed_to, cut } = report
  const removed = cut && { to: cut.seq, removed_at: cut.created_at, reason: cut.reason, kept_in: cut.kept_in }
  return {
    ok: faults.length === 0,
    checked,
    checked_from: before + 1,
    signed_to,
    public_key: key,
    key_from: keyFrom,
    ...(removed && { removed }),
    faults,
  }
}
