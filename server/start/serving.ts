import type { Server } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { FastifyInstance } from 'fastify'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { type Draining, draining } from '../http/draining.ts'
import { listenForMetrics } from '../http/metrics.ts'
import { sweepDrafts } from '../keys/software/root-file.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Hashing } from '../modules/auth/threads/hashing.ts'
import { type Unsealed, type Unsealing, unsealing } from '../modules/sealing/unsealing.ts'
import type { Services } from '../services.ts'
import type { Stores } from '../stores/all.ts'
import { type DevSession, devSession } from './dev.ts'
import { rootFileOf, sealKindOf } from './keys.ts'
import { refuseMetricsAddress, urlOf } from './listening.ts'
import { logOptions } from './log.ts'
import { buildSealedApp } from './sealed-app.ts'
import { type ServerInstance, type SwitchableServer, switchableServer } from './switchable-server.ts'

/** A complete server without its port. */
export interface AssembledServer {
  readonly app: FastifyInstance
  readonly database: Database<Stores>
  readonly services: Services
  readonly draining: Draining
  readonly metrics: Metrics | undefined
  /** Sets the address of the server for the services. */
  reachableAt(url: string): void
  close(): Promise<void>
}

/** What a server needs in addition to its settings. */
export interface Opening {
  /** The content of the root key file, if somebody has unsealed it; it is wiped. */
  readonly root?: Buffer | undefined
  /** Replaces it with the sealed server. */
  readonly sealAgain?: () => Promise<void>
  /** Another password hashing, for tests that are not about passwords. No setting changes it. */
  readonly hashing?: Hashing | undefined
}

/** A server that answers, open or sealed. */
export interface RunningServer {
  readonly url: string
  /** Of the metrics, if they have their own address and the server was open when it started. */
  readonly metricsUrl: string | undefined
  /** Whether it waits to be unsealed. */
  readonly isSealed: boolean
  readonly dev?: DevSession
  readonly draining: Draining
  /** Never resolves; rejects when nothing answers at the address any more. */
  readonly lost: Promise<never>
  /** Answers the open requests, then closes everything in reverse order. */
  close(): Promise<void>
}

/** Passed to `opened` when a server is open. */
export interface Opened {
  readonly url: string
  readonly dev?: DevSession
}

interface ServingDeps {
  readonly config: Config
  readonly clock: () => number
  readonly assemble: (config: Config, clock: () => number, opening: Opening) => Promise<AssembledServer>
  /** Called when a sealed server has been unsealed. */
  readonly opened: (server: Opened) => void | Promise<void>
  readonly hashing: Opening['hashing']
}

interface OpenTurn extends ServerInstance, AssembledServer {
  readonly metricsUrl: string | undefined
}

/** Connections of a sealed server that are still open after this time are closed. */
const DRAIN_MS = 25_000

/** Listens: as the open server if the keys are available, as the sealed one if somebody must unseal them first. */
export async function serving({ config, clock, assemble, opened, hashing }: ServingDeps): Promise<RunningServer> {
  let turns: SwitchableServer | undefined
  const isSealed = await waitsForUnsealing(config)
  const first = isSealed ? sealedTurn() : await openTurn({})
  try {
    turns = await switchableServer(first, config)
    const { url, lost, close } = turns
    const { current } = turns
    return {
      url,
      lost,
      close,
      metricsUrl: isOpen(current) ? current.metricsUrl : undefined,
      isSealed,
      ...(await sessionOf(current, url)),
      get draining() {
        return turns?.current.draining ?? first.draining
      },
    }
  } catch (error) {
    await first.close()
    throw error
  }

  async function openTurn(opening: Pick<Opening, 'root'>): Promise<OpenTurn> {
    const server = await assemble(config, clock, { ...opening, sealAgain, hashing })
    let apart: Server | undefined
    // After the server, so that the metrics show how it ends.
    const close = async () => {
      await server.close()
      apart?.closeAllConnections()
      apart?.close()
    }
    const { address, token } = config.metrics ?? {}
    try {
      if (address && server.metrics)
        apart = await listenForMetrics(address, token, server.metrics.text).catch(refuseMetricsAddress(address))
    } catch (error) {
      await close()
      throw error
    }
    const metricsUrl = apart && address && `${urlOf('http', address.host, apart)}/metrics`
    return { ...server, metricsUrl, close }
  }

  function sealedTurn(): ServerInstance {
    const file = rootFileOf(config) ?? ''
    const sealed: Unsealing = unsealing({ file, open, clock, warn: (facts, event) => app.log.warn(facts, event) })
    const app = buildSealedApp({ config, unsealing: sealed, clock, logger: logOptions(config.logLevel, process.stderr) })
    const drain = draining(app)
    const close = async () => {
      sealed.forget()
      await drain.end(DRAIN_MS)
    }
    return { app, draining: drain, reachableAt: () => {}, close }
  }

  async function open(root: Buffer, how: Unsealed): Promise<void> {
    // Waits for the server that was sealed to close its database, which can have only one writer.
    await turns?.left()
    const server = await openTurn({ root })
    try {
      await server.services.sealing.recordUnsealing(how)
    } catch (error) {
      await server.close()
      throw error
    }
    await turns?.next(server)
    // Frees the typed passphrase after the response is sent.
    void turns?.left().then(collect)
    server.app.log.info({ ip: how.ip }, 'The server was unsealed.')
    const url = turns?.url ?? ''
    await opened({ url, ...(await sessionOf(server, url)) })
  }

  async function sealAgain(): Promise<void> {
    const sealed = sealedTurn()
    await turns?.next(sealed)
    sealed.app.log.info('The server was sealed.')
    // The ending server still answers the request that sealed it.
    void turns?.left().then(collect)
  }

  async function sessionOf(turn: ServerInstance, url: string): Promise<{ dev?: DevSession }> {
    if (!config.dev || !isOpen(turn)) return {}
    const { app, database, services } = turn
    return { dev: await devSession({ app, database, services, url, dataDir: config.dataDir }) }
  }
}

function isOpen(turn: ServerInstance): turn is OpenTurn {
  return 'services' in turn
}

/** Whether the root key file is sealed and the settings do not open it. */
async function waitsForUnsealing(config: Config): Promise<boolean> {
  if (config.rootKeyPassphrase !== undefined || config.rootKeyShares !== undefined) return false
  const kind = await sealKindOf(config)
  if (kind !== 'passphrase' && kind !== 'shares') return false
  const file = rootFileOf(config)
  if (file !== undefined) await sweepDrafts(file)
  return true
}

/** Collects garbage now: Node wipes the memory of a key when it frees it. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  gc()
}
