import type { Call } from '../client/client.ts'
import type { CmekKeys } from './cmek-values.ts'

interface Loose {
  readonly params?: { readonly vault_id?: string; readonly share_id?: string }
  readonly body?: { readonly value: string }
}

interface Answer {
  readonly cmek_encrypted?: boolean
  readonly secrets?: readonly { readonly cmek_encrypted?: boolean }[]
}

const READS = ['secrets.get', 'secrets.version', 'secrets.read-many', 'shares.open']

/**
 * Calls that encrypt what they write and decrypt what they read, in every vault with a customer key. The cryptography is loaded only then,
 * because every read passes through here. `hint`: how to give this program a missing key.
 */
export function deciphering(call: Call, keys: () => Promise<CmekKeys>, hint = 'Give the key in cmekKeys.'): Call {
  const through = call as (id: string, input?: unknown, options?: unknown) => Promise<unknown>
  const wrapped = async (id: string, input?: Loose, options?: unknown): Promise<unknown> => {
    const { params = {}, body } = input ?? {}
    if (id === 'secrets.put' && body) {
      const { encryptedBody } = await import('./cmek-values.ts')
      return through(id, { ...input, body: await encryptedBody(call, keys, params.vault_id ?? '', body, hint) }, options)
    }
    const answer = (await through(id, input, options)) as Answer
    if (!READS.includes(id) || !(answer.cmek_encrypted || answer.secrets?.some(secret => secret.cmek_encrypted))) return answer
    const { decrypted } = await import('./cmek-values.ts')
    return decrypted(await keys(), params.vault_id ?? '', answer as never, hint)
  }
  return wrapped as Call
}
