import { Problem } from '../../problem.ts'
import { fs } from '../context/builtins.ts'

const OTHERS = 0o077

/**
 * The private key of a wallet in a file: 64 hexadecimal digits.
 * @throws Problem `config.invalid` if it cannot be read, has no key, or other users of this machine can read it
 */
export function keyIn(file: string): `0x${string}` {
  const { text, mode } = read(file)
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0) {
    throw new Problem('config.invalid', `Other users of this machine can read the wallet key in ${file}.`, {
      hint: `Run: chmod 600 ${file}`,
    })
  }
  const [, key] = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text.trim()) ?? []
  if (key !== undefined) return `0x${key}`
  throw new Problem('config.invalid', `${file} has no wallet key.`, {
    hint: 'The file must contain a private key of 64 hexadecimal digits, and nothing else.',
  })
}

function read(file: string): { text: string; mode: number } {
  try {
    return { text: fs.readFileSync(file, 'utf8'), mode: fs.statSync(file).mode }
  } catch (error) {
    throw new Problem('config.invalid', `The wallet key in ${file} cannot be read.`, { cause: error })
  }
}
