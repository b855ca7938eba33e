import type { FastifyBaseLogger } from 'fastify'
import { backupSchedule } from '../backup/schedule.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { billingJobs } from '../jobs/billing-jobs.ts'
import { checkpointAudit } from '../jobs/checkpoint-audit.ts'
import { collectGarbage } from '../jobs/collect-garbage.ts'
import { compareSecretsDaily } from '../jobs/compare-secrets.ts'
import { convertIdentityKeys } from '../jobs/convert-identity-keys.ts'
import { deliverMail } from '../jobs/deliver-mail.ts'
import { destroyKeys } from '../jobs/destroy-keys.ts'
import { followTransactions } from '../jobs/follow-transactions.ts'
import { indexAudit } from '../jobs/index-audit.ts'
import type { JobName, JobStatus } from '../jobs/job-status.ts'
import { type MakeBackupsDeps, makeBackups } from '../jobs/make-backups.ts'
import { migrateKeys } from '../jobs/migrate-keys.ts'
import { purgeDeleted } from '../jobs/purge-deleted.ts'
import { reaper } from '../jobs/reaper.ts'
import { recordEndedAccess, recordEndedAccessRegularly } from '../jobs/record-ended-access.ts'
import { removeOldEvents } from '../jobs/remove-old-events.ts'
import { resumeRotations } from '../jobs/resume-rotations.ts'
import { verifyAuditDaily } from '../jobs/verify-audit.ts'
import { outboxFolder } from '../mail/eml-folder.ts'
import { emlTransport } from '../mail/eml-transport.ts'
import type { MailTransport } from '../mail/mail.ts'
import { smtpTransport } from '../mail/smtp-transport.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Services } from '../services.ts'
import type { Stores } from '../stores/all.ts'

export interface JobsDeps {
  readonly config: Config
  readonly database: Database<Stores>
  readonly services: Services
  readonly clock: () => number
  readonly log: FastifyBaseLogger
  readonly metrics: Metrics | undefined
  /** Records the outcome of each run. */
  readonly board: JobStatus
  /** The version of 1claw. */
  readonly version: string
}

/** Starts the background jobs. */
export function startJobs(deps: JobsDeps): { stop(): Promise<void> }[] {
  const { config, database, services, clock, log, metrics, board } = deps
  const report = (job: JobName) => {
    const watched = board.watch(job)
    return {
      ...watched,
      failed: (error: unknown) => {
        watched.failed(error)
        metrics?.job(job, false)
        log.error({ err: error, job }, 'A background job failed; it is tried again.')
      },
      done: () => {
        watched.done()
        metrics?.job(job, true)
      },
    }
  }
  const {
    audit,
    billing,
    creditExpiry,
    destroyDueKeks,
    following,
    identityEncoding,
    keyMigrations,
    templates,
    providerKeys,
    secretDeletion,
    vaultDeletion,
    serverKeyRotation,
    vaultKeys,
    wraps,
  } = services
  const transport = metrics?.transport(mailTransport(config)) ?? mailTransport(config)
  return [
    checkpointAudit({ audit, alarm: sentence => log.fatal(sentence), ...report('sign-audit') }),
    verifyAuditDaily({ verifyAuditDaily: services.verifyAuditDaily, ...report('verify-audit') }),
    compareSecretsDaily({
      compareSecretsDaily: services.compareSecretsDaily,
      alarm: sentence => log.error(sentence),
      ...report('compare-secrets'),
    }),
    removeOldEvents({ removeOldEvents: services.removeOldEvents, ...report('remove-old-events') }),
    collectGarbage(report('collect-garbage')),
    indexAudit({ audit, ...report('index-audit') }),
    recordEndedAccessRegularly({ tell: recordEndedAccess({ database, clock }), ...report('record-ended-access') }),
    reaper({ database, clock, ...report('reaper') }),
    followTransactions({ following, ...report('follow-transactions') }),
    ...billingJobs({ creditExpiry, x402: billing.x402, ...report('billing') }),
    destroyKeys({ providerKeys, destroyDueKeks, ...report('destroy-keys') }),
    migrateKeys({ keyMigrations, ...report('migrate-keys') }),
    resumeRotations({ vaultKeys, serverKeyRotation, wraps, ...report('rotate-keys') }),
    purgeDeleted({ secretDeletion, vaultDeletion, ...report('purge-deleted') }),
    convertIdentityKeys({ identityEncoding, ...report('convert-identity-keys') }),
    ...scheduledBackups(deps, report('back-up')),
    deliverMail({ database, templates, transport, clock, log: event => log.info(event), ...report('deliver-mail') }),
  ]
}

function scheduledBackups({ config, database, services, clock, version }: JobsDeps, report: Omit<MakeBackupsDeps, 'round'>) {
  if (!config.backup) return []
  const { keyring } = services
  const round = backupSchedule({ settings: config.backup, config, database, keyring, madeBy: version, clock })
  return [makeBackups({ round, ...report })]
}

function mailTransport({ mail, dataDir }: Config): MailTransport {
  return mail.smtpUrl === undefined ? emlTransport(outboxFolder(dataDir), mail.from) : smtpTransport(mail.smtpUrl, mail.from)
}
