import type { ChangedSecret } from '../modules/secrets/daily-comparison.ts'
import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface CompareSecretsDeps extends RepeatReport {
  readonly compareSecretsDaily: (
    signal: AbortSignal,
  ) => Promise<readonly Pick<ChangedSecret, 'orgId' | 'vaultId' | 'id' | 'fault'>[]>
  /** Told in a sentence of each secret that was changed past the server, in every round that finds it. */
  readonly alarm: (sentence: string) => void
  readonly everyMs?: number
}

/** Looks once a day, and a minute after the start, whether secrets are as the audit log says. Several processes may run it. */
export function compareSecretsDaily({ compareSecretsDaily, alarm, everyMs = 60_000, ...report }: CompareSecretsDeps): Repeated {
  const ending = new AbortController()
  const work = async () => {
    const found = await compareSecretsDaily(ending.signal).catch(error => {
      // What is left is looked at by the next process.
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
