import { randomUUID } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { SealedVersionStore, Under, VersionPlace } from '../../stores/keys/sealed-versions.ts'

export interface JobRunnerDeps {
  readonly database: Database<{ keyJobs: KeyJobStore; sealedVersions: SealedVersionStore }>
  readonly clock: () => number
}

/** A sealed version, read in whole. */
export type SealedVersion = Awaited<ReturnType<SealedVersionStore['byPlaces']>>[number]

/** What a rotation does with its versions. */
export interface Rotation<Made> {
  readonly under: Under
  /** What is to be stored in place of a version; undefined for one that cannot be opened, which stays as it is. */
  make(row: SealedVersion): Promise<Made | undefined>
  /** Within a unit of work. */
  store(stores: { readonly sealedVersions: SealedVersionStore }, place: VersionPlace, made: Made): Promise<unknown>
}

/** Versions of one transaction, and the bytes of ciphertext that are in memory for it. */
const AT_ONCE = 100
const BYTES_AT_ONCE = 8 * 1024 * 1024

/** How long a process may take over one batch before another one goes on in its place. */
export const HELD_MS = 30_000

export type JobRunner = ReturnType<typeof jobRunner>

/**
 * Works through rotations, a batch of versions in each transaction. What is done is told by the versions themselves, so that a process
 * that dies at any row leaves nothing to undo, and the next one goes on from there.
 */
export function jobRunner({ database, clock }: JobRunnerDeps) {
  /** This process, as a holder of jobs. */
  const holder = randomUUID()
  const underWay = new Set<Promise<void>>()
  let stopping = false

  /** How many versions are left when nothing more can be done; undefined when another process has taken over or this one ends. */
  async function workThrough<Made>(job: KeyJobRow, rotation: Rotation<Made>): Promise<number | undefined> {
    let after: VersionPlace | undefined
    for (;;) {
      const places = await database.read(({ sealedVersions }) => sealedVersions.next(rotation.under, after, AT_ONCE))
      after = places.at(-1)
      if (!after) return database.read(({ sealedVersions }) => sealedVersions.count(rotation.under))
      for (const batch of bySize(places)) {
        if (stopping || !(await workOn(job, rotation, batch))) return undefined
      }
    }
  }

  async function workOn<Made>(job: KeyJobRow, rotation: Rotation<Made>, places: readonly VersionPlace[]): Promise<boolean> {
    const rows = await database.read(({ sealedVersions }) => sealedVersions.byPlaces(places))
    const made = await Promise.all(rows.map(async row => ({ row, made: await rotation.make(row) })))
    return database.run(async ({ keyJobs, sealedVersions }) => {
      for (const { row, made: value } of made) {
        if (value !== undefined) await rotation.store({ sealedVersions }, { secret_id: row.id, version: row.version }, value)
      }
      const left = await sealedVersions.count(rotation.under)
      return keyJobs.progress(job.id, holder, Math.max(0, job.total - left), clock() + HELD_MS)
    })
  }

  return {
    holder,

    take: (id: string): Promise<boolean> =>
      database.run(({ keyJobs }) => keyJobs.take(id, holder, { now: clock(), until: clock() + HELD_MS })),

    workThrough,

    /** Lets the work go on beside the request; whatever happens, the job is let go of. */
    begin(job: KeyJobRow, work: () => Promise<void>, failed: (error: unknown) => void): void {
      const running = work()
        .catch(failed)
        .then(() => database.run(({ keyJobs }) => keyJobs.release(job.id, holder)))
        .catch(failed)
        .finally(() => underWay.delete(running))
      underWay.add(running)
    },

    /** Ends after the batches that are under way; the jobs stay to be gone on with. */
    async stop(): Promise<void> {
      stopping = true
      await Promise.all(underWay)
    },
  }
}

type Sized = VersionPlace & { readonly bytes: number }

/** Cuts a batch so that each part is small enough for memory; a single large version is a part of its own. */
function bySize(places: readonly Sized[]): Sized[][] {
  const parts: Sized[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const place of places) {
    if (bytes + Number(place.bytes) > BYTES_AT_ONCE) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)?.push(place)
    bytes += Number(place.bytes)
  }
  return parts
}
