import {
  deviceApprove,
  deviceCode,
  deviceDeny,
  deviceRenew,
  deviceStatus,
  deviceToken,
} from '../../../src/contract/requests/device.ts'
import type { Mount } from '../../http/mount.ts'
import type { DeviceLogin } from './service.ts'

export function deviceRoutes(mount: Mount, devices: DeviceLogin): void {
  mount(deviceCode, async ({ body, visitor }) => devices.begin(body, visitor))
  mount(deviceToken, async ({ body, visitor }) => devices.poll(body, visitor))
  mount(deviceStatus, async ({ params, actor, visitor }) => devices.status(params.user_code, actor, visitor))
  mount(deviceApprove, async ({ body, actor, visitor }) =>
    devices.decide(body.user_code, 'approved', actor, visitor, body.password),
  )
  mount(deviceRenew, async ({ actor, visitor }) => devices.renew(actor, visitor))
  mount(deviceDeny, async ({ body, actor, visitor }) => devices.decide(body.user_code, 'denied', actor, visitor))
}
