import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A letter as it came over the wire. */
export type ReceivedLetter = { from: string; to: string[]; raw: string };

export type MailServer = {
  port: number;
  letters: ReceivedLetter[];
  close(): Promise<void>;
};

/** A real SMTP server on a free port of this machine. */
export async function startMailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const letters: ReceivedLetter[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        letters.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
    ...options,
  });
  server.on('error', () => {
    // A client that goes away is not the test's business.
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { port, letters, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

/** The parts of a letter, decoded. */
export function readLetter({ raw }: ReceivedLetter): { headers: string; text: string; html: string } {
  const [headers = ''] = raw.split('\r\n\r\n');
  const part = (type: string) => {
    const [, head = '', body = ''] = new RegExp(`(Content-Type: ${type}[^]*?)\r\n\r\n([^]*?)\r\n--`).exec(raw) ?? [];
    if (/base64/i.test(head)) return Buffer.from(body, 'base64').toString();
    if (!/quoted-printable/i.test(head)) return body;
    const bytes = body.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => `%${hex}`);
    return decodeURIComponent(bytes.replace(/%(?![0-9A-F]{2})/g, '%25'));
  };
  return { headers: decodeHeaders(headers), text: part('text/plain'), html: part('text/html') };
}

function decodeHeaders(headers: string): string {
  return headers
    .replace(/\r\n\s+/g, ' ')
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?UTF-8\?([QB])\?(.*?)\?=/gi, (_, way: string, text: string) =>
      way.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : decodeURIComponent(text.replaceAll('_', ' ').replaceAll('=', '%')),
    );
}
