import type { Context } from '../context/context.ts'
import type { FlagValues, HotSpec } from '../flags/flag-spec.ts'
import type { GlobalFlags } from '../flags/global-flags.ts'
import { CACHE_FLAGS, CMEK_FLAGS } from '../flags/value-flags.ts'
import { openSession } from '../session/session.ts'

export const SECRETS_GET = {
  id: 'secrets get',
  args: ['path'],
  variadic: 'path',
  flags: {
    version: { type: 'integer', min: 1, max: 2147483647, value: 'n', description: 'Version to read (default: the newest).' },
    copy: { type: 'boolean', description: 'Copy the value to the clipboard instead of printing it.' },
    'clear-after': {
      type: 'string',
      value: 'duration',
      description: 'With --copy: clear the clipboard after this time, if it still holds the value (default: 45s).',
    },
    ...CMEK_FLAGS,
    ...CACHE_FLAGS,
    'out-file': {
      type: 'string',
      value: 'file',
      description: 'Write the value to a file that only you can read (mode 0600), or - for stdout.',
    },
  },
} as const satisfies HotSpec

type SecretsGetFlags = GlobalFlags & FlagValues<(typeof SECRETS_GET)['flags']>

/** Prints a secret's value unchanged: a newline is only added on a terminal, so a pipe gets exactly the stored bytes. */
export async function secretsGet(context: Context, paths: readonly string[], flags: SecretsGetFlags): Promise<void> {
  const [path = ''] = paths
  if (paths.length > 1) return (await import('../secrets/get-many.ts')).secretsGetMany(context, paths, flags)
  const clearAfterMs = flags.copy || flags['clear-after'] !== undefined ? await clearAfter(flags) : undefined
  const session = await openSession(context, flags)
  const params = { vault_id: await session.vaultId(), path }
  const { call } = session.client
  const secret =
    flags.version === undefined
      ? await call('secrets.get', { params })
      : await call('secrets.version', { params: { ...params, version: flags.version } })
  // Equal to `inCi`, without loading its file.
  if (context.env['GITHUB_ACTIONS'] ?? context.env['TF_BUILD'])
    context.stderr.write((await import('../context/ci-masks.ts')).maskCommands(context.env, [secret.value]))
  if (clearAfterMs !== undefined) {
    const { copied } = await import('../secrets/clipboard.ts')
    copied(context, secret.value, clearAfterMs)
    const when = flags['clear-after'] ?? CLEAR_AFTER
    if (!flags.quiet) context.stderr.write(`Copied ${path} (version ${secret.version}). The clipboard is cleared in ${when}.\n`)
    return
  }
  const file = flags['out-file']
  if (file !== undefined && file !== '-') {
    const { replaceFile } = await import('../context/private-file.ts')
    replaceFile(file, secret.value)
    if (!flags.quiet) context.stderr.write(`Wrote ${path} (version ${secret.version}) to ${file}.\n`)
  } else if (flags.json || flags.jq !== undefined || (flags.output !== undefined && flags.output !== 'plain')) {
    const [{ printerOf }, { SECRET_VALUE }] = await Promise.all([
      import('../output/printer.ts'),
      import('../output/views/resources.ts'),
    ])
    await printerOf(context, flags).one(secret, SECRET_VALUE)
  } else {
    context.stdout.write(context.stdout.isTTY && !secret.value.endsWith('\n') ? `${secret.value}\n` : secret.value)
  }
}

const CLEAR_AFTER = '45s'

/**
 * Milliseconds until the clipboard is cleared.
 * @throws Problem `usage` for flags that cannot be combined
 */
async function clearAfter(flags: SecretsGetFlags): Promise<number> {
  const [{ Problem }, { milliseconds }] = await Promise.all([import('../../problem.ts'), import('../input/duration.ts')])
  if (!flags.copy) throw new Problem('usage', '--clear-after applies only with --copy.')
  if (flags['out-file'] !== undefined || flags.json || flags.jq !== undefined || flags.output !== undefined)
    throw new Problem('usage', '--copy cannot be combined with --out-file, --output, --json or --jq.')
  return milliseconds(flags['clear-after'] ?? CLEAR_AFTER)
}
