import { startServerProcess } from './server-process.ts'
import { makeWorld, type World } from './world.ts'

/** Two servers in processes of their own over one PostgreSQL, and a world over the same one to prepare and look at things. */
export async function withTwoProcesses(work: (world: World, urls: readonly string[]) => Promise<void>): Promise<void> {
  const world = await makeWorld('postgres')
  const processes = await Promise.all([1, 2].map(() => startServerProcess(world.dataDir, world.config.databaseUrl)))
  try {
    await work(
      world,
      processes.map(({ url }) => url),
    )
  } finally {
    await Promise.all(processes.map(each => each.kill()))
    await world.close()
  }
}
