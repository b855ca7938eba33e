import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../src/problem.ts'
import type { Config } from '../config/config.ts'

/** Listens, and returns the URL. @throws Problem `config.invalid` if the address is in use, not of this machine or unknown */
export async function listen(app: FastifyInstance, { host, port, tls }: Pick<Config, 'host' | 'port' | 'tls'>): Promise<string> {
  // Fastify would log a line for each address. The command line prints the URL once, when everything is ready.
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

/** The port of a listening server. */
export function portOf({ server }: FastifyInstance): number {
  return (server.address() as AddressInfo).port
}

export function urlOf(scheme: string, host: string, server: Pick<Server, 'address'>): string {
  const { port } = server.address() as AddressInfo
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** @throws Problem `config.invalid` that names the setting */
export function refuseMetricsAddress({ host, port }: { readonly host: string; readonly port: number }) {
  return (error: NodeJS.ErrnoException): never => {
    const hint = 'Choose another with ONECLAW_METRICS_ADDRESS.'
    throw new Problem('config.invalid', `The metrics cannot be at ${host}:${port} (${error.code}).`, { hint, cause: error })
  }
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): unknown {
  const reasons: Record<string, [string, string]> = {
    EADDRINUSE: [`Port ${port} on ${host} is in use.`, 'Stop the other server, or choose another port with --port.'],
    EACCES: [`This user is not allowed to listen on port ${port}.`, 'Choose a port above 1023 with --port.'],
    EADDRNOTAVAIL: [`This machine has no address ${host}.`, 'Choose another with --host.'],
    ENOTFOUND: [`The host name ${host} is not known.`, 'Choose another with --host.'],
  }
  const reason = reasons[error.code ?? '']
  return reason ? new Problem('config.invalid', reason[0], { hint: reason[1], cause: error }) : error
}
