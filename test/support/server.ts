import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, readConfig } from '../../server/config/config.ts'
import { start } from '../../server/main.ts'
import { putMigrated } from './databases.ts'
import { lightHashing } from './light-hashing.ts'

export interface TestServer {
  readonly url: string
  readonly metricsUrl: string | undefined
  readonly dataDir: string
  /** Ends the server and keeps its data. */
  stop(): Promise<void>
  close(): Promise<void>
}

/** A real server that listens on a free port of loopback, with an empty data folder. */
export async function startServer({ clock, ...settings }: Partial<Config> & { clock?: () => number } = {}): Promise<TestServer> {
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-server-'))
  await putMigrated(dataDir)
  const defaults = readConfig({ dataDir, port: 0 }, { ONECLAW_RATE_LIMITS: 'off', ONECLAW_LOG_LEVEL: 'silent' })
  const server = await start({ ...defaults, ...settings }, clock, undefined, { hashing: lightHashing })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= server.close()
    return stopped
  }
  return {
    url: server.url,
    metricsUrl: server.metricsUrl,
    dataDir,
    stop,
    async close() {
      await stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
