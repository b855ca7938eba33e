import { type SearchDeps, search } from './service.ts'

/** Names of everything, over all vaults. */
export function searchArea(deps: SearchDeps) {
  return { search: search(deps) }
}
