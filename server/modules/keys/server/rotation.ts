import { randomUUID } from 'node:crypto'
import { type SigningKeySuccession, successionBytes } from '../../../../src/crypto/signing-keys.ts'
import { Problem } from '../../../../src/problem.ts'
import type { Database, StoresOf } from '../../../db/database.ts'
import type { Keyring } from '../../../keys/keyring.ts'
import { boxKeyId, WORN_AT } from '../../../keys/wrap-count.ts'
import type { UserActor } from '../../../policy/actor.ts'
import { recentSignIn } from '../../../policy/caller.ts'
import { type EventDetails, type NewEvent, NO_ORG } from '../../../policy/event.ts'
import type { Grant } from '../../../policy/grant.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { KekWrapStore } from '../../../stores/keys/kek-wraps.ts'
import type { ServerKeyRow, ServerKeyStore } from '../../../stores/keys/server-keys.ts'
import type { OrgStore } from '../../../stores/orgs.ts'
import { kekOf, newSecret, type Purpose, signerMaterial, signerOf } from './material.ts'
import type { ServerKeys } from './open.ts'
import { type RetirementDeps, retirement } from './retirement.ts'

export interface ServerKeyRotationDeps extends RetirementDeps {
  readonly database: Database<
    { serverKeys: ServerKeyStore; kekWraps: KekWrapStore; orgs: OrgStore; audit: AuditStore } & StoresOf<RetirementDeps>
  >
  readonly keyring: Keyring
  readonly serverKeys: ServerKeys
}

export type ServerKeyRotation = ReturnType<typeof serverKeyRotation>

/** If several processes share a database, each must know a new key before any of them uses it. */
const LEAD_MS = 15_000

/** The person who requested it, for the audit log. */
export interface By {
  readonly orgId: string
  /** Empty for the server itself. */
  readonly id: string
  readonly ip: string
}

interface Made {
  readonly material: string
  readonly succession?: SigningKeySuccession
  /** Withdraws it, if no process uses it yet. */
  readonly undo: () => Promise<void>
}

