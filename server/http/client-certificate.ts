import { TLSSocket } from 'node:tls'

/** A certificate whose private key the client has proven in the handshake. Its issuer was not checked. */
export interface ClientCertificate {
  /** SHA-256 of its DER form, 64 lower-case hex digits. */
  readonly fingerprint: string
  /** Epoch milliseconds. */
  readonly validFrom: number
  readonly validTo: number
}

/** The certificate of a connection. Undefined unless this server itself terminates TLS, whatever is in front of it. */
export type TlsPeer = { readonly certificate: ClientCertificate | undefined } | undefined

export function tlsPeer(socket: object): TlsPeer {
  if (!(socket instanceof TLSSocket)) return undefined
  const x509 = socket.getPeerX509Certificate()
  if (!x509) return { certificate: undefined }
  const fingerprint = x509.fingerprint256.replaceAll(':', '').toLowerCase()
  return { certificate: { fingerprint, validFrom: x509.validFromDate.getTime(), validTo: x509.validToDate.getTime() } }
}
