import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { emlTransport } from '../../../../server/mail/eml-transport.ts'
import { mailOf } from '../../../../server/mail/layout.ts'
import { readMessage } from '../../../../server/mail/read-message.ts'
import { chance } from '../../../support/random.ts'

const PIECES = [
  'plain words',
  ' ',
  'Grüße',
  '日本語',
  '🔑',
  '=3D',
  '=?',
  '_',
  '?',
  '.',
  '\n',
  '\n\n',
  '<b>',
  '"',
  '--',
  'x'.repeat(90),
]

it('reads back every message that is written, whatever its subject and text', async () => {
  const folder = await mkdtemp(join(tmpdir(), '1claw-read-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const transport = emlTransport(folder, '1claw <a@b.c>')
  onTestFinished(() => transport.close())
  for (let seed = 1; seed <= 200; seed++) {
    const random = chance(seed)
    const words = (most: number) => Array.from({ length: 1 + random.integer(most) }, () => random.of(PIECES)).join('')
    const id = `${String(seed).padStart(8, '0')}-0000-4000-8000-000000000000`
    const subject = `Re ${words(8)}`.trim()
    const mail = mailOf('test', random.of(['ada.o-hara+1@example.com', 'grüße@example.com']), {
      subject,
      before: [words(20)],
      after: ['.', words(5)],
    })
    await transport.send({ id, mail, writtenAt: seed })
    const [file = ''] = (await readdir(folder)).filter(name => name.includes(id.slice(0, 8)))
    const read = await readMessage(await readFile(join(folder, file)))
    // Line breaks at the end of a text are not part of it in every encoding.
    const { to, text } = mail
    expect({ seed, ...read, text: read?.text.trimEnd() }).toEqual({ seed, id, to, subject: mail.subject, text: text.trimEnd() })
  }
})

it.each(['', 'no message', 'Subject: x\r\n\r\ntext', 'Message-ID: <other@b.c>\r\n\r\ntext'])(
  'reads nothing from %j',
  async text => {
    expect(await readMessage(Buffer.from(text))).toBeUndefined()
  },
)
