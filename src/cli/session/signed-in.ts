import type { Client } from '../../client/client.ts'
import type { Credential } from '../context/credential.ts'

/** Who a run is signed in as, and the client that asks as them. */
export interface SignedIn {
  readonly credential: Credential
  readonly client: Client
}
