import { inCi } from '../context/ci.ts'
import type { Context } from '../context/context.ts'
import type { FlagValues, HotSpec } from '../flags/flag-spec.ts'
import type { GlobalFlags } from '../flags/global-flags.ts'
import { CACHE_FLAGS, CMEK_FLAGS } from '../flags/value-flags.ts'
import { ENCODINGS } from '../references/reference.ts'
import { openSession } from '../session/session.ts'

export const READ = {
  id: 'read',
  args: ['reference'],
  flags: {
    encoding: {
      type: 'string',
      options: ENCODINGS,
      description: 'Encoding of the output; base64-decode prints the decoded bytes of a base64 value.',
    },
    ...CMEK_FLAGS,
    ...CACHE_FLAGS,
    'out-file': { type: 'string', value: 'file', description: 'Write the value to a file that only you can read (mode 0600).' },
  },
} as const satisfies HotSpec

type ReadFlags = GlobalFlags & FlagValues<(typeof READ)['flags']>

/** Prints the value of a reference, byte for byte: a newline is only added on a terminal. */
export async function read(context: Context, text: string, flags: ReadFlags): Promise<void> {
  const [{ argumentReference, readReferences }, { resolvedBytes, resolvedText }] = await Promise.all([
    import('../references/read.ts'),
    import('../references/resolve.ts'),
  ])
  const reference = { ...(await argumentReference(text)), ...(flags.encoding && { encoding: flags.encoding }) }
  const session = await openSession(context, flags)
  const [secret] = await readReferences(session, [reference])
  if (!secret) return
  const bytes = resolvedBytes(secret, reference)
  if (inCi(context.env)) {
    const { maskCommands } = await import('../context/ci-masks.ts')
    context.stderr.write(maskCommands(context.env, [secret.value, bytes.toString()]))
  }
  if (flags['out-file'] !== undefined && flags['out-file'] !== '-') {
    const { replaceFile } = await import('../context/private-file.ts')
    replaceFile(flags['out-file'], bytes)
    if (!flags.quiet) context.stderr.write(`Wrote ${text} (version ${secret.version}) to ${flags['out-file']}.\n`)
  } else if (flags.json || flags.jq !== undefined || (flags.output !== undefined && flags.output !== 'plain')) {
    const [{ printerOf }, { READ_VALUE }] = await Promise.all([import('../output/printer.ts'), import('../output/views/read.ts')])
    const row = { reference: text, path: secret.path, version: secret.version, value: resolvedText(secret, reference) }
    await printerOf(context, flags).one(row, READ_VALUE)
  } else {
    const { stdout } = context
    stdout.write(stdout.isTTY ? withNewline(resolvedText(secret, reference)) : bytes)
  }
}

function withNewline(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`
}
