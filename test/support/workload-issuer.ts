import { generateKeyPairSync } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

export const CLIENT = 'ci-job'
const CLIENT_SECRET = 'of the issuer, not of ours'

/** A real issuer that issues JWTs to its clients, for a resource that they name (RFC 8707, RFC 9068). */
export async function workloadIssuer() {
  let handle: RequestListener = () => {}
  const { url: issuer, close } = await listening((request, response) => handle(request, response))
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const client = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
  const provider = new Provider(issuer, {
    clients: [CLIENT, 'another-job'].map(client_id => ({ ...client, client_id, client_secret: CLIENT_SECRET })),
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'key', use: 'sig', alg: 'RS256' }] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({ scope: '', audience: resource, accessTokenFormat: 'jwt' }),
      },
    },
    ttl: { ClientCredentials: 600 },
  })
  handle = provider.callback()
  return {
    issuer,

    /** A token for the resource, about the client. */
    async token(resource: string, client_id = CLIENT): Promise<string> {
      const reply = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${client_id}:${encodeURIComponent(CLIENT_SECRET)}`).toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource }),
      })
      const { access_token } = (await reply.json()) as { access_token: string }
      return access_token
    },
    close,
  }
}

export type WorkloadIssuer = Awaited<ReturnType<typeof workloadIssuer>>

const REQUEST_TOKEN = 'of-the-runner-for-this-job'

/** GitHub's endpoint in front of its issuer: it gives a job with the runner's token a token for any audience. */
export async function githubActions(issuer: WorkloadIssuer) {
  const audiences: string[] = []
  const answer = async ({ headers, url = '' }: IncomingMessage): Promise<{ status: number; body: object }> => {
    const { pathname, searchParams } = new URL(url, 'http://runner')
    const fits = pathname === '/idtoken/job' && searchParams.get('api-version') === '2.0'
    if (!fits || headers.authorization !== `Bearer ${REQUEST_TOKEN}`) return { status: 401, body: { message: 'Unauthorized' } }
    const audience = searchParams.get('audience') ?? ''
    audiences.push(audience)
    const value = await issuer.token(audience)
    return { status: 200, body: { count: value.length, value } }
  }
  const { url, close } = await listening(async (request, response) => {
    const { status, body } = await answer(request)
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
  })
  return {
    /** The requested audiences. */
    audiences,
    /** The variables that the runner sets in a job with `id-token: write`. */
    env: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url}/idtoken/job?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
    },
    close,
  }
}

async function listening(listener: RequestListener) {
  const server: Server = createServer(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
