import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../src/problem.ts'
import { buildApp } from './app.ts'
import { type Config, readConfig, type ServeFlags } from './config/config.ts'
import { issuer } from './credentials/jwt.ts'
import type { Database } from './db/database.ts'
import { type Draining, draining } from './http/draining.ts'
import { listenForMetrics } from './http/metrics.ts'
import { loadPages } from './http/pages.ts'
import { dataBox } from './keys/data-box.ts'
import type { Keyring } from './keys/keyring.ts'
import { openKeyring } from './keys/open.ts'
import type { Metrics } from './metrics/metrics.ts'
import { fileAnchor } from './modules/audit/anchor.ts'
import { beginMacs } from './modules/audit/mac-start.ts'
import type { SignedUpTo } from './modules/audit/signing.ts'
import { makeServices, type Services } from './services.ts'
import { openServerDatabase } from './start/database.ts'
import { type DevSession, devSession } from './start/dev.ts'
import { figuresOf } from './start/figures.ts'
import { auditMacKey, dataKey, ensureSameKeys, isInstalled, keyHashPepper } from './start/installation.ts'
import { startJobs } from './start/jobs.ts'
import { keySettings } from './start/keys.ts'
import { logOptions } from './start/log.ts'
import type { Stores } from './stores/all.ts'
import { keyName } from './stores/audit/mac.ts'

/** What is said while the server starts, and the session that `--dev` makes. */
export interface ServeHooks {
  /** Called once, when requests are answered. */
  readonly ready: (server: { readonly url: string; readonly dev?: DevSession }) => void | Promise<void>
}

/** A server that answers requests. */
export interface RunningServer {
  readonly url: string
  /** Of the metrics, where they have an address of their own. */
  readonly metricsUrl: string | undefined
  readonly dev?: DevSession
  readonly draining: Draining
  /** Drains: answers what is under way, then closes everything in reverse order. */
  close(): Promise<void>
}

const MIN_FREE_BYTES = 32 * 1024 * 1024
/** Connections that have not ended by themselves by then are cut off; managers of containers kill after 30 s. */
const DRAIN_MS = 25_000

/**
 * Runs the server until it is told to stop; resolves with the exit code. The first SIGTERM or SIGINT drains, a second one exits at once.
 * @throws Problem `config.invalid` with every fault of the settings; others when a part cannot be opened.
 */
export async function serve(flags: ServeFlags, hooks: ServeHooks): Promise<number> {
  const config = readConfig(flags)
  const server = await start(config)
  const stopped = untilSignal()
  await hooks.ready({ url: server.url, ...(server.dev && { dev: server.dev }) })
  await stopped
  server.draining.begin()
  await setTimeout(config.shutdownDelayMs)
  await server.close()
  return 0
}

/** Everything of a server but its port. */
export interface AssembledServer {
  readonly app: FastifyInstance
  readonly database: Database<Stores>
  readonly services: Services
  readonly draining: Draining
  readonly metrics: Metrics | undefined
  /** Tells the services under which address people reach the server. */
  reachableAt(url: string): void
  close(): Promise<void>
}

