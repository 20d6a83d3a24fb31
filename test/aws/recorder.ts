// An endpoint that records what it is asked and answers every request with nothing.
import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface Recorded {
  method: string;
  /** Decoded. */
  path: string;
  query: Record<string, string>;
  /** JSON as the value it says, a form as its fields, anything else as text. */
  body: unknown;
  headers: IncomingHttpHeaders;
}

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  body: string;
}

export interface RecordingServer {
  endpoint: string;
  /** What came since the last call. */
  take(): Recorded[];
  /** Answers the next requests; afterwards with nothing again. */
  answer(...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function recordingServer(): Promise<RecordingServer> {
  let recorded: Recorded[] = [];
  const answers: Answer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const body = Buffer.concat(chunks).toString('utf8');
    const form = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
    recorded.push({
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname),
      query: Object.fromEntries(url.searchParams),
      body: form ? Object.fromEntries(new URLSearchParams(body)) : parsed(body),
      headers: request.headers,
    });
    const operation = form ? (new URLSearchParams(body).get('Action') ?? '') : '';
    const { status, headers, body: text } = answers.shift() ?? { status: 200, body: nothing(operation) };
    response.writeHead(status, { 'content-type': operation ? 'text/xml' : 'application/json', ...headers });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    endpoint: `http://127.0.0.1:${port}`,
    take() {
      const taken = recorded;
      recorded = [];
      return taken;
    },
    answer: (...next) => {
      answers.push(...next);
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** An answer without members, in the protocol of the request. */
function nothing(operation: string): string {
  if (!operation) return '{}';
  return `<${operation}Response><${operation}Result/><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></${operation}Response>`;
}
