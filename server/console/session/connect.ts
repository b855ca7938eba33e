import { createClient } from '../../../src/client/client.ts'
import { fetchTransport } from '../../../src/client/transport-fetch.ts'
import type { Connect } from './session-tokens.ts'

const withoutCookies = fetchTransport()
const withCookies = fetchTransport((url, init) => fetch(url, { ...init, credentials: 'same-origin' }))

/** Clients of the server that these pages came from. */
export const connect: Connect = (auth, cookies) =>
  createClient({ baseUrl: location.origin, transport: cookies ? withCookies : withoutCookies, auth })
