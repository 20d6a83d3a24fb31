// Errors about files, folders, programs, and resources of this machine such as disk space.
import type { Advice, Advices, SystemError } from './system-error.ts';

const forbidden: Advice = (error) => ({
  message: `no permission for ${place(error)}`,
  next:
    error.syscall === 'listen'
      ? 'choose a port above 1023'
      : 'check who owns it and its mode, or run the command in a folder of yours',
});

const notThere: Advice = (error) => {
  if (!error.syscall?.startsWith('spawn')) return { message: `there is no ${place(error)}` };
  const program = error.path ?? error.syscall.replace(/^spawn /, '');
  return { message: `there is no program '${program}'`, next: 'install it, or put it on PATH' };
};

export const fileErrors: Advices = {
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: (error) => ({ message: `${place(error)} is on a file system that cannot be written to` }),
  ENOENT: notThere,
  EISDIR: (error) => ({ message: `${place(error)} is a folder, not a file` }),
  ENOTDIR: (error) => ({ message: `${place(error)} is a file, not a folder` }),
  EEXIST: (error) => ({ message: `${place(error)} exists already` }),
  ENOSPC: (error) => ({
    message: `no space left on the disk${error.path ? ` for ${error.path}` : ''}`,
    next: 'free some space and run the same command again',
  }),
  EMFILE: () => ({ message: 'too many open files', next: 'raise the limit: `ulimit -n 4096`' }),
};

function place({ path, address, port, message }: SystemError): string {
  if (path) return path;
  if (port !== undefined) return address ? `${address}:${port}` : `port ${port}`;
  return /'([^']+)'/.exec(message)?.[1] ?? 'file';
}
