// The answers of the gateway itself.
import type { WireAnswer } from '../../../protocols/protocol.ts';

const json = (status: number, message: string, more: Record<string, string> = {}): WireAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...more },
  body: JSON.stringify({ message }),
});

export const unauthorized = (more: Record<string, string> = {}) => json(401, 'Unauthorized', more);
export const forbidden = () => json(403, 'Forbidden');
export const notFound = () => json(404, 'Not Found');
export const tooLarge = () => json(413, 'Request Entity Too Large');
export const tooManyRequests = () => json(429, 'Too Many Requests');
export const internalError = () => json(500, 'Internal Server Error');
export const unavailable = () => json(503, 'Service Unavailable');
