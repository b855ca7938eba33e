/** The server's limit, in bytes of UTF-8. */
const VALUE_MAX = 5 * 1024 * 1024

/** 256 random bits, in characters that are safe in every shell and file format; the same as `1claw secrets set --generate`. */
export function randomValue(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')
}

/** The exact text of a file. Throws an Error that says why it cannot be a value. */
export async function textOf(file: File): Promise<string> {
  if (file.size > VALUE_MAX) throw new Error('It is larger than 5 MiB.')
  const bytes = await file.arrayBuffer()
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Error('It is not UTF-8 text. Encode it first, for example as base64.', { cause })
  }
}

/** The error in a value before it is sent; undefined if it is valid. */
export function faultOf(value: string): string | undefined {
  if (value === '') return 'Enter a value, generate one, or choose a file.'
  return new TextEncoder().encode(value).length > VALUE_MAX ? 'A value has at most 5 MiB.' : undefined
}
