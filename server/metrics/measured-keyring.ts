import { Problem } from '../../src/problem.ts'
import type { Keyring } from '../keys/keyring.ts'

export interface CallWatch {
  readonly began: () => void
  /** `outcome` is `ok`, or the code of the problem. */
  readonly ended: (call: string, outcome: string, seconds: number) => void
}

/** The same keyring; each call to the provider is measured. */
export function measuredKeyring(keyring: Keyring, { began, ended }: CallWatch): Keyring {
  /** Called when a call starts; returns a function for its outcome. */
  const begin = (call: string) => {
    const start = performance.now()
    const end = (outcome: string) => ended(call, outcome, (performance.now() - start) / 1000)
    began()
    return {
      well: () => end('ok'),
      badly: (error: unknown) => end(error instanceof Problem ? error.code : 'internal'),
    }
  }
  const measured =
    <Args extends readonly unknown[], Result>(call: string, ask: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      const end = begin(call)
      try {
        const result = await ask(...args)
        end.well()
        return result
      } catch (error) {
        end.badly(error)
        throw error
      }
    }
  /** The same for calls that can be answered synchronously, which stay synchronous. */
  const measuredAtOnce =
    <Args extends readonly unknown[], Result>(call: string, ask: (...args: Args) => Result | Promise<Result>) =>
    (...args: Args): Result | Promise<Result> => {
      const end = begin(call)
      try {
        const result = ask(...args)
        if (result instanceof Promise) result.then(end.well, end.badly)
        else end.well()
        return result
      } catch (error) {
        end.badly(error)
        throw error
      }
    }
  return {
    provider: keyring.provider,
    fingerprint: keyring.fingerprint,
    publicKey: keyring.publicKey,
    createKek: measured('create', id => keyring.createKek(id)),
    wrap: measured('wrap', (...args) => keyring.wrap(...args)),
    unwrap: measured('unwrap', (...args) => keyring.unwrap(...args)),
    unwrapKey: measuredAtOnce('unwrap', (...args) => keyring.unwrapKey(...args)),
    destroyKek: measured('destroy', kek => keyring.destroyKek(kek)),
    sign: measured('sign', (...args) => keyring.sign(...args)),
    createSigner: measured('create-signer', id => keyring.createSigner(id)),
    signerPublicKey: measured('signer-public-key', signer => keyring.signerPublicKey(signer)),
    destroySigner: measured('destroy-signer', signer => keyring.destroySigner(signer)),
    createCurveKey: measured('create-curve-key', id => keyring.createCurveKey(id)),
    importCurveKey: measured('import-curve-key', (...args) => keyring.importCurveKey(...args)),
    takesCurveKeys: measured('try-import', () => keyring.takesCurveKeys()),
    exportCurveKey: measured('export-curve-key', key => keyring.exportCurveKey(key)),
    signDigest: measured('sign-digest', (...args) => keyring.signDigest(...args)),
    destroyCurveKey: measured('destroy-curve-key', key => keyring.destroyCurveKey(key)),
    providerOf: id => keyring.providerOf(id),
    status: () => keyring.status(),
    close: () => keyring.close(),
  }
}
