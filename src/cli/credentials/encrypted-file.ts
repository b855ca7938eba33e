import { join } from 'node:path'
import { Problem } from '../../problem.ts'
import { crypto, fs } from '../context/builtins.ts'
import type { CredentialStore } from '../context/credential-store.ts'
import { locked } from '../context/lock.ts'
import { replaceFile } from '../context/private-file.ts'
import { ensureFolder } from '../context/settings.ts'
import { textIn } from '../context/text-file.ts'

/** `nonce 12 | tag 16 | ciphertext`, base64, by account. */
type Entries = Record<string, string>

/**
 * Credentials in `credentials.json`, AES-256-GCM under a key in `credentials.key`; both 0600 in a 0700 folder. The account name is
 * associated data, so an entry does not open under another name. This keeps a token out of backups, searches and screen shares of one file;
 * anyone who can read both files can read it.
 */
export function encryptedFileStore(dir: string): CredentialStore {
  const file = join(dir, 'credentials.json')
  const keyFile = join(dir, 'credentials.key')

  const entries = (): Entries => {
    const text = textIn(file)
    if (text === undefined) return {}
    try {
      return JSON.parse(text) as Entries
    } catch {
      throw unreadable(file)
    }
  }

  /** Changes the current content of the file: several logins may finish at once. */
  function change(next: (now: Entries) => Entries): Promise<void> {
    ensureFolder(dir)
    return locked(file, () => {
      const left = next(entries())
      // The key stays even then: another login may be using it.
      if (Object.keys(left).length > 0) replaceFile(file, JSON.stringify(left, undefined, 2))
      else fs.rmSync(file, { force: true })
    })
  }

  return {
    place: `the encrypted file ${file}`,
    async get(account) {
      const entry = Object.entries(entries()).find(([name]) => name === account)?.[1]
      if (entry === undefined) return undefined
      const key = keyOf(keyFile)
      const secret = key && open(key, account, entry)
      if (secret === undefined) throw unreadable(file)
      return secret
    },
    set: (account, secret) => change(now => ({ ...now, [account]: seal(ensureKey(keyFile), account, secret) })),
    delete: account => change(now => Object.fromEntries(Object.entries(now).filter(([name]) => name !== account))),
  }
}

function seal(key: Buffer, account: string, secret: string): string {
  const nonce = crypto().randomBytes(12)
  const cipher = crypto().createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(account))
  const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
}

function open(key: Buffer, account: string, entry: string): string | undefined {
  const box = Buffer.from(entry, 'base64')
  try {
    const decipher = crypto().createDecipheriv('aes-256-gcm', key, box.subarray(0, 12), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(account)).setAuthTag(box.subarray(12, 28))
    return decipher.update(box.subarray(28), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    return undefined
  }
}

function keyOf(keyFile: string): Buffer | undefined {
  const key = Buffer.from(textIn(keyFile) ?? '', 'base64')
  return key.length === 32 ? key : undefined
}

/** The key, created at the first login. `wx` fails if it exists, so two concurrent first logins share one key. */
function ensureKey(keyFile: string): Buffer {
  try {
    fs.writeFileSync(keyFile, crypto().randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  const key = keyOf(keyFile)
  if (!key) throw new Problem('config.invalid', `${keyFile} does not contain a key.`, { hint: 'Delete it and sign in again.' })
  return key
}

function unreadable(file: string): Problem {
  return new Problem('auth.required', `Cannot decrypt the login in ${file}. Run \`1claw login\` again.`)
}
