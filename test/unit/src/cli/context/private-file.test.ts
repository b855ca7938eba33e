import { execFileSync } from 'node:child_process'
import { chmodSync, lchownSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { replaceFile } from '../../../../../src/cli/context/private-file.ts'
import { findProject } from '../../../../../src/cli/context/project-file.ts'

const SOMEBODY = 54_321

describe('a private file', () => {
  let folder: string
  let out: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), '1claw-private-'))
    out = join(folder, 'out')
  })
  afterEach(() => {
    vi.restoreAllMocks()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is readable by its owner only, whatever the old mode was, and follows the user’s own link', () => {
    const target = join(folder, 'target')
    writeFileSync(target, 'before')
    chmodSync(target, 0o644)
    symlinkSync(target, out)
    replaceFile(out, 'value')
    expect([readFileSync(target, 'utf8'), statSync(target).mode & 0o777]).toEqual(['value', 0o600])
  })

  it('does not follow the link of another user', () => {
    const target = join(folder, 'target')
    writeFileSync(target, 'before')
    symlinkSync(target, out)
    belongsToSomebody(out)
    expect(() => replaceFile(out, 'value')).toThrow(/is a symbolic link of another user/)
    expect(readFileSync(target, 'utf8')).toBe('before')
  })

  it('is not written into the pipe of another user', () => {
    execFileSync('mkfifo', [out])
    belongsToSomebody(out)
    expect(() => replaceFile(out, 'value')).toThrow(/is no file and of another user/)
  })

  it('does not select the vault if another user has linked it', () => {
    const own = join(folder, 'own.json')
    writeFileSync(own, '{"vault":"mine"}')
    symlinkSync(own, join(folder, '.1claw.json'))
    expect(findProject(folder)?.vault).toBe('mine')
    belongsToSomebody(join(folder, '.1claw.json'))
    expect(() => findProject(folder)).toThrow(/belongs to another user/)
    expect(findProject(folder, folder)?.vault).toBe('mine')
  })
})

/** Only root can change the owner of a file; otherwise the process pretends to be another user. */
function belongsToSomebody(path: string): void {
  if (process.geteuid?.() === 0) lchownSync(path, SOMEBODY, SOMEBODY)
  else vi.spyOn(process, 'geteuid').mockReturnValue(SOMEBODY)
}
