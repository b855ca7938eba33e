import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { durationMs } from '../../src/duration.ts'
import { Problem } from '../../src/problem.ts'
import type { Drain } from '../http/bounds/in-flight.ts'
import { isLoopback } from '../http/bounds/local.ts'
import type { Rate } from '../http/limits.ts'
import { isRange } from '../policy/conditions.ts'
import { type AuditConfig, auditConfig } from './audit.ts'
import { type BackupConfig, backupConfig } from './backup.ts'
import { type BillingConfig, billingConfig } from './billing.ts'
import { type CeilingConfig, ceilingConfig } from './ceilings.ts'
import { type KeyStoreConfig, keyStoreConfig } from './key-stores.ts'
import { type MetricsConfig, metricsConfig } from './metrics.ts'
import { type ProxyConfig, proxyConfig } from './proxies.ts'
import { type PeopleConfig, peopleConfig } from './sign-in.ts'
import { type IntentConfig, intentConfig } from './tenderly.ts'
import { type UnsealingConfig, unsealingConfig } from './unsealing.ts'

/** The flags of `serve`; they come before the environment. */
export interface ServeFlags {
  readonly host?: string
  readonly port?: number
  readonly dataDir?: string
  readonly dev?: boolean
}

export interface Config
  extends PeopleConfig,
    IntentConfig,
    BillingConfig,
    CeilingConfig,
    MetricsConfig,
    BackupConfig,
    AuditConfig,
    UnsealingConfig,
    ProxyConfig,
    KeyStoreConfig {
  readonly dev: boolean
  readonly host: string
  readonly port: number
  readonly dataDir: string
  /** `postgres://…`; SQLite in the data folder if absent. */
  readonly databaseUrl: string | undefined
  /** A second key store: the target or source of a migration. */
  readonly nextKeyStore: KeyStoreConfig | undefined
  /** The base of links to our own pages, without a trailing slash; the listening address if absent. */
  readonly publicUrl: string | undefined
  /** `sharesPerMinute`: for one organisation. */
  readonly limits: {
    readonly address: Rate
    readonly principal: Rate
    readonly publicAuth: Rate
    readonly sharesPerMinute: number
    /** Concurrent replies for one user or agent. */
    readonly atOnce: number
    readonly drain: Drain
  }
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
  /** OIDC issuers whose tokens agents may sign in with. */
  readonly agentIssuers: readonly string[]
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined
  readonly logLevel: string
  /** How long deleted secrets and vaults can be restored, in milliseconds. */
  readonly retentionMs: number
  /** How long requests are still accepted after the signal to stop, in milliseconds, so that load balancers notice. */
  readonly shutdownDelayMs: number
}

const PREFIX = 'ONECLAW_'
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']
const DEFAULT_PORT = 8271
const DRAIN: Drain = { graceMs: 30_000, bytesPerSecond: 32 * 1024 }
const OFF: Rate = { perSecond: 1e9, burst: 1e9 }

/**
 * The settings of a server: flags, then `ONECLAW_*`, each also as `ONECLAW_*_FILE`. Nothing secret has a default.
 * @throws Problem `config.invalid` that lists every fault
 */
export function readConfig(flags: ServeFlags, env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = []
  const fault = (name: string, message: string) => void faults.push(`${PREFIX}${name} ${message}`)
  const read = reader(env, fault)
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = read(name) ?? fallback
    if (allowed.includes(value as T)) return value as T
    fault(name, `must be one of ${allowed.join(', ')}`)
    return fallback
  }
  const list = (name: string) =>
    (read(name) ?? '')
      .split(',')
      .map(item => item.trim())
      .filter(Boolean)

  const dev = flags.dev ?? false
  const host = flags.host ?? (dev ? '127.0.0.1' : (read('HOST') ?? '127.0.0.1'))
  // Anyone who can reach a development server could read its secrets and its login.
  if (dev && host !== 'localhost' && !isLoopback(host))
    faults.push('--host with --dev must be an address of this machine alone, such as 127.0.0.1')
  const port = flags.port ?? number(read('PORT'), DEFAULT_PORT, () => fault('PORT', 'must be a port from 0 to 65535'))
  const trustedProxies = list('TRUSTED_PROXIES')
  if (!trustedProxies.every(isRange)) fault('TRUSTED_PROXIES', 'must be IP addresses or CIDR ranges separated by commas')
  const databaseUrl = dev ? undefined : read('DATABASE_URL')
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\//.test(databaseUrl)) fault('DATABASE_URL', 'must begin with postgres://')
  const agentIssuers = list('AGENT_ISSUERS')
  if (!agentIssuers.every(issuer => /^https?:$/.test(URL.parse(issuer)?.protocol ?? '')))
    fault('AGENT_ISSUERS', 'must be http or https URLs separated by commas')
  const corsOrigins = list('CORS_ORIGINS')
  if (!corsOrigins.every(isOrigin)) fault('CORS_ORIGINS', 'must be origins such as https://app.example.com separated by commas')
  const tls = tlsOf(read, fault)
  const publicUrl = read('PUBLIC_URL')
  if (publicUrl !== undefined && !isBase(publicUrl))
    fault('PUBLIC_URL', 'must be an http or https URL without user, query and fragment')

  const dataDir = resolve(flags.dataDir ?? read('DATA_DIR') ?? defaultDataDir(env, dev, fault))

  const config: Config = {
    dev,
    host,
    port,
    dataDir,
    databaseUrl,
    ...unsealingConfig({ read, fault }),
    ...keyStoreConfig({ read, oneOf, fault }, dev),
    publicUrl: publicUrl?.replace(/\/+$/, ''),
    ...peopleConfig({ read, oneOf, fault }, dev),
    ...intentConfig({ read, fault }),
    ...billingConfig({ read, fault }),
    ...backupConfig({ read, fault }, dataDir),
    ...auditConfig({ read, fault }),
    retentionMs: retentionOf(read('DELETED_RETENTION'), message => fault('DELETED_RETENTION', message)),
    ...ceilingConfig({ read, fault }),
    ...metricsConfig({ read, fault }),
    ...proxyConfig(env, (name, message) => void faults.push(`${name} ${message}`)),
    limits: limitsOf(oneOf('RATE_LIMITS', ['on', 'off'], 'on'), read, fault),
    trustedProxies,
    corsOrigins,
    agentIssuers,
    tls,
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    shutdownDelayMs: delayMs(read('SHUTDOWN_DELAY'), () => fault('SHUTDOWN_DELAY', 'must be from 0 to 300 seconds, such as 15s')),
  }
  if (faults.length > 0) {
    throw new Problem(
      'config.invalid',
      faults.length === 1 ? `${faults[0]}.` : `${faults.length} settings are not valid:\n  ${faults.join('\n  ')}`,
    )
  }
  return config
}

