import { createHash, randomBytes } from 'node:crypto';

/** A fresh secret for a link: 192 bits, safe in addresses. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** What is stored instead of a secret: its SHA-256 in hex. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
