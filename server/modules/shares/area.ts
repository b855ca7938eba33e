import { type ShareCreationDeps, shareCreation } from './creation.ts'
import { type LookupDeps, lookup as lookups } from './lookup.ts'
import { type ShareOpeningDeps, shareOpening } from './opening.ts'
import { type PartiesDeps, parties as partiesOf } from './parties.ts'
import { type SharesDeps, sharesService } from './service.ts'

type Made = 'lookup' | 'parties'

export type SharingDeps = Omit<ShareCreationDeps & ShareOpeningDeps & LookupDeps & PartiesDeps & SharesDeps, Made> & {
  readonly publicUrl: () => string
}

export type Sharing = ReturnType<typeof sharing>

/** Shares: creating, opening, accepting, declining and revoking them. */
export function sharing(deps: SharingDeps) {
  const parties = partiesOf(deps)
  const lookup = lookups({ ...deps, parties })
  return {
    create: shareCreation(deps),
    open: shareOpening({ ...deps, lookup }),
    shares: sharesService({ ...deps, lookup, parties }),
    publicUrl: deps.publicUrl,
    clock: deps.clock,
  }
}
