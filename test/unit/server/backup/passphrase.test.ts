import { Decrypter, Encrypter, generateIdentity, identityToRecipient, Stanza } from 'age-encryption'
import { describe, expect, it } from 'vitest'
import { passphraseIdentity, passphraseRecipient } from '../../../../server/backup/passphrase.ts'

/** A low cost, for files that only tests open. */
const FAST = 10

async function sealed(passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(passphraseRecipient(passphrase, FAST))
  return encrypter.encrypt('a backup')
}

async function openedBy(passphrase: string, file: Uint8Array): Promise<string> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(passphraseIdentity(passphrase))
  return decrypter.decrypt(file, 'text')
}

async function stanzaOf(passphrase: string): Promise<Stanza> {
  const [stanza] = await passphraseRecipient(passphrase, FAST).wrapFileKey(new Uint8Array(16))
  return stanza ?? expect.fail('There is no stanza.')
}

describe('a file under a passphrase', () => {
  it.each(['a long one', 'ünï “✓” 🔑', ' with spaces '])(
    'is opened by age, and opens what age has written: %s',
    async passphrase => {
      const decrypter = new Decrypter()
      decrypter.addPassphrase(passphrase)
      expect(await decrypter.decrypt(await sealed(passphrase), 'text')).toBe('a backup')
      const encrypter = new Encrypter()
      encrypter.setPassphrase(passphrase)
      encrypter.setScryptWorkFactor(FAST)
      expect(await openedBy(passphrase, await encrypter.encrypt('of age'))).toBe('of age')
    },
  )

  it('is not opened by another passphrase, nor by one where there is none', async () => {
    await expect(openedBy('another', await sealed('a long one'))).rejects.toThrow('no identity matched')
    const encrypter = new Encrypter()
    encrypter.addRecipient(await identityToRecipient(await generateIdentity()))
    await expect(openedBy('a long one', await encrypter.encrypt('x'))).rejects.toThrow('no identity matched')
  })

  it('costs what age lets it cost, and opens without holding anybody up', async () => {
    const wrapping = passphraseRecipient('a long one').wrapFileKey(new Uint8Array(16))
    let turns = 0
    const look = setInterval(() => turns++, 1)
    const [stanza] = await wrapping
    clearInterval(look)
    expect(stanza?.args[2]).toBe('18')
    expect(turns).toBeGreaterThan(10)
  })

  it.each<[string, (stanza: Stanza) => readonly Stanza[]]>([
    ['work factor is too high', ({ args: [type = '', salt = ''], body }) => [new Stanza([type, salt, '21'], body)]],
    ['invalid scrypt stanza', ({ args: [type = '', salt = ''], body }) => [new Stanza([type, salt, '0x9'], body)]],
    ['invalid scrypt stanza', ({ args: [type = '', , factor = ''], body }) => [new Stanza([type, 'AAAA', factor], body)]],
    ['invalid scrypt stanza', ({ args, body }) => [new Stanza([...args, 'more'], body)]],
    ['invalid scrypt stanza', ({ args, body }) => [new Stanza(args, body.subarray(1))]],
    ['not the only one', stanza => [stanza, new Stanza(['X25519', 'AAAA'], new Uint8Array(32))]],
  ])('is refused with a header that is wrong: %s', async (why, change) => {
    const stanzas = change(await stanzaOf('a long one'))
    await expect(async () => passphraseIdentity('a long one').unwrapFileKey([...stanzas])).rejects.toThrow(why)
  })
})
