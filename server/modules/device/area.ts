import { type DeviceDeps, deviceLogin } from './service.ts'

/** Sign-in by a code that is approved in a browser (RFC 8628). */
export function deviceArea(deps: DeviceDeps) {
  return { devices: deviceLogin(deps) }
}
