import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { Problem } from '../../src/problem.ts'
import { passphraseIdentity, passphraseRecipient } from './passphrase.ts'

/** The recipients of a backup: age recipients (`age1…`), or a passphrase. */
export type Sealing = { readonly recipients: readonly string[] } | { readonly passphrase: string }

/** The keys that open it: age identities (`AGE-SECRET-KEY-…`), or the passphrase. */
export type Unlocking = { readonly identities: readonly string[] } | { readonly passphrase: string }

/** A sealed stream, and the identity for the test decryption. */
export interface SealedStream {
  readonly stream: AsyncIterable<Uint8Array>
  readonly unlocking: Unlocking
}

/**
 * Encrypts a stream. For recipients, another one is added that is created for this file and discarded after the test decryption: nobody
 * here has the keys of the others.
 * @throws Problem `config.invalid` for an invalid recipient
 */
export async function sealStream(chunks: AsyncIterable<Uint8Array>, sealing: Sealing): Promise<SealedStream> {
  const encrypter = new Encrypter()
  const unlocking = await addressed(encrypter, sealing)
  return { stream: iterable(await encrypter.encrypt(streamOf(chunks))), unlocking }
}

async function addressed(encrypter: Encrypter, sealing: Sealing): Promise<Unlocking> {
  if ('passphrase' in sealing) {
    encrypter.addRecipient(passphraseRecipient(sealing.passphrase))
    return sealing
  }
  for (const recipient of sealing.recipients) ensureRecipient(encrypter, recipient)
  const own = await newIdentity()
  encrypter.addRecipient(own.recipient)
  return { identities: [own.identity] }
}

/** @throws Problem `config.invalid` for an invalid recipient */
export function ensureRecipient(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient)
  } catch {
    throw new Problem('config.invalid', `${JSON.stringify(recipient)} is not an age recipient.`, {
      hint: 'A recipient starts with age1. Make a pair with age-keygen, or use a passphrase.',
    })
  }
}

/** A new age key pair. */
export async function newIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/**
 * The plain stream of a file.
 * @throws Problem `config.invalid` if this does not open it; `check.failed` if the file is damaged or cut short
 */
export async function* openStream(file: string, unlocking: Unlocking): AsyncGenerator<Uint8Array> {
  const decrypter = new Decrypter()
  if ('passphrase' in unlocking) decrypter.addIdentity(passphraseIdentity(unlocking.passphrase))
  else for (const identity of unlocking.identities) addIdentity(decrypter, identity)
  const source = createReadStream(file)
  try {
    yield* iterable(await decrypter.decrypt(streamOf(source)))
  } catch (error) {
    throw unopened(file, error)
  } finally {
    source.destroy()
  }
}

function addIdentity(decrypter: Decrypter, identity: string): void {
  try {
    decrypter.addIdentity(identity)
  } catch {
    // Without the identity itself: it is a secret.
    throw new Problem('config.invalid', 'The identity file holds a line that is not an age identity.', {
      hint: 'An identity starts with AGE-SECRET-KEY-1. age-keygen makes such a file.',
    })
  }
}

function unopened(file: string, error: unknown): unknown {
  if (error instanceof Problem) return error
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const what = error.code === 'ENOENT' ? `There is no backup ${file}.` : `The backup ${file} cannot be read (${error.code}).`
    return new Problem('config.invalid', what, { cause: error })
  }
  const message = error instanceof Error ? error.message : ''
  if (/no identity matched|incorrect passphrase|passphrase/i.test(message)) {
    return new Problem('config.invalid', `This identity or passphrase does not open ${file}.`, {
      cause: error,
      hint: 'Name the file of the identity of the recipient (--identity @<file>) or of the passphrase (--passphrase @<file>).',
    })
  }
  return damaged(file, error)
}

export function damaged(file: string, cause?: unknown): Problem {
  return new Problem('check.failed', `The backup ${file} is damaged or incomplete.`, {
    cause,
    hint: 'Use another copy or an older backup.',
  })
}

function streamOf(chunks: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  return Readable.toWeb(Readable.from(chunks, { objectMode: true })) as ReadableStream<Uint8Array>
}

async function* iterable(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}
