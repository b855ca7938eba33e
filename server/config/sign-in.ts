/** The settings for people: sign-up, outgoing mail, and the trusted OIDC issuer. */
export interface PeopleConfig {
  readonly signup: 'open' | 'invite' | 'closed'
  /** Whether an address must be confirmed before it gets an account; by default, if mail can be sent. */
  readonly emailVerification: boolean
  readonly mail: {
    /** `smtp://…` or `smtps://…`; if absent, mail becomes files in the data folder. */
    readonly smtpUrl: string | undefined
    readonly from: string
  }
  readonly oidc: OidcConfig | undefined
}

/** An issuer of ID tokens (OpenID Connect Core 1.0). */
export interface OidcConfig {
  readonly issuer: string
  readonly clientId: string
  /** Its keys; found by discovery if absent. */
  readonly jwksUri: string | undefined
}

interface Reader {
  read(name: string): string | undefined
  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T
  fault(name: string, message: string): void
}

const FROM = /^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/

/** `dev`: the developer's account is created at the start by the ordinary sign-up, and nobody reads its mail. */
export function peopleConfig({ read, oneOf, fault }: Reader, dev: boolean): PeopleConfig {
  const smtpUrl = read('SMTP_URL')
  if (smtpUrl !== undefined && !isUrl(smtpUrl, /^smtps?:$/)) fault('SMTP_URL', 'must begin with smtp:// or smtps://')
  const from = read('EMAIL_FROM')
  if (smtpUrl !== undefined && from === undefined) fault('EMAIL_FROM', 'is needed with ONECLAW_SMTP_URL')
  if (from !== undefined && !FROM.test(from)) fault('EMAIL_FROM', 'must be an address such as 1claw <no-reply@example.com>')
  return {
    signup: oneOf('SIGNUP', ['open', 'invite', 'closed'], 'open'),
    emailVerification: oneOf('EMAIL_VERIFICATION', ['on', 'off'], smtpUrl === undefined ? 'off' : 'on') === 'on' && !dev,
    mail: { smtpUrl, from: from ?? '1claw <1claw@localhost>' },
    oidc: oidcConfig({ read, fault }),
  }
}

function oidcConfig({ read, fault }: Pick<Reader, 'read' | 'fault'>): OidcConfig | undefined {
  const [issuer, clientId, jwksUri] = [read('OIDC_ISSUER'), read('OIDC_CLIENT_ID'), read('OIDC_JWKS_URI')]
  if (issuer === undefined && clientId === undefined && jwksUri === undefined) return undefined
  if (issuer === undefined) fault('OIDC_ISSUER', 'is needed too: sign-in by OIDC takes an issuer and a client id')
  if (clientId === undefined) fault('OIDC_CLIENT_ID', 'is needed too: sign-in by OIDC takes an issuer and a client id')
  if (issuer !== undefined && !isUrl(issuer, /^https?:$/)) fault('OIDC_ISSUER', 'must be an http or https URL')
  if (jwksUri !== undefined && !isUrl(jwksUri, /^https?:$/)) fault('OIDC_JWKS_URI', 'must be an http or https URL')
  return { issuer: issuer ?? '', clientId: clientId ?? '', jwksUri }
}

function isUrl(text: string, protocol: RegExp): boolean {
  return protocol.test(URL.parse(text)?.protocol ?? '')
}
