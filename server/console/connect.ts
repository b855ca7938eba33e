import { bearer } from '../../src/client/auth.ts'
import { createClient } from '../../src/client/client.ts'
import { fetchTransport } from '../../src/client/transport-fetch.ts'
import type { Connect } from './session.ts'

const transport = fetchTransport()

/** Clients of the server that these pages came from. */
export const connect: Connect = token =>
  createClient({ baseUrl: location.origin, transport, auth: token === undefined ? undefined : bearer(token) })
