import { enrollmentAt } from './pages/enrollment/status.ts'
import { mailedLinkAt } from './pages/mailed/mailed-link.ts'

const ALONE = ['/open', '/cli/verify', '/sign-in/oidc', '/forgot-password']

/** Whether the page at an address asks a single question. Such a page has no navigation, and does not start with a sign-in. */
export function isStandalone(pathname: string): boolean {
  return ALONE.includes(pathname) || enrollmentAt(pathname) !== undefined || mailedLinkAt(pathname) !== undefined
}
