import { type ConsoleSessionsDeps, consoleSessions } from './service.ts'

/** Sign-ins that browsers keep. */
export function consoleSessionArea(deps: ConsoleSessionsDeps) {
  return { consoleSessions: consoleSessions(deps) }
}
