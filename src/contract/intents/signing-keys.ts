import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { SecretPath, Uuid } from '../schema/fields.ts'
import { WrittenSecret } from '../secrets/secrets.ts'

export const createSigningKey = endpoint({
  id: 'intents.create-key',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/signing-keys/{path}',
  rest: 'path',
  summary: 'Create a signing key that never leaves the key provider.',
  description:
    'The key is on secp256k1, in the HSM if the server has one. The next version of the secret at the path, of type `private_key`, represents it: agents that can read it can have transactions signed, but every route refuses its value to everyone (403). `metadata` contains the address.',
  auth: 'user-or-agent',
  action: 'secret.write',
  audit: 'key.create',
  params: z.object({ vault_id: Uuid, path: SecretPath }),
  status: 201,
  reply: WrittenSecret.extend({
    /** EIP-55. */
    address: z.string(),
    /** The point, 65 bytes, hexadecimal. */
    public_key: z.string(),
    /** `pkcs11` or `software`. */
    provider: z.string(),
  }),
  problems: [403, 404, 409, 503],
})

/** The operations of this file, for the endpoint table. */
export const signingKeysEndpoints = [createSigningKey] as const
