import { isAbsolute, join } from 'node:path'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The configuration folder. Undefined for a user without a home, as in many containers: a relative folder would differ in each working
 * folder.
 */
export function configDir(env: Environment): string | undefined {
  if (env['ONECLAW_CONFIG_DIR']) return env['ONECLAW_CONFIG_DIR']
  if (process.platform === 'win32' && env['APPDATA']) return join(env['APPDATA'], '1claw')
  // https://specifications.freedesktop.org/basedir-spec: a relative path is to be ignored.
  const base = absolute(env['XDG_CONFIG_HOME'])
  if (base) return join(base, '1claw')
  const home = absolute(env['HOME'] ?? homeOfUser())
  return home && join(home, '.config', '1claw')
}

function absolute(path: string | undefined): string | undefined {
  return path && isAbsolute(path) ? path : undefined
}

/** Asks the system, which throws for an unknown user. */
function homeOfUser(): string | undefined {
  try {
    return process.getBuiltinModule('node:os').homedir()
  } catch {
    return undefined
  }
}
