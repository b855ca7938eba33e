/** A chain that the server refuses to sign, or found to be changed. */
export interface BrokenChain {
  readonly orgId: string
  readonly seq: number
  /** The end of a sentence about the chain. */
  readonly why: string
}

/** Who found it: before signing, or when the whole chain was looked at. */
type Finder = 'signing' | 'verification'

export interface BrokenChainList {
  add(finder: Finder, distrust: BrokenChain): void
  /** That this finder finds nothing any more. */
  remove(finder: Finder, orgId: string): void
  /** One a chain. */
  all(): readonly BrokenChain[]
  foundBy(finder: Finder): readonly string[]
}

/** Chains that were changed from outside, as long as they are. */
export function brokenChainList(): BrokenChainList {
  const found = { signing: new Map<string, BrokenChain>(), verification: new Map<string, BrokenChain>() }
  return {
    add: (finder, distrust) => void found[finder].set(distrust.orgId, distrust),
    remove: (finder, orgId) => void found[finder].delete(orgId),
    all: () => [...new Map([...found.verification, ...found.signing]).values()],
    foundBy: finder => [...found[finder].keys()],
  }
}
