import type { ChangedSecret } from '../modules/secrets/daily-comparison.ts'
import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface CompareSecretsDeps extends RepeatReport {
  readonly compareSecretsDaily: (
    signal: AbortSignal,
  ) => Promise<readonly Pick<ChangedSecret, 'orgId' | 'vaultId' | 'id' | 'fault'>[]>
  /** Called with a sentence about each secret that was changed outside the server, in every run that finds it. */
  readonly alarm: (sentence: string) => void
  readonly everyMs?: number
}

/** Checks once a day, and a minute after the start, whether secrets match the audit log. Several processes can run it. */
export function compareSecretsDaily({ compareSecretsDaily, alarm, everyMs = 60_000, ...report }: CompareSecretsDeps): Repeated {
  const ending = new AbortController()
  const work = async () => {
    const found = await compareSecretsDaily(ending.signal).catch(error => {
      // The next process checks the rest.
      if (ending.signal.aborted) return []
      throw error
    })
    for (const { orgId, vaultId, id, fault } of found)
      alarm(`Secret ${id} in vault ${vaultId} of organisation ${orgId} was changed from outside the server: ${fault}.`)
  }
  const repeated = repeat(work, { everyMs, ...report })
  return {
    stop() {
      ending.abort()
      return repeated.stop()
    },
  }
}
