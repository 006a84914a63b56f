import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { addressKey, clientAddress, UNKNOWN_ADDRESS } from './address.ts';

function requestWith(headers: Record<string, string>): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  Object.assign(request.headers, headers);
  return request;
}

test('behind proxies the one that is ours says who asks, and what the client itself wrote does not count', () => {
  const request = requestWith({
    'x-forwarded-for': '203.0.113.9, 192.0.2.7, 10.0.0.1',
    'cf-connecting-ip': '192.0.2.8',
  });
  expect(clientAddress(request, { addressHeader: 'x-forwarded-for', depth: 2 })).toBe('192.0.2.7');
  expect(clientAddress(request, { addressHeader: 'x-forwarded-for', depth: 4 })).toBe(UNKNOWN_ADDRESS);
  expect(clientAddress(request, { addressHeader: 'cf-connecting-ip', depth: 1 })).toBe('192.0.2.8');
  expect(clientAddress(requestWith({}), { addressHeader: 'x-forwarded-for', depth: 1 })).toBe(UNKNOWN_ADDRESS);
});

test('one IPv4 address counts, or the /64 of an IPv6 one', () => {
  expect(addressKey('192.0.2.7')).toBe('192.0.2.7');
  expect(addressKey('::ffff:192.0.2.7')).toBe('192.0.2.7');
  expect(addressKey('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2');
  expect(addressKey('2001:0db8:0001:0002:ffff::9')).toBe('2001:db8:1:2');
  expect(addressKey('2001:db8::1')).toBe('2001:db8:0:0');
  expect(addressKey('::1')).toBe('0:0:0:0');
  expect(addressKey('unknown')).toBe('unknown');
});
