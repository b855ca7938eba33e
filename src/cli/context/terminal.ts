/** The input of a command: standard input. */
export interface Input extends AsyncIterable<Uint8Array | string> {
  readonly isTTY: boolean
}

/** An output of a command: standard output or error. */
export interface Output {
  readonly isTTY: boolean
  /** Width of the terminal in columns; 0 if it is not a terminal. */
  readonly columns: number
  /** Height of the terminal in lines; 0 if it is not a terminal. */
  readonly rows: number
  write(chunk: string | Uint8Array): void
}

/** Standard input, output and error of one run. */
export interface Streams {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
}

/** All bytes of an input. */
export async function bytesOf(input: Input): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of input) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

/** Colour on this stream? https://no-color.org, https://bixense.com/clicolors */
export function coloured(stream: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env['NO_COLOR']) return false
  if (env['CLICOLOR_FORCE'] && env['CLICOLOR_FORCE'] !== '0') return true
  return stream.isTTY && env['TERM'] !== 'dumb'
}
