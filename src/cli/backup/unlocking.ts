import { Flags } from '@oclif/core'
import { Problem } from '../../problem.ts'
import type { View } from '../output/view.ts'

export const DATA_DIR = Flags.string({ helpValue: '<folder>', description: 'Folder of the database and keys.' })

/** What opens a backup. */
export const UNLOCKING_FLAGS = {
  'identity-file': Flags.string({ helpValue: '<file>', description: 'File of the age identity (AGE-SECRET-KEY-1…).' }),
  'passphrase-file': Flags.string({ helpValue: '<file>', description: 'File of the passphrase.' }),
}

interface Given {
  readonly 'identity-file'?: string | undefined
  readonly 'passphrase-file'?: string | undefined
}

interface Readers {
  identitiesIn(file: string): string[]
  passphraseIn(file: string): string
}

/** @throws Problem `usage` unless exactly one of the two is given */
export function unlockingOf(flags: Given, { identitiesIn, passphraseIn }: Readers) {
  const { 'identity-file': identity, 'passphrase-file': passphrase } = flags
  if (identity !== undefined && passphrase === undefined) return { identities: identitiesIn(identity) }
  if (passphrase !== undefined && identity === undefined) return { passphrase: passphraseIn(passphrase) }
  throw new Problem('usage', 'A backup is opened by an identity or by a passphrase.', {
    hint: 'Add --identity-file <file> or --passphrase-file <file>.',
  })
}

/** A backup, as the server half tells of it. */
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
    created: backup => backup.created_at,
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
