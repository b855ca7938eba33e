import type { SignedHead } from '../../crypto/audit-chain.ts'
import { type ChainFault, type ChainReport, verifyChain } from '../../crypto/audit-verify.ts'
import { Problem } from '../../problem.ts'
import type { Output } from '../context/terminal.ts'
import type { Session } from '../session/session.ts'
import { publicKeyBytes, readTrail } from './export-file.ts'
import type { KnownHeads } from './known-heads.ts'
import { counted } from './progress.ts'
import { trailPages, trailProof } from './trail.ts'

/** What was checked, and what came of it. */
export interface Verdict {
  readonly ok: boolean
  readonly checked: number
  /** The newest event that a good signature covers. */
  readonly signed_to: number
  /** The key that the signatures were checked with: raw Ed25519, base64. */
  readonly public_key: string
  /** Whether the operator named the key, or it came with the trail. */
  readonly key_from: 'pinned' | 'server' | 'file'
  readonly faults: readonly ChainFault[]
}

export interface Trust {
  /** The key that must have signed: raw Ed25519, base64. */
  readonly publicKey?: string | undefined
  /** Checkpoints that were seen earlier. They must be of the same trail and still fit. */
  readonly earlier?: readonly SignedHead[] | undefined
}

/**
 * Checks the trail of the server, also against the newest head that this machine has seen of it, and remembers the head when the trail is
 * sound. `stderr` is told how far it is.
 */
export async function verifyServer(
  { client, target }: Pick<Session, 'client' | 'target'>,
  known: KnownHeads,
  { publicKey, earlier: named = [] }: Trust,
  stderr?: Output,
): Promise<Verdict> {
  const proof = await trailProof(client)
  const origin = URL.parse(target.apiUrl)?.origin ?? target.apiUrl
  const offered = new Set(proof.checkpoints.map(({ signature }) => signature))
  const earlier = [...named, ...known.of(origin, proof.orgId).filter(({ signature }) => !offered.has(signature))]
  const until = Math.max(proof.until, ...earlier.map(({ seq }) => seq))
  const pages = counted(trailPages(client, until), until, stderr)
  const key = publicKey ?? proof.publicKey
  const report = await verifyChain(pages, [...proof.checkpoints, ...earlier], publicKeyBytes(key))
  const found = verdict(report, key, publicKey === undefined ? 'server' : 'pinned', proof.publicKey)
  const newest = proof.checkpoints.at(-1)
  if (found.ok && newest && !(await known.remember(origin, newest)))
    stderr?.write(`note: ${known.file} cannot be written, so this head is not remembered.\n`)
  return found
}

/** Checks an exported trail; needs no server. */
export async function verifyFile(file: string, { publicKey, earlier = [] }: Trust): Promise<Verdict> {
  const trail = readTrail(file)
  const key = publicKey ?? trail.public_key
  const report = await verifyChain([trail.events], [...trail.checkpoints, ...earlier], publicKeyBytes(key))
  return verdict(report, key, publicKey === undefined ? 'file' : 'pinned', trail.public_key)
}

/** Checkpoints of an export that was made earlier. */
export function earlierCheckpoints(file: string): readonly SignedHead[] {
  const { checkpoints } = readTrail(file)
  if (checkpoints.length === 0) throw new Problem('usage', `${file} has no checkpoints to compare the trail with.`)
  return checkpoints
}

function verdict(report: ChainReport, key: string, from: Verdict['key_from'], offered: string): Verdict {
  const replaced: ChainFault = {
    seq: 0,
    kind: 'bad-signature',
    detail: `the presented key is not the pinned one: ${offered}`,
  }
  const faults = Buffer.from(offered, 'base64').equals(Buffer.from(key, 'base64')) ? report.faults : [replaced, ...report.faults]
  return { ok: faults.length === 0, checked: report.checked, signed_to: report.signedTo, public_key: key, key_from: from, faults }
}
