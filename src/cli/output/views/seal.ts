import type { Reply } from '../../../client/client.ts'
import type { View } from '../view.ts'

/** The seal of a root key file, as the server code reports it. */
export interface FileSeal {
  readonly file: string
  readonly kind: 'none' | 'passphrase' | 'shares'
  readonly shares?: number | undefined
  readonly threshold?: number | undefined
  readonly other_names: number
  /** The shares themselves, if they were printed. */
  readonly share_texts?: readonly string[]
}

export const FILE_SEAL: View<FileSeal> = {
  columns: {
    file: seal => seal.file,
    seal: seal => seal.kind,
    shares: seal => (seal.shares === undefined ? '' : `${seal.threshold} of ${seal.shares}`),
  },
  name: seal => seal.file,
}

export const SERVER_SEAL: View<Reply<'seal.status'>> = {
  columns: {
    sealed: seal => (seal.sealed ? 'yes' : 'no'),
    by: seal => seal.kind ?? '',
    given: seal => (seal.threshold === undefined ? '' : `${seal.given ?? 0} of ${seal.threshold}`),
  },
  name: seal => (seal.sealed ? 'sealed' : 'open'),
}
