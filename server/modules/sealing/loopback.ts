import ipaddr from 'ipaddr.js'

/** Whether an address is the machine's own. */
export function isLoopback(ip: string): boolean {
  return ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback'
}