/** Replaces the server's own keys, and ends old ones when nothing needs them any more. */
export function serverKeyRotation(deps: ServerKeyRotationDeps) {
  const { database, keyring, serverKeys, clock } = deps
  const { mayEnd, ...facts } = retirement(deps)
  const leadMs = database.trustMs === Number.POSITIVE_INFINITY ? 0 : LEAD_MS

  const rowsOf = async (purpose: Purpose) =>
    (await database.read(stores => stores.serverKeys.all())).filter(row => row.purpose === purpose)

  async function make(purpose: Purpose, number: number): Promise<Made> {
    if (purpose === 'jwt') return newSigner()
    const { material, kek } = await newSecret(keyring, purpose, number, { all: purpose === 'audit' })
    return { material, undo: () => keyring.destroyKek(kek) }
  }

  /** Both keys sign that one follows the other. */
  async function newSigner(): Promise<Made> {
    const [before] = serverKeys.signing.accepted()
    if (!before) throw new Problem('keys.unavailable')
    const signer = await keyring.createSigner(randomUUID())
    const open = {
      previous_public_key: base64(before.key.publicKey),
      public_key: base64(await keyring.signerPublicKey(signer)),
      created_at: new Date(clock()).toISOString(),
    }
    const bytes = successionBytes(open)
    const succession: SigningKeySuccession = {
      ...open,
      previous_signature: base64(await before.key.sign(bytes)),
      signature: base64(await keyring.sign(bytes, signer)),
    }
    const undo = () => keyring.destroySigner(signer)
    return { material: signerMaterial(signer), succession, undo }
  }

  /** The new key is created in the provider first: a row without a key would stop every server. */
  async function replace(purpose: Purpose, by: By): Promise<ServerKeyRow> {
    const [last] = await rowsOf(purpose)
    if (!last) throw new Problem('resource.unknown', 'There is no such key.')
    if (last.starts_at > clock()) throw tooSoon()
    const made = await make(purpose, last.number + 1)
    const now = clock()
    const row: ServerKeyRow = {
      purpose,
      number: last.number + 1,
      material: made.material,
      succession: made.succession ?? null,
      created_by: by.id,
      created_at: now,
      starts_at: now + leadMs,
      ended_at: null,
    }
    const isNext = await database.run(async stores => {
      if (!(await stores.serverKeys.add(row))) return false
      await stores.audit.append([eventOf(row, 'key.rotate', by, { change: 'rotation started' })], now)
      return true
    })
    if (!isNext) {
      await made.undo()
      throw tooSoon()
    }
    await serverKeys.refresh()
    return row
  }

  async function end(row: ServerKeyRow): Promise<void> {
    const now = clock()
    await database.run(async stores => {
      if (!(await stores.serverKeys.end(row.purpose, row.number, now))) return
      const by = await server(stores.orgs)
      await stores.audit.append([eventOf(row, 'key.rotate', by, { change: 'rotation completed' })], now)
    })
  }

  /**
   * A key is destroyed in the provider first: if the process dies before that is recorded, the next one destroys it again, which is not an
   * error.
   */
  async function destroy(row: ServerKeyRow, material: string): Promise<void> {
    await (row.purpose === 'jwt' ? keyring.destroySigner(signerOf(material)) : keyring.destroyKek(kekOf(material)))
    await database.run(async stores => {
      if (!(await stores.serverKeys.forget(row.purpose, row.number))) return
      await stores.audit.append([eventOf(row, 'key.destroy', await server(stores.orgs), {})], clock())
    })
  }

  async function replaceWornBox(): Promise<void> {
    const { number } = serverKeys.dataBox.current()
    if ((await database.read(({ kekWraps }) => kekWraps.of(boxKeyId(number)))) < WORN_AT) return
    await replace('data-box', await database.read(({ orgs }) => server(orgs)))
  }

  return {
    ...facts,

    /** Replaces the current key, which is kept until nothing needs it. */
    async rotate(grant: Grant<'platform.admin'>, actor: UserActor, purpose: Purpose): Promise<ServerKeyRow> {
      recentSignIn(actor, clock())
      return replace(purpose, { orgId: grant.orgId, id: actor.id, ip: grant.ip })
    },

    /**
     * The same for a migration, in the store where new keys are created.
     * @throws Problem `resource.conflict` if it was replaced just now
     */
    replaceSigner: (by: By) => replace('jwt', by),

    /** Continues every rotation: each step can be repeated by any process. */
    async goOn(): Promise<void> {
      await serverKeys.refresh()
      const rows = await database.read(stores => stores.serverKeys.all())
      for (const row of rows) {
        const next = rows.find(({ purpose, number }) => purpose === row.purpose && number === row.number + 1)
        const purpose = row.purpose as Purpose
        if (row.ended_at === null && next && (await mayEnd(purpose, row.number, next.starts_at))) await end(row)
        else if (row.ended_at !== null && row.material !== null && purpose !== 'audit') await destroy(row, row.material)
      }
      await replaceWornBox()
    },
  }
}

const server = async (orgs: OrgStore): Promise<By> => ({ orgId: (await orgs.platform())?.id ?? NO_ORG, id: '', ip: '' })

function eventOf(
  { purpose, number }: Pick<ServerKeyRow, 'purpose' | 'number'>,
  action: 'key.rotate' | 'key.destroy',
  { orgId, id, ip }: By,
  details: EventDetails,
): NewEvent {
  return {
    orgId,
    action,
    actorId: id,
    actorType: id === '' ? 'system' : 'user',
    resourceType: 'server-key',
    resourceId: purpose,
    details: { ...details, key: purpose, number },
    ipAddress: ip,
  }
}

function tooSoon(): Problem {
  return new Problem('resource.conflict', 'This key was replaced a moment ago.', {
    hint: 'Wait until the new key is used: 1claw keys status',
  })
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
