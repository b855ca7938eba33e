import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { restBetweenBatches } from '../../db/rest-between-batches.ts'
import { isRefusal } from '../../keys/refusals.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { SealedVersionStore, Under, VersionPlace } from '../../stores/keys/sealed-versions.ts'

export interface JobRunnerDeps {
  readonly database: Database<{ keyJobs: KeyJobStore; sealedVersions: SealedVersionStore }>
  readonly clock: () => number
}

/** A sealed version, with all of its columns. */
export type SealedVersion = Awaited<ReturnType<SealedVersionStore['byPlaces']>>[number]

/** What a rotation does with its versions. */
export interface Rotation<Made> {
  readonly under: Under
  /** The number of versions in one transaction; 100 by default. Every request that writes waits for it. */
  readonly atOnce?: number
  /** The replacement for a version; undefined for one that does not open, which is not changed. */
  make(row: SealedVersion): Promise<Made | undefined>
  /** Stores them within a unit of work; returns how many were still due. */
  store(
    stores: { readonly sealedVersions: SealedVersionStore },
    made: readonly (VersionPlace & { readonly made: Made })[],
  ): Promise<number>
}

interface Work<Made> {
  readonly job: KeyJobRow
  readonly rotation: Rotation<Made>
  processed: number
}

/** Another process has taken over the job. */
class TakenOver extends Error {}

/** The number of versions in one transaction, and of bytes of ciphertext in memory for it. */
const AT_ONCE = 100
const BYTES_AT_ONCE = 8 * 1024 * 1024

/** How long a process can take for one batch before another process continues in its place. */
export const HELD_MS = 30_000

/** The pause before an interrupted job is resumed; a person who sends its keys can resume it at once. */
const BREATH_MS = 10_000

/** The message about an interrupted job. */
function waitsFor(error: unknown): string {
  return error instanceof Problem
    ? error.message
    : 'It stopped with an error, which is in the log of the server; it is tried again.'
}

export type JobRunner = ReturnType<typeof jobRunner>

/**
 * Works through rotations, a batch of versions in each transaction. The versions themselves show what is done, so a process that dies at
 * any row leaves nothing to undo, and the next one continues from there.
 */
export function jobRunner({ database, clock }: JobRunnerDeps) {
  /** The id of this process, as a holder of jobs. */
  const holder = randomUUID()
  const underWay = new Set<Promise<void>>()
  let stopping = false

  /** Calls `each` with every version under a key, one batch at a time; false if it did not reach the end. */
  async function inBatches(
    under: Under,
    each: (places: readonly VersionPlace[]) => Promise<boolean>,
    atOnce = AT_ONCE,
  ): Promise<boolean> {
    let after: VersionPlace | undefined
    for (;;) {
      const places = await database.read(({ sealedVersions }) => sealedVersions.next(under, after, AT_ONCE))
      after = places.at(-1)
      if (!after) return true
      for (const batch of bySize(places, atOnce)) {
        const began = performance.now()
        if (stopping || !(await each(batch))) return false
        await restBetweenBatches(began)
      }
    }
  }

  const countOf = (under: Under) => database.read(({ sealedVersions }) => sealedVersions.count(under))

  /** The number of versions left when nothing more can be done; undefined if another process has taken over or this one is ending. */
  async function workThrough<Made>(job: KeyJobRow, rotation: Rotation<Made>): Promise<number | undefined> {
    const { under } = rotation
    // The versions are counted, not the job's progress: a dead process has not recorded its last batch.
    const work = { job, rotation, processed: Math.max(0, job.total - (await countOf(under))) }
    return (await inBatches(under, places => workOn(work, places), rotation.atOnce)) ? countOf(under) : undefined
  }

  /**
   * Checks every stored version that is currently under a key, and returns their number. `prove` throws an error that `isRefusal`
   * recognises for a bad one. Undefined in the same cases as `workThrough`.
   */
  async function lookThrough(
    job: KeyJobRow,
    under: Under,
    prove: (row: SealedVersion) => Promise<void>,
    atOnce?: number,
  ): Promise<number | undefined> {
    let bad = 0
    let heldAt = clock()
    const look = async (places: readonly VersionPlace[]) => {
      const rows = await database.read(({ sealedVersions }) => sealedVersions.byPlaces(places))
      const proofs = await Promise.allSettled(rows.map(prove))
      for (const proof of proofs) {
        if (proof.status === 'fulfilled') continue
        if (!isRefusal(proof.reason)) throw proof.reason
        bad++
      }
      const now = clock()
      // Each update would be a commit for which requests wait.
      if (Math.abs(now - heldAt) < HELD_MS / 4) return true
      heldAt = now
      return database.run(({ keyJobs }) => keyJobs.progress(job.id, holder, job.total, now + HELD_MS))
    }
    const whole = await inBatches(under, look, atOnce)
    return whole ? bad : undefined
  }

  async function workOn<Made>(work: Work<Made>, places: readonly VersionPlace[]): Promise<boolean> {
    const { job, rotation } = work
    const rows = await database.read(({ sealedVersions }) => sealedVersions.byPlaces(places))
    const all = await Promise.all(
      rows.map(async row => ({ secret_id: row.id, version: row.version, made: await rotation.make(row) })),
    )
    const made = all.flatMap(({ made, ...place }) => (made === undefined ? [] : [{ ...place, made }]))
    const processed = await database
      .run(async ({ keyJobs, sealedVersions }) => {
        const done = work.processed + (await rotation.store({ sealedVersions }, made))
        // A process that has lost the job must not change anything afterwards.
        if (!(await keyJobs.progress(job.id, holder, done, clock() + HELD_MS))) throw new TakenOver()
        return done
      })
      .catch((error: unknown) => {
        if (error instanceof TakenOver) return undefined
        throw error
      })
    if (processed !== undefined) work.processed = processed
    return processed !== undefined
  }

  const restOf = ({ kind }: KeyJobRow): number => (kind === 'kek' ? clock() + BREATH_MS : 0)

  return {
    holder,

    take: (id: string): Promise<boolean> =>
      database.run(({ keyJobs }) => keyJobs.take(id, holder, { now: clock(), until: clock() + HELD_MS })),

    workThrough,

    lookThrough,

    /** Continues the work in the background and always releases the job in the end. Resolves then, and never rejects. */
    begin(job: KeyJobRow, work: () => Promise<void>, failed: (error: unknown) => void): Promise<void> {
      const broken = (error: unknown): string => {
        failed(error)
        return waitsFor(error)
      }
      const running = work()
        .then(() => null, broken)
        .then(error => database.run(({ keyJobs }) => keyJobs.release(job.id, holder, { error, until: error ? restOf(job) : 0 })))
        .catch(failed)
        .finally(() => underWay.delete(running))
      underWay.add(running)
      return running
    },

    /** Ends after the current batches; others continue the jobs. */
    async stop(): Promise<void> {
      stopping = true
      await Promise.all(underWay)
    },
  }
}

type Sized = VersionPlace & { readonly bytes: number }

/** Cuts a batch so that each part is small enough for memory; a single large version is its own part. */
function bySize(places: readonly Sized[], most: number): Sized[][] {
  const parts: Sized[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const place of places) {
    if (bytes + Number(place.bytes) > BYTES_AT_ONCE || (parts.at(-1)?.length ?? 0) >= most) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(place)
    bytes += Number(place.bytes)
  }
  return parts
}
