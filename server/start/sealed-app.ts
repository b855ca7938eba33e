import type { FastifyInstance } from 'fastify'
import { unseal } from '../../src/contract/keys/sealing.ts'
import type { Config } from '../config/config.ts'
import { bodyRoom } from '../http/bounds/in-flight.ts'
import { isLocal } from '../http/bounds/local.ts'
import { limiter } from '../http/limits.ts'
import { NO_METER } from '../http/meter.ts'
import { mounter } from '../http/mount.ts'
import { answerUnrouted } from '../http/path/unrouted.ts'
import { sealedProblem, sealedRoutes } from '../modules/sealing/routes.ts'
import type { Unsealing } from '../modules/sealing/unsealing.ts'
import { denied } from '../policy/denial.ts'
import { type BareOptions, bareApp } from './bare-app.ts'

export interface SealedAppDeps {
  readonly config: Pick<Config, 'limits' | 'trustedProxies' | 'corsOrigins' | 'tls' | 'publicUrl'>
  readonly unsealing: Unsealing
  readonly clock: () => number
  readonly logger: BareOptions['logger']
}

const ANSWERED = ['health.live', 'seal.status', unseal.id]

/** The server while it is sealed: it has no database and no keys, and answers all but a few requests with that. */
export function buildSealedApp({ config, unsealing, clock, logger }: SealedAppDeps): FastifyInstance {
  const app = bareApp(config, { logger, limitAddress: limiter(config.limits.address, clock) })
  app.addHook('onRequest', async request => {
    const { operation } = request.routeOptions.config
    if (operation === undefined || !ANSWERED.includes(operation)) throw sealedProblem()
    if (operation === unseal.id && request.protocol !== 'https' && !isLocal(request.raw)) {
      throw denied('unencrypted', 'A passphrase or share is not accepted over an unencrypted network.', {
        hint: 'Run this on the server itself, or reach it by https. A proxy that ends TLS has to be in ONECLAW_TRUSTED_PROXIES.',
      })
    }
  })
  // The body may contain the passphrase.
  app.addHook('onResponse', async request => void request.rawBody?.fill(0))
  const never = () => {
    throw sealedProblem()
  }
  const { mount, methods } = mounter(app, {
    identify: async () => undefined,
    authorize: never,
    filterAddress: () => {},
    limitPrincipal: () => {},
    atOnce: () => {},
    bodyRoom: bodyRoom(true),
    limitPublicAuth: limiter(config.limits.publicAuth, clock),
    sessionCookie: never,
    meter: NO_METER,
    keepReserve: () => {},
    recordFailure: () => {},
  })
  sealedRoutes(mount, unsealing)
  answerUnrouted(app, methods, () => false)
  return app
}
