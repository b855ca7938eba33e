import { Problem } from '../../src/problem.ts'
import type { RepeatedJob } from '../modules/keys/tasks.ts'

/** The description of each job, for people. */
const JOBS = {
  'sign-audit': 'Signs the newest events of the audit log.',
  'verify-audit': 'Verifies each audit log completely once a day.',
  'compare-secrets': 'Compares all secrets with the audit log once a day.',
  'remove-old-events': 'Removes audit events that are older than the retention.',
  'collect-garbage': 'Returns unused memory to the system.',
  'index-audit': 'Prepares audit events for searches.',
  'record-ended-access': 'Records the end of access that has expired.',
  reaper: 'Deletes expired sessions, links, codes and requests.',
  'follow-transactions': 'Sends transactions again and waits for their receipts.',
  billing: 'Ends credits and settles payments.',
  'destroy-keys': 'Destroys keys that nothing needs any more.',
  'migrate-keys': 'Moves keys to another key store.',
  'rotate-keys': 'Continues rotations of keys, and starts those of keys near their limit.',
  'purge-deleted': 'Purges what was deleted before the retention period.',
  'convert-identity-keys': 'Converts the keys of agents to the current form, once.',
  'back-up': 'Makes a backup when one is due.',
  'deliver-mail': 'Delivers waiting mail.',
} as const

export type JobName = keyof typeof JOBS

interface Round {
  readonly everyMs: number
  readonly sinceMs: number
  running: number
  startedAt?: number
  endedAt?: number
  outcome?: 'ok' | 'failed'
  error?: string | undefined
}

export type JobStatus = ReturnType<typeof jobStatus>

/** Remembers how the runs of the jobs of this process ended. */
export function jobStatus(clock: () => number) {
  const jobs = new Map<JobName, Round>()

  function ended(name: JobName, outcome: 'ok' | 'failed', error?: string): void {
    const round = jobs.get(name)
    if (!round) return
    Object.assign(round, { running: round.running - 1, endedAt: clock(), outcome, error })
  }

  return {
    /** The reports of a repeated job. */
    watch: (name: JobName) => ({
      planned(everyMs: number) {
        // Of two loops with one name, the faster one.
        if (everyMs < (jobs.get(name)?.everyMs ?? Number.POSITIVE_INFINITY))
          jobs.set(name, { everyMs, sinceMs: clock(), running: 0 })
      },
      began() {
        const round = jobs.get(name)
        if (round) Object.assign(round, { running: round.running + 1, startedAt: clock() })
      },
      done: () => ended(name, 'ok'),
      failed: (error: unknown) =>
        ended(name, 'failed', error instanceof Problem ? error.message : 'An error; see the log of the server.'),
    }),

    list(): RepeatedJob[] {
      const now = clock()
      return [...jobs].map(([name, { everyMs, sinceMs, running, startedAt, endedAt, outcome, error }]) => ({
        name,
        description: JOBS[name],
        everyMs,
        isRunning: running > 0,
        startedAt,
        endedAt,
        outcome,
        error,
        nextAt: sinceMs + (Math.floor((now - sinceMs) / everyMs) + 1) * everyMs,
      }))
    },
  }
}
