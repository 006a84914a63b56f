import { createTransport } from 'nodemailer';
import type { MailConfig } from '../config.ts';

// The only file that knows nodemailer.

export type Letter = { to: string; subject: string; text: string; html: string };

/** A letter that could not be sent. `final`: trying again is of no use. */
export class MailError extends Error {
  readonly problem: 'address' | 'server';
  readonly final: boolean;
  /** What the mail server or the network answered with, without words of theirs: those may name people. */
  readonly code: string;

  constructor(problem: 'address' | 'server', final: boolean, code: string) {
    super(`mail: ${problem} ${code}`);
    this.problem = problem;
    this.final = final;
    this.code = code;
  }
}

export type MailTransport = {
  /** @throws MailError */
  send(letter: Letter): Promise<void>;
  /** Asks the mail server whether it would take letters. Null: it would; else what is wrong, in one line. */
  check(): Promise<string | null>;
  close(): void;
};

const CONNECT_MS = 20_000;
const SILENCE_MS = 60_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

export function createMailTransport(config: MailConfig): MailTransport {
  const { host, port, secure, auth, from } = config;
  const here = LOOPBACK.test(host);
  const transport = createTransport({
    host,
    port,
    secure,
    ...(auth ? { auth } : {}),
    // A password crosses no network in the clear; a mail server on this machine often has no real certificate.
    requireTLS: auth !== null && !secure && !here,
    ignoreTLS: here && !secure,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
  });
  return {
    async send(letter) {
      try {
        await transport.sendMail({
          ...letter,
          from,
          to: { name: '', address: letter.to },
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (error) {
        throw mailError(error);
      }
    },
    async check() {
      try {
        await transport.verify();
        return null;
      } catch (error) {
        return inWords(factsOf(error), `${host}:${port}`);
      }
    },
    close: () => transport.close(),
  };
}

type Facts = { code: string; command: string; answer: number | null };

function factsOf(error: unknown): Facts {
  const known = (error ?? {}) as { code?: unknown; command?: unknown; responseCode?: unknown };
  return {
    code: typeof known.code === 'string' ? known.code : 'unknown',
    command: typeof known.command === 'string' ? known.command : '',
    answer: typeof known.responseCode === 'number' ? known.responseCode : null,
  };
}

function mailError(error: unknown): MailError {
  const { code, command, answer } = factsOf(error);
  const refused = answer !== null && answer >= 500;
  const ofAddress = code === 'EENVELOPE' && (command === 'RCPT TO' || command === 'API');
  const said = answer === null ? code : `${code} ${answer}`;
  if (ofAddress) return new MailError('address', refused || command === 'API', said);
  // A wrong password may be mended, and the server started again, before the attempts are over.
  return new MailError('server', refused && code !== 'EAUTH', said);
}

function inWords({ code, answer }: Facts, server: string): string {
  if (code === 'EAUTH' || code === 'ENOAUTH')
    return `SMTP_URL: the mail server ${server} refuses the user name or the password`;
  if (code === 'EDNS' || code === 'ENOTFOUND') return `SMTP_URL: there is no mail server ${server}`;
  if (code === 'ETLS') return `SMTP_URL: no secure connection to the mail server ${server}`;
  return `SMTP_URL: the mail server ${server} cannot be used (${answer ?? code})`;
}
