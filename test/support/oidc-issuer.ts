import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export interface OidcPerson {
  readonly sub: string
  readonly email: string
  readonly email_verified?: boolean
  readonly name?: string
}

const CLIENT_ID = 'the-console'
const REDIRECT_URI = 'https://client.example/cb'

/**
 * A real OIDC issuer on loopback. It signs every visitor in as the person that was named last; a browser has to click.
 * @param redirectTo another address to which it can redirect; called for the first visitor
 */
export async function oidcIssuer(redirectTo: () => string = () => REDIRECT_URI) {
  let person: OidcPerson = { sub: 'nobody', email: 'nobody@example.com' }
  const server = createServer((request, response) => {
    provider ??= makeProvider()
    if (!request.url?.startsWith('/interaction/')) return void provider.callback()(request, response)
    if (request.method === 'GET' && request.headers.accept?.includes('text/html')) {
      response.setHeader('content-type', 'text/html')
      return void response.end(`<h1>Issuer</h1><form method="post"><button>Sign in as ${person.sub}</button></form>`)
    }
    const outcome = { login: { accountId: person.sub }, consent: {} }
    provider.interactionFinished(request, response, outcome).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  let provider: Provider | undefined
  const makeProvider = () =>
    new Provider(issuer, {
      clients: [
        {
          client_id: CLIENT_ID,
          redirect_uris: [...new Set([REDIRECT_URI, redirectTo()])],
          // Only native applications can be redirected to http on loopback (RFC 8252, 7.3).
          application_type: 'native',
          response_types: ['id_token'],
          grant_types: ['implicit'],
          token_endpoint_auth_method: 'none',
        },
      ],
      jwks: { keys: [{ ...key, kid: 'issuer-key', use: 'sig', alg: 'RS256' }] },
      cookies: { keys: [randomUUID()] },
      responseTypes: ['id_token'],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      ttl: { Interaction: 600, Grant: 600, IdToken: 3600, Session: 600 },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
      async loadExistingGrant(context) {
        const { client, session } = context.oidc
        if (!client || !session?.accountId) return undefined
        const grant = new context.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId })
        grant.addOIDCScope('openid email profile')
        await grant.save()
        return grant
      },
    })

  return {
    issuer,
    clientId: CLIENT_ID,

    /** Signs in this person from now on. */
    expect(who: OidcPerson) {
      person = who
    },

    /** An ID token from the implicit flow, as for a browser (OpenID Connect Core 1.0, §3.2). */
    async idToken(who: OidcPerson, nonce: string = randomUUID()): Promise<string> {
      person = who
      const query = {
        client_id: CLIENT_ID,
        response_type: 'id_token',
        redirect_uri: REDIRECT_URI,
        scope: 'openid email profile',
        nonce,
      }
      const cookies = new Map<string, string>()
      let url = `${issuer}/auth?${new URLSearchParams(query)}`
      for (let hop = 0; hop < 8; hop++) {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        const reply = await fetch(url, { redirect: 'manual', headers: { cookie } })
        for (const line of reply.headers.getSetCookie()) {
          const [name = '', value = ''] = line.split(';', 1)[0]?.split(/=(.*)/s) ?? []
          cookies.set(name, value)
        }
        const location = new URL(reply.headers.get('location') ?? '', url)
        const token = new URLSearchParams(location.hash.slice(1)).get('id_token')
        if (token) return token
        if (location.href.startsWith(REDIRECT_URI)) throw new Error(`The issuer refused: ${location.href}`)
        url = location.href
      }
      throw new Error('The issuer led nowhere.')
    },

    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
