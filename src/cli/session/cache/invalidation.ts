import type { Problem } from '../../../problem.ts'
import { fs } from '../../context/builtins.ts'
import type { Context } from '../../context/context.ts'
import type { Credential } from '../../context/credential.ts'
import type { Target } from '../../context/target.ts'
import type { Contents } from './contents.ts'
import { cacheFile, cacheOwner } from './owner.ts'
import { sealedCache } from './sealed-file.ts'
import { type Asked, refused, withoutAsked } from './updates.ts'

/**
 * Removes entries from the cache that the server's reply has made outdated: a refusal, or a change by this run. Every run does this,
 * whether or not it uses the cache. A cache that cannot be opened for it is deleted.
 * @param problem absent if the operation has changed its target
 */
export async function invalidate(
  context: Context,
  target: Target,
  credential: Credential,
  asked: Asked,
  problem?: Pick<Problem, 'code'>,
): Promise<void> {
  const { dir } = context.settings
  const { credential_store: kind } = target.profile
  if (dir === undefined || !kind || kind === 'none') return
  const owner = cacheOwner(target, credential)
  const file = cacheFile(dir, owner)
  if (!fs.existsSync(file)) return
  const { vault_id: vault = '', path } = asked.params ?? {}
  const next = (contents: Contents) =>
    problem ? refused(contents, asked, problem) : withoutAsked(contents, vault, path === undefined ? undefined : [path])
  try {
    await sealedCache(context, dir, kind, owner).change(next)
  } catch {
    fs.rmSync(file, { force: true })
  }
}
