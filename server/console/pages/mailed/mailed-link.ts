import type { Problem } from '../../../../src/problem.ts'

export interface MailedLink {
  readonly kind: 'verify-email' | 'reset-password' | 'reset-mfa' | 'invite'
  readonly token: string
}

const ADDRESS = /^\/(verify-email|reset-password|reset-mfa|invite)\/([\w-]{1,128})$/

/** The mailed link in an address. */
export function mailedLinkAt(pathname: string): MailedLink | undefined {
  const [, kind, token] = ADDRESS.exec(pathname) ?? []
  return token ? { kind: kind as MailedLink['kind'], token } : undefined
}

/** Whether the server refuses the link itself: used, expired or unknown, which it does not distinguish. */
export function isDead({ status, extras }: Problem): boolean {
  const others = Object.keys(extras.fields ?? {}).filter(name => name !== 'token')
  return [400, 404, 410].includes(status) && others.length === 0
}
