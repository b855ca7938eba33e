import { enrollmentAt } from './pages/enrollment/status.ts'
import { mailedLinkAt } from './pages/mailed/mailed-link.ts'

const ALONE = ['/open', '/cli/verify', '/sign-in/oidc', '/forgot-password']

/** Whether an address is that of a page about one question, which stands alone and does not begin with signing in. */
export function isStandalone(pathname: string): boolean {
  return ALONE.includes(pathname) || enrollmentAt(pathname) !== undefined || mailedLinkAt(pathname) !== undefined
}
