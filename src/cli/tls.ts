import type { TlsOptions } from '../client/transport-http.ts'
import { Problem } from '../problem.ts'
import { fs } from './builtins.ts'
import type { CertificateFiles } from './workload/proof.ts'

/**
 * Whom this program trusts over https, and what it shows of itself: `ONECLAW_CA_CERT` counts besides the public authorities.
 * @throws Problem `config.invalid` naming the file that is not what it should be.
 */
export function tlsOptions(env: Readonly<Record<string, string | undefined>>, certificate?: CertificateFiles): TlsOptions {
  const file = env['ONECLAW_CA_CERT']
  if (!file && !certificate) return {}
  const tls = process.getBuiltinModule('node:tls')
  const usable = (options: TlsOptions, fault: string): TlsOptions => {
    try {
      tls.createSecureContext(options)
      return options
    } catch (cause) {
      throw new Problem('config.invalid', fault, { cause })
    }
  }
  return {
    ...(file &&
      usable(
        { ca: [...tls.rootCertificates, pem('ONECLAW_CA_CERT', file)] },
        `${file} (ONECLAW_CA_CERT) is no PEM certificate.`,
      )),
    ...(certificate &&
      usable(
        { cert: pem('The client certificate', certificate.cert), key: pem('The key of the client certificate', certificate.key) },
        `${certificate.cert} and ${certificate.key} are not a certificate and its key in PEM form, without a passphrase.`,
      )),
  }
}

function pem(what: string, file: string): string {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? ` (${cause.code})` : ''
    throw new Problem('config.invalid', `${what}: the file ${file} cannot be read${code}.`, { cause })
  }
}
