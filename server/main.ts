import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Problem } from '../src/problem.ts'
import { buildApp } from './app.ts'
import { reportUpgradeCopy } from './backup/report-upgrade-copy.ts'
import { type Config, readConfig, type ServeFlags } from './config/config.ts'
import { version } from './config/version.ts'
import type { Database } from './db/database.ts'
import { freeBytes } from './http/bounds/disk-reserve.ts'
import { loadPages } from './http/console-pages.ts'
import { draining } from './http/draining.ts'
import { jobStatus } from './jobs/job-status.ts'
import type { Keyring } from './keys/keyring.ts'
import { fileAnchor } from './modules/audit/anchor.ts'
import { beginMacs } from './modules/audit/mac-start.ts'
import type { SignedUpTo } from './modules/audit/signing.ts'
import { serverStatus } from './modules/health/status.ts'
import { openServerKeys } from './modules/keys/server/open.ts'
import { proveSecretPlaces } from './modules/keys/server/secret-places.ts'
import { makeServices, type Services } from './services.ts'
import { openServerDatabase } from './start/database.ts'
import { startJobs } from './start/jobs.ts'
import { openKeyStores } from './start/key-stores.ts'
import { sealKindOf } from './start/keys.ts'
import { logOptions } from './start/log.ts'
import { figuresOf } from './start/metric-sources.ts'
import { type AssembledServer, type Opened, type Opening, type RunningServer, serving } from './start/serving.ts'
import { lookAround } from './start/status.ts'
import type { Stores } from './stores/all.ts'
import { keyName, type MacKeys } from './stores/audit/mac.ts'

/** The messages while the server starts, and the session that `--dev` creates. */
export interface ServeHooks {
  /** Called when requests are answered; again when a server that was sealed has been opened. */
  readonly ready: (server: Opened) => void | Promise<void>
  /** Called once instead, if the server waits to be unsealed. */
  readonly sealed: (server: { readonly url: string }) => void | Promise<void>
}

export type { AssembledServer }

const MIN_FREE_BYTES = 32 * 1024 * 1024
/** Connections that are still open after this time are cut off; container managers kill after 30 s. */
const DRAIN_MS = 25_000

/**
 * Runs the server until a signal ends it; resolves with the exit code. The first SIGTERM or SIGINT drains, a second one exits at once.
 * @throws Problem `config.invalid` with every fault of the settings; others when a part cannot be opened.
 */
export async function serve(flags: ServeFlags, hooks: ServeHooks): Promise<number> {
  const config = readConfig(flags)
  const server = await start(config, Date.now, hooks.ready)
  const stopped = untilSignal()
  if (server.isSealed) await hooks.sealed({ url: server.url })
  else await hooks.ready({ url: server.url, ...(server.dev && { dev: server.dev }) })
  await Promise.race([stopped, server.lost])
  server.draining.begin()
  await setTimeout(config.shutdownDelayMs)
  await server.close()
  return 0
}

/** Opens everything and listens; as the sealed server if somebody must unseal the keys first. */
export function start(
  config: Config,
  clock: () => number = Date.now,
  opened: ServeHooks['ready'] = () => {},
  { hashing }: Pick<Opening, 'hashing'> = {},
): Promise<RunningServer> {
  return serving({ config, clock, assemble, opened, hashing })
}

/** Opens everything in order; closing goes in reverse. After a failure, the opened parts are closed again. */
export async function assemble(config: Config, clock: () => number = Date.now, opening: Opening = {}): Promise<AssembledServer> {
  const opened: (() => Promise<void>)[] = []
  let warn = (_event: string) => {}
  let failed = (_error: unknown) => {}
  let noteSigned = (_head: SignedUpTo) => {}
  const close = async () => {
    for (const part of opened.splice(0).reverse()) await part()
  }
  try {
    let auditKeys: MacKeys | undefined
    const copies: string[] = []
    const database = await openServerDatabase(
      config,
      () => auditKeys,
      file => void copies.push(file),
    )
    opened.push(() => database.close())
    const metrics = config.metrics && (await import('./metrics/metrics.ts')).makeMetrics()
    if (metrics) opened.push(async () => metrics.close())
    const keyring = await openKeyStores({
      config,
      database,
      create: true,
      root: opening.root,
      log: event => warn(event),
      around: metrics?.keyring,
    })
    opened.push(() => keyring.close())
    const serverKeys = await openServerKeys({ database, keyring, clock, failed: error => failed(error) }, signing =>
      beginMacs({ database, signing, clock }),
    )
    auditKeys = serverKeys.audit
    await proveSecretPlaces({ database, keyring, clock })
    const anchor = fileAnchor(join(config.dataDir, 'audit-anchor.json'), keyName(serverKeys.audit.find(1)))
    let publicUrl = config.publicUrl ?? ''
    const board = jobStatus(clock)
    const services = await makeServices({
      config,
      publicUrl: () => publicUrl,
      database,
      keyring,
      serverKeys,
      anchor,
      sealKind: () => sealKindOf(config),
      sealAgain: opening.sealAgain,
      hashing: opening.hashing,
      signed: head => noteSigned(head),
      jobs: board.list,
      failed: error => failed(error),
      clock,
    })
    opened.push(() => anchor.save())
    opened.push(() => services.log.drain())
    opened.push(() => services.tally.close())
    opened.push(() => services.outbound.close())
    // A few uncounted seals are no reason to leave the other parts open.
    opened.push(() => services.wraps.flush().catch(error => failed(error)))
    opened.push(() => services.keyJobs.stop())
    opened.push(() => services.stopChecks())
    const figures = figuresOf(database, keyring, services)
    metrics?.read(figures)
    const look = lookAround({ config, database, keyring, figures, publicUrl: () => publicUrl, leastFree: MIN_FREE_BYTES, clock })
    const app = buildApp({
      config,
      metrics,
      services,
      pages: await loadPages(consoleDir()),
      version: version(),
      status: serverStatus({
        database,
        version: version(),
        look,
        distrusted: services.audit.distrusted,
        changedSecrets: services.changedSecrets,
        clock,
      }),
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
    for (const file of copies) {
      app.log.info({ file }, 'The database was copied before its schema was changed.')
      await reportUpgradeCopy(database, file, clock())
    }
    const jobs = startJobs({ config, database, services, clock, log: app.log, metrics, board, version: version() })
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
      if ((await freeBytes(dataDir)) < MIN_FREE_BYTES) throw new Problem('storage.full')
    },
  }
}

/** npm and npx pass on Ctrl-C although the terminal has sent it to their whole group; within this time it counts as the same one. */
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

/** The built console: next to the compiled server or, if it runs from the sources, in their `dist`. */
function consoleDir(): string {
  const up = import.meta.url.endsWith('.ts') ? '../dist/console' : '../console'
  return fileURLToPath(new URL(up, import.meta.url))
}
