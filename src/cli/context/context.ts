/** Everything that a command touches outside itself, so that a test can replace it. */
import type { Client, Exchange } from '../../client/client.ts'
import type { Payer } from '../../client/payer.ts'
import type { Credential } from './credential.ts'
import type { CredentialStore } from './credential-store.ts'
import type { Prompts } from './prompts.ts'
import type { CertificateFiles } from './proof.ts'
import type { SettingsStore } from './settings.ts'
import type { Streams } from './terminal.ts'

export interface Connection {
  readonly baseUrl: string
  /** Absent: calls are anonymous. */
  readonly credential?: Credential | undefined
  /** Presented to a server that requires one; the credential's certificate if absent. */
  readonly certificate?: CertificateFiles | undefined
  readonly timeoutMs?: number | undefined
  readonly observe?: ((exchange: Exchange) => void) | undefined
  /** Pays when the server requires payment. */
  readonly payer?: Payer | undefined
}

export interface Context extends Streams {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absent if it no longer exists. */
  readonly cwd: string | undefined
  readonly settings: SettingsStore
  readonly prompts: Prompts
  credentials(kind: 'keychain' | 'file'): Promise<CredentialStore>
  connect(connection: Connection): Client
  /** Shows a long text in the person's pager; false when they use none, and nothing was shown. */
  page(text: string): Promise<boolean>
  openBrowser(url: string): Promise<void>
  /** Milliseconds since 1970. */
  now(): number
  /** Waits; rejects with the signal's reason when that aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** The exit code of this run, once it has ended by itself. */
  exitWith(code: number): void
}
