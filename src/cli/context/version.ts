import { fs } from './builtins.ts'

/** The folder that holds `package.json`: two levels up from the sources, three from `dist`. */
export const ROOT = import.meta.dirname.replace(/[\\/](dist[\\/])?src[\\/]cli[\\/]context$/, '')

export function version(): string {
  const { version } = JSON.parse(fs.readFileSync(`${ROOT}/package.json`, 'utf8')) as { version: string }
  return version
}

/** The output of `--version` and the client's `User-Agent`. */
export function programVersion(): string {
  return `1claw/${version()} ${process.platform}-${process.arch} node-${process.version}`
}

/** Writes it to stdout; not through `process.stdout`, which takes longer to open than all the rest. */
export async function printVersion(): Promise<void> {
  try {
    fs.writeSync(1, `${programVersion()}\n`)
  } catch (error) {
    const { outputFailed } = await import('./output-failure.ts')
    process.exitCode = outputFailed(error)
  }
}
