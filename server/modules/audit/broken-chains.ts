/** A chain that the server refuses to sign, or that was found to be changed. */
export interface BrokenChain {
  readonly orgId: string
  readonly seq: number
  /** The end of a sentence about the chain. */
  readonly why: string
}

/** What found it: the check before signing, or the complete verification. */
type Finder = 'signing' | 'verification'

export interface BrokenChainList {
  add(finder: Finder, distrust: BrokenChain): void
  /** Called when the same check no longer finds anything wrong. */
  remove(finder: Finder, orgId: string): void
  /** One entry for each chain. */
  all(): readonly BrokenChain[]
  foundBy(finder: Finder): readonly string[]
}

/** The chains that are currently known to be changed from outside. */
export function brokenChainList(): BrokenChainList {
  const found = { signing: new Map<string, BrokenChain>(), verification: new Map<string, BrokenChain>() }
  return {
    add: (finder, distrust) => void found[finder].set(distrust.orgId, distrust),
    remove: (finder, orgId) => void found[finder].delete(orgId),
    all: () => [...new Map([...found.verification, ...found.signing]).values()],
    foundBy: finder => [...found[finder].keys()],
  }
}
