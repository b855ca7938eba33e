import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readRoot } from '../../server/keys/software/root-file.ts'
import { rootUnderPassphrase, rootUnderShares } from '../../server/keys/software/root-format.ts'

/** Low costs, for files that only tests open. */
export const FAST = { memoryKiB: 64, passes: 1, lanes: 1 }

/** Seals the root key of a data folder with a passphrase; returns the former content of the file. */
export async function sealFolder(dataDir: string, passphrase: string): Promise<Buffer> {
  const file = join(dataDir, 'root.key')
  const before = await readFile(file)
  await writeFile(file, await rootUnderPassphrase(await rootOf(file), passphrase, FAST))
  return before
}

/** Seals the root key of a data folder with shares, and returns them. */
export async function shareFolder(dataDir: string, shares: number, threshold: number): Promise<readonly string[]> {
  const file = join(dataDir, 'root.key')
  const made = await rootUnderShares(await rootOf(file), shares, threshold)
  await writeFile(file, made.bytes)
  return made.shares
}

async function rootOf(file: string): Promise<Buffer> {
  const root = await readRoot({ file })
  if (!root) throw new Error(`There is no ${file}`)
  return root
}
