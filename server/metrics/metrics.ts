import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Keyring } from '../keys/keyring.ts'
import type { MailTransport } from '../mail/mail.ts'
import { type Figures, gauges } from './gauges.ts'
import { measuredKeyring } from './measured-keyring.ts'
import { measuredTransport } from './measured-transport.ts'

/** The outcome of one run of a job. */
export interface JobReport {
  readonly failed: (error: unknown) => void
  readonly done: () => void
}

/**
 * The metrics of one server, in the text format of Prometheus. No label ever contains a name, a path, an id or an address: labels are
 * operations of the endpoint table, statuses, and words of this folder.
 */
export interface Metrics {
  /** Counts an answered request. `operation` is the id of an endpoint. */
  readonly request: (operation: string, status: number, seconds: number) => void
  readonly keyring: (keyring: Keyring) => Keyring
  readonly transport: (transport: MailTransport) => MailTransport
  readonly job: (name: string, ok: boolean) => void
  /** Called at each `text()`; register only once. */
  readonly read: (figures: Figures) => void
  /** Concurrent requests share one collection. */
  readonly text: () => Promise<{ readonly type: string; readonly body: string }>
  readonly close: () => void
}

/** Seconds: from a cached read to the longest possible request. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30]
const CALL_SECONDS = [0.0001, 0.001, 0.005, 0.025, 0.1, 0.5, 2]

export function makeMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'oneclaw_http_requests_total',
    help: 'Requests answered, by operation of the API and status.',
    labelNames: ['operation', 'status'],
    registers,
  })
  const seconds = new Histogram({
    name: 'oneclaw_http_request_seconds',
    help: 'Time from a request to the end of its answer, by operation.',
    labelNames: ['operation'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const keyCalls = new Histogram({
    name: 'oneclaw_key_provider_call_seconds',
    help: 'Calls of the key provider, by operation and outcome.',
    labelNames: ['call', 'outcome'],
    buckets: CALL_SECONDS,
    registers,
  })
  const keysUnderWay = new Gauge({
    name: 'oneclaw_key_provider_calls_under_way',
    help: 'Calls of the key provider that wait for an answer.',
    registers,
  })
  const mails = new Counter({
    name: 'oneclaw_mail_attempts_total',
    help: 'Attempts to hand a mail over, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  const jobRuns = new Counter({
    name: 'oneclaw_job_rounds_total',
    help: 'Rounds of background jobs, by job and outcome.',
    labelNames: ['job', 'outcome'],
    registers,
  })
  const lastRound = new Gauge({
    name: 'oneclaw_job_last_success_timestamp_seconds',
    help: 'When a round of a background job last succeeded, in seconds since 1970.',
    labelNames: ['job'],
    registers,
  })
  let collecting: Promise<string> | undefined

  return {
    request(operation, status, took) {
      requests.inc({ operation, status })
      seconds.observe({ operation }, took)
    },
    keyring: keyring =>
      measuredKeyring(keyring, {
        began: () => keysUnderWay.inc(),
        ended: (call, outcome, took) => {
          keysUnderWay.dec()
          keyCalls.observe({ call, outcome }, took)
        },
      }),
    transport: transport => measuredTransport(transport, outcome => mails.inc({ outcome })),
    job(job, ok) {
      jobRuns.inc({ job, outcome: ok ? 'ok' : 'failed' })
      if (ok) lastRound.set({ job }, Date.now() / 1000)
    },
    read: figures => gauges(registry, figures),
    async text() {
      collecting ??= registry.metrics().finally(() => {
        collecting = undefined
      })
      return { type: registry.contentType, body: await collecting }
    },
    close: () => registry.clear(),
  }
}
