import type { SignInOptions } from '../../../session/session.ts'
import { Button } from '../../../ui/form/button.tsx'
import { askIssuer } from './request.ts'

/** Signs in where the operator of the server keeps its people. */
export function OidcButton({ oidc }: { oidc: NonNullable<SignInOptions['oidc']> }) {
  const go = () => location.assign(askIssuer(oidc, location.pathname + location.search))
  return <Button onClick={go}>Continue with {nameOf(oidc.issuer)}</Button>
}

function nameOf(issuer: string): string {
  const { host } = new URL(issuer)
  return host === 'accounts.google.com' ? 'Google' : host
}
