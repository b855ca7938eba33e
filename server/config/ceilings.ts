import { CEILINGS, type Ceilings } from '../policy/ceilings.ts'

export interface CeilingConfig {
  /** The maximum of each. */
  readonly ceilings: Ceilings
  /** Bytes of the data folder's disk that only the audit log and platform administrators can use. */
  readonly diskReserve: number
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

const RESERVE = 256 * 1024 ** 2
const COUNT = /^\d{1,15}$/

/** The ceilings and the reserve: whole numbers. */
export function ceilingConfig({ read, fault }: Reader): CeilingConfig {
  const whole = (name: string, fallback: number) => {
    const text = read(name)
    if (text === undefined) return fallback
    if (COUNT.test(text)) return Number(text)
    fault(name, 'must be a whole number from 0')
    return fallback
  }
  const entries = Object.entries(CEILINGS).map(([name, { setting, most }]) => [name, whole(setting, most)])
  return { ceilings: Object.fromEntries(entries) as Ceilings, diskReserve: whole('DISK_RESERVE', RESERVE) }
}