/** Opens everything and listens. */
export async function start(config: Config, clock: () => number = Date.now): Promise<RunningServer> {
  const server = await assemble(config, clock)
  const { app, database, services, draining } = server
  let apart: Server | undefined
  // After the server: how it ends can be watched.
  const close = async () => {
    await server.close()
    apart?.closeAllConnections()
    apart?.close()
  }
  try {
    const { address, token } = config.metrics ?? {}
    if (address && server.metrics) apart = await listenForMetrics(address, token, server.metrics.text).catch(refuse(address))
    const url = await listen(app, config)
    server.reachableAt(config.publicUrl ?? url)
    return {
      url,
      metricsUrl: apart && address && `${urlOf('http', address.host, apart)}/metrics`,
      ...(config.dev && { dev: await devSession({ app, database, services, url, dataDir: config.dataDir }) }),
      draining,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Opens everything in order; closing goes in reverse. What was opened before a failure is closed again. */
export async function assemble(config: Config, clock: () => number = Date.now): Promise<AssembledServer> {
  const opened: (() => Promise<void>)[] = []
  let warn = (_event: string) => {}
  let failed = (_error: unknown) => {}
  let noteSigned = (_head: SignedUpTo) => {}
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part()
  }
  try {
    let auditKey: KeyObject | undefined
    const database = await openServerDatabase(config, () => auditKey)
    opened.push(() => database.close())
    const metrics = config.metrics && (await import('./metrics/metrics.ts')).makeMetrics()
    if (metrics) opened.push(async () => metrics.close())
    const provider = await openKeyring(keySettings(config), {
      create: !(await isInstalled(database)),
      log: event => warn(event),
    })
    const keyring = metrics?.keyring(provider) ?? provider
    opened.push(() => keyring.close())
    await ensureSameKeys(database, keyring)
    const pepper = await keyHashPepper(database, keyring)
    const box = dataBox(await dataKey(database, keyring))
    auditKey = await auditMacKey(database, keyring, () =>
      beginMacs({ database, keyring, kid: issuer(keyring, clock).kid, clock }),
    )
    const anchor = fileAnchor(join(config.dataDir, 'audit-anchor.json'), keyName(auditKey))
    let publicUrl = config.publicUrl ?? ''
    const services = await makeServices({
      config,
      publicUrl: () => publicUrl,
      database,
      keyring,
      pepper,
      box,
      auditKey,
      anchor,
      signed: head => noteSigned(head),
      failed: error => failed(error),
      clock,
    })
    opened.push(() => anchor.save())
    opened.push(() => services.log.drain())
    opened.push(() => services.tally.flush())
    opened.push(() => services.outbound.close())
    opened.push(() => services.keyJobs.stop())
    opened.push(() => services.stopChecks())
    metrics?.read(figuresOf(database, keyring, services))
    const app = buildApp({
      config,
      metrics,
      services,
      pages: await loadPages(consoleDir()),
      version: version(),
      checks: {
        ...readiness(database, keyring, services.audit, config.dataDir),
        process: async () => {
          if (drain.begun) throw new Problem('server.busy')
        },
      },
      logger: logOptions(config.logLevel, process.stderr),
    })
    const drain = draining(app)
    opened.push(() => drain.end(DRAIN_MS))
    warn = event => app.log.warn(event)
    noteSigned = ({ org_id, seq, integrity_hash }) =>
      app.log.info({ org_id, seq, integrity_hash }, 'The audit log was signed up to here.')
    failed = (error: unknown) => app.log.error({ err: error }, 'A background job failed; it is tried again.')
    const jobs = startJobs({ config, database, services, clock, log: app.log, metrics, version: version() })
    for (const job of jobs) opened.push(() => job.stop())
    const reachableAt = (url: string) => {
      publicUrl = url
    }
    return { app, database, services, reachableAt, draining: drain, metrics, close }
  } catch (error) {
    await close()
    throw error
  }
}

function readiness(database: Database<Stores>, keyring: Keyring, audit: Services['audit'], dataDir: string) {
  return {
    database: () => database.check(),
    keys: async () => {
      if ((await keyring.status()).status === 'unavailable') throw new Problem('keys.unavailable')
    },
    audit: async () => {
      if (audit.distrusted().length > 0) throw new Problem('server.busy', 'The audit log was changed from outside.')
    },
    disk: async () => {
      const { bavail, bsize } = await statfs(dataDir)
      if (bavail * bsize < MIN_FREE_BYTES) throw new Problem('storage.full')
    },
  }
}

async function listen(app: FastifyInstance, { host, port, tls }: Config): Promise<string> {
  // The framework would log a line of its own for each address; the command line says it once, when everything is ready.
  const { level } = app.log
  app.log.level = 'silent'
  try {
    await app.listen({ host, port })
  } catch (error) {
    throw listenProblem(error as NodeJS.ErrnoException, host, port)
  } finally {
    app.log.level = level
  }
  return urlOf(tls ? 'https' : 'http', host, app.server)
}

function urlOf(scheme: string, host: string, server: Pick<Server, 'address'>): string {
  const { port } = server.address() as AddressInfo
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

function refuse({ host, port }: { readonly host: string; readonly port: number }): (error: NodeJS.ErrnoException) => never {
  return error => {
    const hint = 'Choose another with ONECLAW_METRICS_ADDRESS.'
    throw new Problem('config.invalid', `The metrics cannot be at ${host}:${port} (${error.code}).`, { hint, cause: error })
  }
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const reasons: Record<string, [string, string]> = {
    EADDRINUSE: [`Port ${port} on ${host} is in use.`, 'Stop the other server, or choose another port with --port.'],
    EACCES: [`This user may not listen on port ${port}.`, 'Choose a port above 1023 with --port.'],
    EADDRNOTAVAIL: [`This machine has no address ${host}.`, 'Choose another with --host.'],
    ENOTFOUND: [`The host name ${host} is not known.`, 'Choose another with --host.'],
  }
  const reason = reasons[error.code ?? '']
  return reason ? new Problem('config.invalid', reason[0], { hint: reason[1], cause: error }) : error
}

/** npm and npx pass a Ctrl-C on although the terminal has told their whole group: within this time it is the same one. */
const ECHO_MS = 500

/** Resolves at the first SIGTERM or SIGINT; a later one exits at once. */
function untilSignal(): Promise<void> {
  return new Promise(resolve => {
    let first: number | undefined
    const receive = () => {
      first ??= performance.now()
      if (performance.now() - first > ECHO_MS) process.exit(1)
      resolve()
    }
    process.on('SIGTERM', receive).on('SIGINT', receive)
  })
}

/** The built console, beside the compiled server or, when run from the sources, in their `dist`. */
function consoleDir(): string {
  const up = import.meta.url.endsWith('.ts') ? '../dist/console' : '../console'
  return fileURLToPath(new URL(up, import.meta.url))
}

function version(): string {
  const file = new URL(import.meta.url.endsWith('.ts') ? '../package.json' : '../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
