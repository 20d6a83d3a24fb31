// An error of the operating system, the network or TLS, as Node.js throws it.
import type { Next } from '../next.ts';

export interface SystemError extends Error {
  code?: string;
  address?: string;
  port?: number;
  hostname?: string;
  path?: string;
  syscall?: string;
  errors?: SystemError[];
}

export type Advice = (error: SystemError) => { message: string; reason?: string; next?: Next };

/** By the code: `ENOENT`. */
export type Advices = Readonly<Record<string, Advice>>;
