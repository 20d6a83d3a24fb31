// Names a git remote: the same for every URL by which the repository can be reached (git help clone, "GIT URLS").

const defaultPorts: Readonly<Record<string, string>> = { ssh: '22', git: '9418', http: '80', https: '443' };

/** Hosts that answer SSH for another one, for networks that close port 22. */
const sameHosts: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org',
};

/** `github.com/acme/shop`, without user, password, default port and `.git`; undefined: the URL names no host. */
export function remoteName(url: string): string | undefined {
  const grc = /^codecommit(?:::([\w-]+))?:\/\/(?:[^@/]*@)?([^/]+)/.exec(url);
  if (grc) return `${grc[1] ? `git-codecommit.${grc[1]}.amazonaws.com` : 'codecommit'}/v1/repos/${grc[2]}`;
  const found = byScheme(url.trim()) ?? byScp(url.trim());
  if (!found) return undefined;
  const path = found.path
    .replace(/\/{2,}/g, '/')
    .replace(/^\/|\/$/g, '')
    .replace(/\.git$/, '');
  const host = found.host.toLowerCase();
  const azure = host === 'ssh.dev.azure.com' ? /^v3\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(path) : undefined;
  if (azure) return `dev.azure.com/${azure[1]}/${azure[2]}/_git/${azure[3]}`;
  const same = sameHosts[host];
  if (same) return `${same}/${path}`;
  return `${host}${found.port ? `:${found.port}` : ''}/${path}`;
}

interface Parts {
  host: string;
  /** Other than the scheme's own. */
  port?: string;
  path: string;
}

/** `https://user@host:port/path` */
function byScheme(url: string): Parts | undefined {
  const match = /^([a-z][a-z0-9+.-]*):\/\/(?:[^/]*@)?(\[[^\]]*\]|[^:/]+)(?::(\d*))?(?:\/(.*))?$/i.exec(url);
  if (!match) return undefined;
  const [, scheme = '', host = '', port, path = ''] = match;
  if (/^file$/i.test(scheme)) return undefined;
  const plain = scheme.toLowerCase().replace(/^git\+|\+git$/g, '');
  return { host, port: port === defaultPorts[plain] ? undefined : port, path: decoded(path) };
}

/** `user@host:path`, without a slash before the colon. `C:\path` is a folder on Windows. */
function byScp(url: string): Parts | undefined {
  const match = /^(?:[^/[]*@)?(?:\[([^\]]+)\]|([^:/[\]]{2,})):(?!\/\/)(.+)$/.exec(url);
  if (!match || /^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return undefined;
  const [, bracketed, plain = '', path = ''] = match;
  const [, host, port] = /^([^:]+):(\d+)$/.exec(bracketed?.replace(/^.*@/, '') ?? '') ?? [];
  return {
    host: host ?? (bracketed === undefined ? plain : `[${bracketed}]`),
    port: port === '22' ? undefined : port,
    path,
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
