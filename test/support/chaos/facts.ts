/** What the killed processes need from the scene: they do not load the code that creates it, because they start often. */
import { createHash } from 'node:crypto'
import { type Config, readConfig } from '../../../server/config/config.ts'

/** The content of the data that each round copies; it goes to the child as JSON. */
export interface Facts {
  readonly orgId: string
  readonly userId: string
  /** Vaults: one with many versions, one with a customer key, one that is deleted, and one that is written to. */
  readonly vaults: Readonly<Record<'full' | 'customer' | 'deleted' | 'written', string>>
  /** Paths in `full`, of two versions each. */
  readonly paths: readonly string[]
  /** Paths in `full` that are deleted. */
  readonly deletedPaths: readonly string[]
  /** The only member of an organisation that has vaults, one of them deleted. */
  readonly leaving: {
    readonly userId: string
    readonly orgId: string
    readonly vaults: readonly string[]
    readonly deleted: string
  }
  readonly apiKeys: readonly string[]
  readonly agent: { readonly id: string; readonly key: string }
  /** The number of organisations with credits. Each has some that expire within a month, some soon after it, and some much later. */
  readonly creditors: number
  /** Base64. */
  readonly customerKeys: { readonly old: string; readonly new: string }
  /** Clear values, by vault, path, secret and version. */
  readonly values: Readonly<Record<string, string>>
  readonly identity: string
  readonly recipient: string
  /** A backup of all this. */
  readonly backup: string
}

export function configOf(dataDir: string, databaseUrl: string | undefined, settings: Partial<Config> = {}): Config {
  const config = readConfig({ dataDir }, { ONECLAW_RATE_LIMITS: 'off', ONECLAW_LOG_LEVEL: 'silent' })
  return { ...config, databaseUrl, ...settings }
}

/** A customer key in base64. */
export function fingerprintOf(key: string): string {
  return createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex')
}
