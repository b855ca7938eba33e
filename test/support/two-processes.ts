import { startServerProcess } from './server-process.ts'
import { makeWorld, type World } from './world.ts'

/** Kills one of the two permanently. */
type Kill = (index: 0 | 1) => Promise<void>

/** Two servers in child processes on one PostgreSQL database, and a world on the same database to prepare and inspect data. */
export async function withTwoProcesses(
  work: (world: World, urls: readonly string[], kill: Kill) => Promise<void>,
): Promise<void> {
  const world = await makeWorld('postgres')
  const processes = await Promise.all([1, 2].map(() => startServerProcess(world.dataDir, world.config.databaseUrl)))
  try {
    await work(
      world,
      processes.map(({ url }) => url),
      async index => processes[index]?.kill(),
    )
  } finally {
    await Promise.all(processes.map(each => each.kill()))
    await world.close()
  }
}
