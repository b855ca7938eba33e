import type { TlsOptions } from '../../client/transport-http.ts'
import { Problem } from '../../problem.ts'
import { crypto, fs } from '../context/builtins.ts'
import type { CertificateFiles } from '../context/proof.ts'

/**
 * The trusted authorities of this program and its own certificate: `ONECLAW_CA_CERT` is used in addition to the public authorities.
 * @throws Problem `config.invalid` naming the malformed file
 */
export function tlsOptions(env: Readonly<Record<string, string | undefined>>, shown?: CertificateFiles): TlsOptions {
  const file = env['ONECLAW_CA_CERT']
  return { ...(file && { ca: trusted(file, env) }), ...(shown && pairOf(shown)) }
}

function trusted(file: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const ca = contentOf('ONECLAW_CA_CERT', file)
  // The TLS library itself would ignore a file without a certificate.
  checked(() => new (crypto().X509Certificate)(ca), `${file} (ONECLAW_CA_CERT) is not a PEM certificate.`)
  const { getCACertificates } = process.getBuiltinModule('node:tls')
  // The default authorities include those of NODE_EXTRA_CA_CERTS.
  const ofSystem = hasStore(env) ? getCACertificates('system') : []
  return [...new Set([...getCACertificates('default'), ...ofSystem, ca])]
}

/** A minimal container has none, and Node.js would complain about that on stderr. */
function hasStore(env: Readonly<Record<string, string | undefined>>): boolean {
  return process.platform !== 'linux' || fs.existsSync(env['SSL_CERT_DIR'] || '/etc/ssl/certs')
}

function pairOf({ cert, key }: CertificateFiles): TlsOptions {
  const pair = { cert: contentOf('The client certificate', cert), key: contentOf('The key of the client certificate', key) }
  const fault = `${cert} and ${key} are not a certificate and its key in PEM form, without a passphrase.`
  checked(() => process.getBuiltinModule('node:tls').createSecureContext(pair), fault)
  return pair
}

function checked(use: () => unknown, fault: string): void {
  try {
    use()
  } catch (cause) {
    throw new Problem('config.invalid', fault, { cause })
  }
}

function contentOf(what: string, file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new Problem('config.invalid', `${what}: cannot read the file ${file}${code}.`, { cause })
  }
}
