import type { SignedCut, SignedHead } from '../../../../src/crypto/audit-chain.ts'
import { type ChainFault, chainVerifier } from '../../../../src/crypto/audit-verify.ts'
import type { SigningKeyLine } from '../../../../src/crypto/signing-keys.ts'
import type { DatabasePlace } from '../../../db/database.ts'
import { sealedEvent } from '../../../stores/audit/chaining.ts'
import { isMacOf, type MacKey } from '../../../stores/audit/mac.ts'
import type { Rows } from './stretch.ts'

/** The job for a thread that names every fault of a chain. */
export interface FaultsQuestion {
  readonly place: DatabasePlace
  readonly orgId: string
  /** The number of the last event to check. */
  readonly to: number
  readonly heads: readonly SignedHead[]
  readonly cut: SignedCut | undefined
  /** The keys that may have signed. */
  readonly line: SigningKeyLine
  /** The key of the MACs. */
  readonly keys: readonly MacKey[]
  readonly macless: number
  /** One Int32: any value but 0 ends the check. */
  readonly stop: SharedArrayBuffer
}

export interface FaultsReport {
  readonly checked: number
  readonly signedTo: number
  readonly faults: readonly ChainFault[]
}

const PAGE = 1000
/** The maximum number of faults that are reported; one is enough to look closer. */
const MAX_FAULTS = 20

/** Verifies the whole chain like `1claw audit verify`, and the MACs, which only the server can check. */
export async function allFaults(question: FaultsQuestion, rows: Rows, stopped: () => boolean): Promise<FaultsReport> {
  const { orgId, to, heads, cut, line, keys, macless } = question
  const verifier = chainVerifier(heads, line, { cut })
  const unproven: ChainFault[] = []
  for (let after = verifier.after; after < to && !stopped(); ) {
    const found = await rows(orgId, after, to, PAGE)
    if (found.length === 0) break
    verifier.feed(found.map(sealedEvent))
    for (const row of found) if (row.seq > macless && !isMacOf(keys, row)) unproven.push(unprovenFault(row.seq))
    after = found.at(-1)?.seq ?? to
  }
  const { checked, signedTo, faults } = verifier.finish()
  return { checked, signedTo, faults: [...faults, ...unproven].slice(0, MAX_FAULTS) }
}

function unprovenFault(seq: number): ChainFault {
  return { seq, kind: 'forged', detail: 'this server did not write it: its MAC is missing or wrong' }
}
