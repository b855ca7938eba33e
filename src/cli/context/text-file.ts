import { Problem } from '../../problem.ts'
import { fs } from './builtins.ts'

/**
 * The text of a file written by people (settings, `.env`, `.1claw.json`): UTF-8, without a byte order mark. Undefined if there is no such
 * file.
 * @throws Problem `config.invalid` naming the file when it cannot be read, or is in another encoding
 */
export function textIn(file: string): string | undefined {
  try {
    return textOfBytes(fs.readFileSync(file), file)
  } catch (error) {
    if (error instanceof Problem) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'EISDIR') throw new Problem('config.invalid', `${file} is a folder, not a file.`, { cause: error })
    throw new Problem('config.invalid', `${file} cannot be read${code ? ` (${code})` : ''}.`, { cause: error })
  }
}

/**
 * The same for given bytes; `name` is used in messages.
 * @throws Problem `config.invalid`
 */
export function textOfBytes(bytes: Uint8Array, name: string): string {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (!text.includes('\0')) return text
  } catch {
    // Said below.
  }
  throw new Problem('config.invalid', `${name} is not UTF-8 text${isUtf16(bytes) ? ', but UTF-16' : ''}.`, {
    hint: 'Save it as UTF-8, in an editor or with `iconv`.',
  })
}

/** By its byte order mark, or by a zero byte in its first character. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || first === 0 || second === 0
}