type Read = (name: string) => string | undefined
type Fault = (name: string, message: string) => void

/** A setting from the environment or from the file in `<NAME>_FILE`, without the file's trailing line break. */
function reader(env: NodeJS.ProcessEnv, fault: Fault): Read {
  return name => {
    const value = env[PREFIX + name]
    const file = env[`${PREFIX}${name}_FILE`]
    if (value && file) fault(name, `and ${PREFIX}${name}_FILE are both set; keep one`)
    if (value) return value
    if (!file) return undefined
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
    } catch (error) {
      fault(`${name}_FILE`, `names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`)
      return undefined
    }
  }
}

function number(text: string | undefined, fallback: number, fault: () => void): number {
  if (text === undefined) return fallback
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text)
  fault()
  return fallback
}

const LONGEST_DELAY_MS = 300_000

function delayMs(text: string | undefined, fault: () => void): number {
  const ms = text === undefined || /^0+s?$/.test(text) ? 0 : durationMs(text)
  if (ms !== undefined && ms <= LONGEST_DELAY_MS) return ms
  fault()
  return 0
}

/** `<requests a second>/<burst>`. */
const RATE = /^(\d{1,9}(?:\.\d{1,3})?)\/(\d{1,9})$/

function rate(text: string | undefined, fallback: Rate, fault: () => void): Rate {
  if (text === undefined) return fallback
  const [, perSecond, burst] = RATE.exec(text) ?? []
  if (Number(perSecond) > 0 && Number(burst) > 0) return { perSecond: Number(perSecond), burst: Number(burst) }
  fault()
  return fallback
}

function tlsOf(read: Read, fault: Fault): Config['tls'] {
  const files = { cert: read('TLS_CERT'), key: read('TLS_KEY') }
  if (!files.cert && !files.key) return undefined
  const load = (name: string, file: string | undefined) => {
    if (!file) return fault(name, 'is needed too: TLS takes a certificate and a key')
    try {
      return readFileSync(file)
    } catch (error) {
      return fault(name, `names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`)
    }
  }
  const cert = load('TLS_CERT', files.cert)
  const key = load('TLS_KEY', files.key)
  if (!cert || !key) return undefined
  try {
    createSecureContext({ cert, key })
  } catch {
    fault('TLS_CERT', 'and ONECLAW_TLS_KEY are not a certificate and its key in PEM form')
  }
  return { cert, key }
}

function limitsOf(state: 'on' | 'off', read: Read, fault: Fault): Config['limits'] {
  const limit = (name: string, perSecond: number, burst: number) =>
    rate(read(name), { perSecond, burst }, () => fault(name, 'must be requests a second and a burst, such as 100/200'))
  const limits = {
    address: limit('LIMIT_ADDRESS', 100, 200),
    principal: limit('LIMIT_PRINCIPAL', 200, 400),
    publicAuth: limit('LIMIT_PUBLIC_AUTH', 1, 5),
  }
  const atOnce = number(read('LIMIT_AT_ONCE'), 64, () => fault('LIMIT_AT_ONCE', 'must be a whole number up to 65535'))
  const none = Number.POSITIVE_INFINITY
  if (state === 'off') return { address: OFF, principal: OFF, publicAuth: OFF, sharesPerMinute: none, atOnce: none, drain: DRAIN }
  return { ...limits, sharesPerMinute: 10, atOnce, drain: DRAIN }
}

function isBase(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) && `${url.username}${url.password}${url.search}${url.hash}` === ''
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

function defaultDataDir(env: NodeJS.ProcessEnv, dev: boolean, fault: Fault): string {
  const home = env['XDG_DATA_HOME'] || join(homeOf(fault), '.local', 'share')
  return join(home, '1claw', dev ? 'dev' : 'server')
}

/** A container's user may have no home folder, and a relative one would differ in each folder. */
function homeOf(fault: Fault): string {
  try {
    if (isAbsolute(homedir())) return homedir()
  } catch {
    // The system does not know this user.
  }
  fault('DATA_DIR', 'must name a folder: this user has no home folder')
  return '/'
}

const DAY_MS = 86_400_000

function retentionOf(text: string | undefined, fault: (message: string) => void): number {
  if (text === undefined) return 30 * DAY_MS
  const ms = /^0+[a-z]?$/.test(text) ? 0 : durationMs(text)
  if (ms === undefined) fault('must be the time for which deleted secrets and vaults can be restored, such as 30d, or 0')
  return ms ?? 0
}
