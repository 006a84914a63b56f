import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** How the proxies in front say who asks. */
export type Proxies = {
  /** Lower case; null: nobody stands in front. */
  addressHeader: string | null;
  /** How many of them add to `X-Forwarded-For`. */
  depth: number;
};

/** Where a request comes from when that cannot be told: it did not come through the proxy. All such count as one. */
export const UNKNOWN_ADDRESS = 'unknown';

/** Where a request comes from, read as SvelteKit's adapter reads it for pages. */
export function clientAddress(request: IncomingMessage, { addressHeader, depth }: Proxies): string {
  if (addressHeader === null) return request.socket.remoteAddress ?? UNKNOWN_ADDRESS;
  const value = request.headers[addressHeader];
  if (typeof value !== 'string') return UNKNOWN_ADDRESS;
  if (addressHeader !== 'x-forwarded-for') return value;
  // What stands further to the left is the client's own word.
  return value.split(',').at(-depth)?.trim() ?? UNKNOWN_ADDRESS;
}

/** What to count an address by: an IPv6 customer has a whole /64 to choose from. */
export function addressKey(address: string): string {
  // An IPv4 client of a server that listens on both.
  const mapped = address.match(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const url = URL.parse(`http://[${address}]/`);
  const [head = '', tail] = (url?.hostname.slice(1, -1) ?? address).split('::');
  const groups = head.split(':').filter(Boolean);
  if (tail !== undefined) while (groups.length < 8 - tail.split(':').filter(Boolean).length) groups.push('0');
  return groups.slice(0, 4).join(':');
}
