import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { fakeWorld, type Replies, SIGNED_IN } from './fake-context.ts'
import { runCommand } from './run-command.ts'

/** Commands of `1claw audit` on a machine with a new `folder` for each test of the file. */
export function auditCommands() {
  const place = { folder: '' }
  beforeEach(() => {
    place.folder = mkdtempSync(join(tmpdir(), 'claw-audit-'))
  })
  afterEach(() => rmSync(place.folder, { recursive: true }))
  return {
    place,
    /** Runs `1claw audit …` on a server with these replies. */
    async cli(replies: Replies, ...words: string[]) {
      const world = fakeWorld({ env: SIGNED_IN, replies, configDir: join(place.folder, 'config') })
      await runCommand(world.context, 'audit', ...words)
      return { out: world.stdout(), err: world.stderr(), code: world.exitCode(), asked: world.asked }
    },
  }
}
