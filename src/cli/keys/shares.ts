import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { writeProblem } from '../context/private-file.ts'

/**
 * Gives the shares to the person before the key is sealed with them: in separate files in an empty folder, or on stdout.
 * @param confirm asks whether they were stored; without a yes nothing is sealed
 * @throws Problem `usage` when the folder is not empty or cannot be written; `cancelled`
 */
export async function keepShares(
  context: Context,
  shares: readonly string[],
  threshold: number,
  folder: string | undefined,
  confirm: boolean,
): Promise<void> {
  if (folder !== undefined) return writeShares(shares, folder)
  const about = `Any ${threshold} of these ${shares.length} shares open the server. They are shown once; give each to another person.`
  context.stderr.write(`${about}\n`)
  context.stdout.write(shares.map(share => `${share}\n`).join(''))
  if (confirm && !(await context.prompts.confirm('Have you stored the shares? Seal the root key with them now?')))
    throw new Problem('cancelled', 'Nothing was sealed; these shares are useless.')
}

function writeShares(shares: readonly string[], folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (readdirSync(folder).length > 0)
      throw new Problem('usage', `The folder ${folder} is not empty.`, { hint: 'Name another one.' })
    for (const [index, share] of shares.entries()) writeDurably(join(folder, `share-${index + 1}.txt`), `${share}\n`)
  } catch (error) {
    throw error instanceof Problem ? error : (writeProblem(folder, error) ?? error)
  }
}

/** Nothing else opens the seal, so they must be on the disk. */
function writeDurably(file: string, text: string): void {
  const handle = openSync(file, 'wx', 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
