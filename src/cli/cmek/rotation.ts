import type { Client, Reply } from '../../client/client.ts'
import { cmekKey, cmekKeyBytes, writtenCmekKey } from '../../crypto/cmek.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Target } from '../context/target.ts'
import { keptCmekKeys, writtenIn } from '../credentials/cmek-keys.ts'
import { howMany } from '../output/how-many.ts'
import type { NewKey } from './new-key.ts'

interface RotationFlags {
  readonly 'old-key-file'?: string | undefined
}

/** Base64 of a vault's current key, and of the previous one if it is saved. */
export interface RotationKeys {
  readonly current: NewKey
  readonly before?: NewKey | undefined
}

/**
 * Finds the current key of a vault: in the given file, in the environment, or where the login is stored.
 * @throws Problem `usage` or `config.invalid`
 */
export async function rotationKeys(
  context: Context,
  target: Target,
  vault: Pick<Reply<'vaults.get'>, 'id' | 'cmek_fingerprint'>,
  flags: RotationFlags,
): Promise<RotationKeys> {
  const present = vault.cmek_fingerprint
  if (present === undefined)
    throw new Problem('usage', 'This vault has no customer key.', { hint: 'Turn one on: 1claw cmek enable' })
  const { ONECLAW_CMEK_KEY: key, ONECLAW_CMEK_KEY_FILE: file } = context.env
  const named = flags['old-key-file'] ?? file
  if (named !== undefined) return { current: await parsed(writtenIn(named)) }
  if (key) return { current: await parsed(key) }
  const kept = await Promise.all((await keptCmekKeys(context, target, vault.id)).map(parsed))
  const at = kept.findIndex(each => each.key.fingerprint === present)
  const current = kept[at]
  if (current) return { current, before: kept[at + 1] }
  throw new Problem('config.invalid', 'The key of this vault is not saved here.', {
    hint: 'Name its file: --old-key-file <file>',
  })
}

/** Starts a rotation, or continues an interrupted one. */
export function rotated(client: Client, vault_id: string, from: NewKey, to: NewKey): Promise<Reply<'cmek.rotate'>> {
  const headers = { [OLD]: from.written, [NEW]: to.written }
  const body = { new_fingerprint: to.key.fingerprint }
  return client.call('cmek.rotate', { params: { vault_id }, body }, { headers }).catch((error: unknown) => {
    throw inWords(error)
  })
}

const OLD = 'x-cmek-old-key'
const NEW = 'x-cmek-new-key'

/** The server names the headers of the keys, which are unknown to a person at the command line. */
function inWords(error: unknown): unknown {
  if (!(error instanceof Problem) || error.code !== 'request.invalid') return error
  const said = (detail: string, hint: string) => new Problem(error.code, detail, { hint, cause: error })
  if (error.message.startsWith(OLD))
    return said('The current key that was given is not the key of this vault.', 'Name the file of its key: --old-key-file <file>')
  if (error.message.startsWith(NEW))
    return said('The new key is the current key of this vault.', 'Name a file that does not exist yet: --key-file <file>')
  return error
}

/** Continues the rotation that led to the current key; undefined if it was not interrupted. */
export async function continued(client: Client, vault_id: string, { current, before }: RotationKeys) {
  if (!before) return undefined
  return rotated(client, vault_id, before, current).catch((error: unknown) => {
    if (error instanceof Problem && error.code === 'request.invalid') return undefined
    throw error
  })
}

async function parsed(text: string): Promise<NewKey> {
  const bytes = cmekKeyBytes(text)
  if (!bytes) throw new Problem('config.invalid', 'A customer key is 32 bytes, written as base64 or hexadecimal.')
  return { key: await cmekKey(bytes), written: writtenCmekKey(bytes), found: true }
}

const LOOK_EVERY_MS = 500

/**
 * Waits for the end of a rotation and shows its progress.
 * @throws Problem `check.failed` if it failed
 */
export async function untilRotated(
  context: Context,
  client: Client,
  begun: Reply<'cmek.rotate'>,
  note: (text: string) => void,
): Promise<Reply<'cmek.rotation'>> {
  const params = { vault_id: begun.vault_id, job_id: begun.id }
  for (let job = begun, said = -1; ; await context.sleep(LOOK_EVERY_MS)) {
    job = await client.call('cmek.rotation', { params })
    if (job.status === 'failed') throw new Problem('check.failed', job.error ?? 'The rotation failed.')
    if (job.processed !== said) note(`Rotated ${job.processed} of ${howMany(job.total_secrets, 'version')}.`)
    if (job.status === 'completed') return job
    said = job.processed
  }
}
