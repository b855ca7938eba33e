import { findNames } from '../../../src/contract/search.ts'
import type { Mount } from '../../http/mount.ts'
import type { Search } from './service.ts'

export function searchRoutes(mount: Mount, search: Search): void {
  mount(findNames, ({ grant, query }) => search(grant, query))
}
