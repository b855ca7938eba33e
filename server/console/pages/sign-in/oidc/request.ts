import type { SignInOptions } from '../../../session/session.ts'

/** The data that this tab keeps during the sign-in at the issuer, and checks afterwards. */
interface Asked {
  /** Returned with the response: proves that this tab has requested it. */
  readonly state: string
  /** Is in the ID token: proves that it was made for this request. */
  readonly nonce: string
  /** Where to continue. */
  readonly to: string
}

/** The response of an issuer in the fragment (OpenID Connect Core 1.0, §3.2.2.5). */
export type Answer =
  | { readonly idToken: string; readonly nonce: string; readonly to: string }
  | { readonly refused: 'cancelled' | 'failed' | 'not-asked' }

const KEY = '1claw-oidc'

/** The address at the issuer to request an ID token; this tab keeps the data of the request. */
export function askIssuer({ authorization_endpoint, client_id }: NonNullable<SignInOptions['oidc']>, to: string): string {
  const asked: Asked = { state: random(), nonce: random(), to }
  sessionStorage.setItem(KEY, JSON.stringify(asked))
  const url = new URL(authorization_endpoint)
  const query = {
    response_type: 'id_token',
    client_id,
    redirect_uri: `${location.origin}/sign-in/oidc`,
    scope: 'openid email profile',
    state: asked.state,
    nonce: asked.nonce,
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  return url.href
}

/** Removes the response from the address and the kept data, so that a response counts once. */
export function forgetAnswer(): void {
  sessionStorage.removeItem(KEY)
  history.replaceState(null, '', location.pathname)
}

/** The issuer's answer at the address of this page. */
export function readAnswer(): Answer {
  const answer = new URLSearchParams(location.hash.slice(1))
  const asked = remembered()
  if (!asked || answer.get('state') !== asked.state) return { refused: 'not-asked' }
  const idToken = answer.get('id_token')
  if (!idToken) return { refused: answer.get('error') === 'access_denied' ? 'cancelled' : 'failed' }
  return { idToken, nonce: asked.nonce, to: asked.to }
}

function remembered(): Asked | undefined {
  const stored = sessionStorage.getItem(KEY)
  return stored === null ? undefined : (JSON.parse(stored) as Asked)
}

function random(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('')
}
