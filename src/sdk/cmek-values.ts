import type { Call, Reply } from '../client/client.ts'
import type { CmekKey } from '../crypto/cmek.ts'
import { Problem } from '../problem.ts'

/** The customer keys that a run has for a vault, newest first. */
export type CmekKeys = (vaultId: string) => Promise<readonly CmekKey[]>

/** A value in a reply of the server. */
interface Sealed {
  readonly path: string
  readonly value: string
  readonly cmek_encrypted?: boolean | undefined
}

/** The body to write instead of that of a `secrets.put`: in a vault with a customer key, the value is encrypted with it. */
export async function encryptedBody<Body extends { readonly value: string }>(
  call: Call,
  keys: () => Promise<CmekKeys>,
  vaultId: string,
  body: Body,
  hint: string,
): Promise<Body & { cmek_fingerprint?: string }> {
  const { cmek_fingerprint: fingerprint } = await vaultOf(call, vaultId)
  if (fingerprint === undefined) return body
  const given = await (await keys())(vaultId)
  const key = given.find(each => each.fingerprint === fingerprint)
  if (!key) throw new Problem('config.invalid', `This vault has a customer key, ${missing(given, 'is it')}.`, { hint })
  return { ...body, value: await key.encrypt(body.value), cmek_fingerprint: fingerprint }
}

/**
 * A caller who can write but not see the vault writes as in any other vault; the server refuses a value that should have been encrypted.
 */
async function vaultOf(call: Call, vault_id: string): Promise<Pick<Reply<'vaults.get'>, 'cmek_fingerprint'>> {
  try {
    return await call('vaults.get', { params: { vault_id } })
  } catch (error) {
    if (error instanceof Problem && error.code === 'policy.denied') return {}
    throw error
  }
}

/**
 * The reply with its value, or values, decrypted.
 * @throws Problem `secret.unreadable` if none of the given keys opens it.
 */
export async function decrypted(
  keys: CmekKeys,
  vaultId: string,
  answer: Sealed | { readonly secrets: readonly Sealed[] },
  hint: string,
) {
  if (!('secrets' in answer)) return inClear(keys, vaultId, answer, hint)
  return { ...answer, secrets: await Promise.all(answer.secrets.map(secret => inClear(keys, vaultId, secret, hint))) }
}

async function inClear(keys: CmekKeys, vaultId: string, answer: Sealed, hint: string): Promise<Sealed> {
  const { cmek_encrypted: isEncrypted, ...rest } = answer
  if (!isEncrypted) return answer
  const candidates = await keys(vaultId)
  for (const key of candidates) {
    const value = await key.decrypt(answer.value)
    if (value !== undefined) return { ...rest, value }
  }
  throw new Problem('secret.unreadable', `${answer.path} is encrypted with a customer key, ${missing(candidates, 'opens it')}.`, {
    hint,
  })
}

/** The end of a sentence about a key that is not among the given ones. */
function missing(given: readonly CmekKey[], does: string): string {
  return given.length === 0 ? 'which was not given' : `and none of the keys that were given ${does}`
}
