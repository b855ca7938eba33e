import type { Client } from '../../client/client.ts'
import type { Credential } from '../context/credential.ts'

/** The identity of a run, and its client. */
export interface SignedIn {
  readonly credential: Credential
  readonly client: Client
}
