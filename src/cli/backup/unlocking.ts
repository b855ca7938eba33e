import { Flags } from '@oclif/core'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { secretInput } from '../input/secret-input.ts'
import { passphraseInput } from '../keys/seal-input.ts'
import { moment } from '../output/moment.ts'
import type { View } from '../output/view.ts'

export const DATA_DIR = Flags.string({ helpValue: '<folder>', description: 'Folder of the database and keys.' })

const IDENTITY = 'age identity (AGE-SECRET-KEY-1…)'

/** The identity or passphrase that opens a backup. */
export const UNLOCKING_FLAGS = {
  identity: Flags.string({ helpValue: '-|@file', description: `${IDENTITY}, read from stdin or a file.` }),
  passphrase: Flags.string({ helpValue: '-|@file', description: 'Passphrase, read from stdin or a file.' }),
  'identity-file': namedFile('identity'),
  'passphrase-file': namedFile('passphrase'),
}

/**
 * The flag of earlier releases, which takes a file name without `@`.
 */
export function namedFile(flag: string) {
  return Flags.string({ hidden: true, exclusive: [flag], helpValue: '<file>', description: `The same as --${flag} @<file>.` })
}

/** The word of a flag, or of the flag that names a file. */
export function wordOf(word: string | undefined, file: string | undefined): string | undefined {
  return file === undefined ? word : `@${file}`
}

interface Given {
  readonly identity?: string | undefined
  readonly passphrase?: string | undefined
  readonly 'identity-file'?: string | undefined
  readonly 'passphrase-file'?: string | undefined
}

/** @throws Problem `usage` unless exactly one of the two is given */
export async function unlockingOf(context: Context, flags: Given) {
  const identity = wordOf(flags.identity, flags['identity-file'])
  const passphrase = wordOf(flags.passphrase, flags['passphrase-file'])
  if (identity !== undefined && passphrase === undefined) {
    const text = await secretInput(context, '', { word: identity, what: 'identity', ask: false })
    return { identities: identitiesIn(text) }
  }
  if (passphrase !== undefined && identity === undefined)
    return { passphrase: await passphraseInput(context, '', passphrase, false) }
  throw new Problem('usage', 'A backup is opened by an identity or by a passphrase.', {
    hint: 'Add --identity @<file> or --passphrase @<file>.',
  })
}

/** The identities in a text as `age-keygen` makes it. */
function identitiesIn(text: string): string[] {
  const lines = text.split(/\r?\n/)
  return lines.map(line => line.trim()).filter(line => line !== '' && !line.startsWith('#'))
}

/** A backup, as the server code describes it. */
export interface BackupFacts {
  readonly file: string
  readonly created_at: string
  readonly schema: string
  readonly keys: string
  readonly key_files: string
  readonly rows: number
  readonly versions: number
  readonly unreadable: number
  readonly audit_events: number
  readonly digest: string
}

export const BACKUP: View<BackupFacts> = {
  columns: {
    file: backup => backup.file,
    created: backup => moment(backup.created_at),
    schema: backup => backup.schema,
    keys: backup => backup.keys,
    'key files': backup => backup.key_files,
    rows: backup => backup.rows,
    versions: backup => backup.versions,
    unreadable: backup => backup.unreadable,
    'audit events': backup => backup.audit_events,
    digest: backup => backup.digest,
  },
  name: backup => backup.file,
}
