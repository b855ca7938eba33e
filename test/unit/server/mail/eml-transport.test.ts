import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writtenMail } from '../../../../server/mail/eml-folder.ts'
import { emlTransport } from '../../../../server/mail/eml-transport.ts'

const HOUR = 3_600_000
const mailText = (kind: string) => ({
  id: `${kind}-0000`
    .slice(-8)
    .padStart(8, '0')
    .replace(/[^0-9a-f]/g, '0'),
  mail: { kind, to: 'ada@example.com', subject: 'Hello', text: 'API key: ocv_x', html: '<p>ocv_x</p>' },
  writtenAt: Date.now(),
})

describe('mail as files', () => {
  let folder: string
  let ahead = 0
  const open = () => emlTransport(folder, '1claw <a@b.c>', { clock: () => Date.now() + ahead, everyMs: 10 })
  const kinds = async () => (await readdir(folder)).map(name => /Z-(.+)-[0-9a-f]{8}\.eml$/.exec(name)?.[1]).toSorted()
  beforeEach(async () => {
    ahead = 0
    folder = await mkdtemp(join(tmpdir(), '1claw-outbox-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('keep an agent’s key for an hour', async () => {
    const transport = open()
    try {
      for (const kind of ['agent-credentials', 'welcome']) await transport.send(mailText(kind))
      expect(await kinds()).toEqual(['agent-credentials', 'welcome'])
      ahead = HOUR + 1000
      await expect.poll(kinds).toEqual(['welcome'])
    } finally {
      transport.close()
    }
  })

  it('are counted for a week from when they were written', async () => {
    expect(await writtenMail(join(folder, 'none'), 0)).toEqual({ waiting: 0, oldest: undefined })
    const transport = open()
    const now = Date.UTC(2026, 2, 9, 12)
    for (const [days, kind] of [
      [1, 'welcome'],
      [6, 'reset'],
      [8, 'invitation'],
    ] as const)
      await transport.send({ ...mailText(kind), writtenAt: now - days * 24 * HOUR })
    transport.close()
    await writeFile(join(folder, 'notes.txt'), '')
    expect(await writtenMail(folder, now)).toEqual({ waiting: 2, oldest: now - 6 * 24 * HOUR })
  })

  it('are removed at the start if they came due while the server was stopped', async () => {
    const before = open()
    await before.send(mailText('agent-credentials'))
    before.close()
    ahead = HOUR + 1000
    const after = open()
    try {
      await expect.poll(kinds).toEqual([])
    } finally {
      after.close()
    }
  })
})
