import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { PasswordInput } from '#domain/people.ts';
import { checked } from './input.ts';

/** A password from standard input, or a fresh random one. */
export async function chosenPassword(fromStdin: boolean): Promise<{ password: string; generated: boolean }> {
  if (!fromStdin) return { password: randomBytes(12).toString('base64url'), generated: true };
  const line = (await text(process.stdin)).replace(/\r?\n$/, '');
  return { password: checked(PasswordInput, line, 'The password'), generated: false };
}
