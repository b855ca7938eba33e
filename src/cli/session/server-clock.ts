import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'

/**
 * The server's time in epoch milliseconds, to the second, which it uses for expiry. `now`, the local clock, if the server sends no time.
 */
export async function serverNow(client: Pick<Client, 'raw'>, now: number): Promise<number> {
  try {
    const { headers } = await client.raw({ method: 'GET', path: '/livez' })
    const served = Date.parse(headers['date'] ?? '')
    return Number.isNaN(served) ? now : served
  } catch (error) {
    if (error instanceof Problem) return now
    throw error
  }
}
