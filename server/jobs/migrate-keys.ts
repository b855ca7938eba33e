import { type Repeated, type RepeatReport, repeat } from './interval.ts'

export interface MigrateKeysDeps extends RepeatReport {
  readonly keyMigrations: { round(): Promise<void>; stop(): Promise<void> }
  readonly everyMs?: number
}

/** Continues a running migration of keys. Several processes may run it: one of them works. */
export function migrateKeys({ keyMigrations, everyMs = 2_000, ...report }: MigrateKeysDeps): Repeated {
  const repeated = repeat(() => keyMigrations.round(), { everyMs, ...report })
  return {
    async stop() {
      await keyMigrations.stop()
      await repeated.stop()
    },
  }
}
