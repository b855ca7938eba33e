import { createSecretKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KeyGeneration, lineage } from '../../../../../server/keys/lineage.ts'
import type { SigningKey, SigningKeys } from '../../../../../server/keys/signing-keys.ts'
import { type SigningKeySuccession, signingKeyId, successionBytes } from '../../../../../src/crypto/signing-keys.ts'
import {
  AUDIT_KEY,
  type AuditDatabase,
  eventAbout,
  grantTo,
  ORG,
  openAudit,
  SIGNING_KEY,
  serviceOn,
  verificationOn,
} from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

const later = createSecretKey(Buffer.alloc(32, 8))
const generation = <K>(number: number, key: K, ended = false): KeyGeneration<K> => ({ number, startsAt: 0, ended, key })

describe.each(ENGINES)('an audit log whose keys were replaced, on %s', engine => {
  let place: Place
  let database: AuditDatabase
  let macs: ReturnType<typeof lineage<KeyObject>>
  beforeEach(async () => {
    place = await migratedPlace(engine)
    macs = lineage<KeyObject>(Date.now)
    macs.keep([generation(1, AUDIT_KEY)])
    database = await openAudit(place.options, () => macs)
  })
  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  const append = (name: string) => database.run(({ audit }) => audit.append([eventAbout(name)], Date.now()))
  const macOf = async (seq: number) => (await database.read(({ audit }) => audit.following(ORG, seq - 1, seq, 1)))[0]?.mac

  it('has events under each key, each of which verifies with the key it names', async () => {
    const service = serviceOn(database, { auditKeys: macs })
    const verify = verificationOn(database, service, { auditKeys: macs })
    await append('a')
    macs.keep([generation(1, AUDIT_KEY), generation(2, later)])
    await append('b')
    expect([await macOf(1), await macOf(2)]).toEqual([expect.not.stringContaining('.'), expect.stringMatching(/^2\./)])
    expect(await service.checkpointMoved()).toEqual([])
    macs.keep([generation(1, AUDIT_KEY, true), generation(2, later)])
    await append('c')
    expect(await verify(ORG, true)).toMatchObject({ ok: true, checked: 3 })
    // Only the key that an event names is used.
    await database.run(({ db }) =>
      db
        .updateTable('audit_events')
        .set({ mac: `2.${'A'.repeat(22)}` })
        .where('seq', '=', 1)
        .execute(),
    )
    expect((await verify(ORG, true)).faults).toMatchObject([{ seq: 1, kind: 'forged' }])
  })

  it('is no longer signed when a replaced key wrote to it after its end', async () => {
    const service = serviceOn(database, { auditKeys: macs })
    await append('a')
    expect(await service.checkpointMoved()).toEqual([])
    // An attacker who learned the old key and can write to the database.
    await append('forged')
    macs.keep([generation(1, AUDIT_KEY, true), generation(2, later)])
    expect(await service.checkpointMoved()).toMatchObject([
      { orgId: ORG, seq: 2, why: expect.stringContaining('did not write it') },
    ])
  })

  it('is signed by each key in its time, and verifies completely', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    const second: SigningKey = { publicKey: raw, sign: async message => sign(null, message, privateKey) }
    const open = {
      previous_public_key: SIGNING_KEY.publicKey.toString('base64'),
      public_key: raw.toString('base64'),
      created_at: new Date().toISOString(),
    }
    const by = async (key: SigningKey) => Buffer.from(await key.sign(successionBytes(open))).toString('base64')
    const succession: SigningKeySuccession = {
      ...open,
      previous_signature: await by(SIGNING_KEY),
      signature: await by(second),
    }
    const keys = lineage<SigningKey>(Date.now)
    const signing: SigningKeys = { ...keys, successions: () => [succession] }
    keys.keep([generation<SigningKey>(1, SIGNING_KEY)])
    await append('a')
    await serviceOn(database, { signing }).checkpointMoved()
    keys.keep([generation<SigningKey>(1, SIGNING_KEY, true), generation(2, second)])
    await append('b')
    const service = serviceOn(database, { signing })
    expect(await service.checkpointMoved()).toEqual([])
    const { checkpoints, successions } = await service.proof(await grantTo('audit.verify'))
    expect(checkpoints.map(({ kid }) => kid)).toEqual([SIGNING_KEY.publicKey, raw].map(signingKeyId))
    expect(successions).toEqual([succession])
    expect(await verificationOn(database, service, { signing })(ORG, true)).toMatchObject({ ok: true, signed_to: 2 })
    // A key that the database falsely claims to be ours does not lead to the current one, so what it signed is ignored.
    const unproven: SigningKeys = { ...signing, successions: () => [{ ...succession, signature: succession.previous_signature }] }
    expect(await verificationOn(database, service, { signing: unproven })(ORG, true)).toMatchObject({ ok: false })
  })
})
