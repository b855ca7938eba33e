/** A file with a trail and everything that is needed to check it without the server, except for trust in the key. */
import type { SealedEvent, SignedCut, SignedHead } from './audit-chain.ts'
import type { SigningKeySuccession } from './signing-keys.ts'

export interface TrailFile {
  /** Raw Ed25519, base64. */
  readonly public_key: string
  /** The succession of that key and the earlier ones; absent if there was only one key. */
  readonly successions?: readonly SigningKeySuccession[] | undefined
  readonly checkpoints: readonly SignedHead[]
  /** The signed removal of the events before the first one; absent if it is the first of the chain. */
  readonly cut?: SignedCut | undefined
  readonly events: readonly SealedEvent[]
}

export const TRAIL_FORMAT = '1claw audit trail v1'

/** The text of the file, piece by piece, with one event on each line. */
export async function* trailText(
  {
    checkpoints,
    cut,
    successions,
    publicKey,
  }: Pick<TrailFile, 'checkpoints' | 'cut' | 'successions'> & { readonly publicKey: string },
  pages: AsyncIterable<readonly SealedEvent[]>,
  exportedAt: string,
): AsyncGenerator<string> {
  const proof = { public_key: publicKey, ...(successions && { successions }), checkpoints, ...(cut && { cut }) }
  const head = { format: TRAIL_FORMAT, exported_at: exportedAt, ...proof }
  yield `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "events": [`
  let separator = '\n'
  for await (const page of pages) {
    if (page.length === 0) continue
    yield separator + page.map(event => `    ${JSON.stringify(event)}`).join(',\n')
    separator = ',\n'
  }
  yield '\n  ]\n}\n'
}
