import { isSafeLink } from '#domain/rich-text.ts';

/**
 * The address that a person meant: "kekava.lv" leads to https://kekava.lv, "anna@example.org" writes an e-mail.
 * Null if nothing safe can be made of it.
 */
export function linkAddress(typed: string): string | null {
  const address = typed.trim();
  if (isSafeLink(address)) return address;
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/u.test(address)) return `mailto:${address}`;
  if (/^[^\s/:@]+\.[^\s/:@]{2,}(:\d+)?(\/\S*)?$/u.test(address)) {
    const whole = `https://${address}`;
    return isSafeLink(whole) ? whole : null;
  }
  return null;
}
